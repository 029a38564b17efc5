#!/usr/bin/env bash
# Installs from Debian only what this machine lacks; what is there in another way (by presence) is left alone.
source "$(dirname "$0")/common.sh"

has_postgis() {
    local postgis major
    for postgis in /usr/share/postgresql/*/extension/postgis.control; do
        major=${postgis#/usr/share/postgresql/} major=${major%%/*}
        if [[ $major =~ ^[0-9]+$ ]] && [ "$major" -ge 15 ] && [ -x "/usr/lib/postgresql/$major/bin/initdb" ]; then
            return 0
        fi
    done
    return 1
}

missing=()
has_postgis || missing+=(postgresql-15 postgresql-15-postgis-3 postgresql-15-postgis-3-scripts)
python=$(scripts/find-python.sh 2>/dev/null) || { python=/usr/bin/python3 && missing+=(python3); }
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
# The tests drive a browser; a server has no use for one.
[ "${CASM_SERVER:-no}" = yes ] || [ -x /usr/bin/chromium ] || missing+=(chromium)
[ -x /usr/sbin/nginx ] || command -v nginx >/dev/null || missing+=(nginx)
[ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || missing+=(fonts-dejavu-core)
# The browser driver in the playwright wheel is linked with this library and does not bring it.
compgen -G '/usr/lib/*/libatomic.so.1' >/dev/null || missing+=(libatomic1)
# With it numba runs its threads on OpenMP; without, on a pool that two threads at once bring down.
compgen -G '/usr/lib/*/libgomp.so.1' >/dev/null || missing+=(libgomp1)
[ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)

if [ ${#missing[@]} -eq 0 ]; then
    say "Debian packages: nothing is missing"
    exit 0
fi

command -v apt-get >/dev/null || fail "this machine has no apt-get; install by its own means: ${missing[*]}"
say "Debian packages: installing ${missing[*]} (a few minutes on a new machine)"
started=$SECONDS

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 \
        -o Dpkg::Use-Pty=0 "$@"
}

# An install that was cut off leaves packages half configured, and apt-get refuses to go on until that is mended.
if [ -n "$(dpkg --audit)" ]; then
    say "Debian packages: finishing an earlier install that was cut off"
    as_root env DEBIAN_FRONTEND=noninteractive dpkg --configure -a
fi

# CASM runs a cluster of its own, so a new PostgreSQL need not make and start Debian's "main" one here.
# A PostgreSQL that was here before is not touched, nor is the default for later installs.
passing=()
trap '[ ${#passing[@]} -eq 0 ] || as_root rm -f "${passing[@]}"' EXIT
no_main_cluster=/etc/postgresql-common/createcluster.d/casm-setup.conf
if ! dpkg-query -W -f '${Status}' postgresql-common 2>/dev/null | grep -q 'ok installed'; then
    passing+=("$no_main_cluster")
    as_root mkdir -p "${no_main_cluster%/*}"
    echo 'create_main_cluster = false' | as_root tee "$no_main_cluster" >/dev/null
fi

# CASM runs an nginx of its own from its data folder, so a new one need not open Debian's empty site on port 80.
# An nginx that was here before is not touched.
new_nginx=no
[[ " ${missing[*]} " == *" nginx "* ]] && new_nginx=yes
no_service_start=/usr/sbin/policy-rc.d
if [ $new_nginx = yes ] && [ ! -e "$no_service_start" ]; then
    passing+=("$no_service_start")
    printf '#!/bin/sh\n[ "$1" != nginx ] || exit 101\n' | as_root tee "$no_service_start" >/dev/null
    as_root chmod 755 "$no_service_start"
fi

log=.setup/debian.log
if ! { apt update && apt install --yes --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    fail "Debian packages could not be installed: see above, and $log in full"
fi
if [ $new_nginx = yes ]; then
    as_root systemctl disable --quiet nginx >>"$log" 2>&1 || as_root update-rc.d nginx disable >>"$log" 2>&1 || true
fi
say "Debian packages: installed ($((SECONDS - started)) s)"
