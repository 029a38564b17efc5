#!/usr/bin/env bash
# Sets up the server for others than this machine, or brings it up to date: program, user, settings, service. See README.
source "$(dirname "$0")/common.sh"

program=${CASM_PROGRAM_DIR:-/opt/casm}
data=${CASM_DATA_DIR:-/var/lib/casm}
user=${CASM_SERVER_USER:-casm}
# Only what Debian itself brings: a version manager's Python lies in a home that the server's user cannot enter.
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
settings=$data/server/settings.json

[ -n "${URL:-}" ] || as_root test -e "$settings" \
    || fail "say how people will reach the server: make server URL=https://radio.example.gov"
for name in CERTIFICATE KEY; do
    [ -z "${!name:-}" ] || [[ ${!name} == /* ]] || fail "$name must be a full path, and is ${!name}"
done

# The files of the program: those under version control, or all that no set-up or run has made.
program_files() {
    git -c safe.directory="$PWD" ls-files -z 2>/dev/null \
        || find . \( -name .git -o -name .venv -o -name node_modules -o -name out -o -name .setup -o -name __pycache__ \) \
            -prune -o -type f -print0
}

# The program, owned by root, and an environment of its own.
install_program() {
    local source=$PWD
    say "server: the program goes to $program"
    as_root mkdir -p "$program"
    if [ "$source" != "$program" ]; then
        # Files that an earlier version had and this one has not must not stay.
        as_root rm -rf "$program"/{casm,geo,web,scripts,requirements,fixtures}
        program_files | tar --create --null --files-from=- \
            | as_root tar --extract --no-same-owner --no-same-permissions --directory "$program"
    fi
    as_root env -u CASM_DATA_DIR PATH="$path" CASM_SERVER=yes bash -c "umask 022; '$program/scripts/setup.sh'"
}

# Runs casm as the server's user on the server's data.
as_server() { as_root "$program/bin/casm" "$@"; }

make_user() {
    if ! getent passwd "$user" >/dev/null; then
        say "server: making the user $user"
        as_root useradd --system --user-group --home-dir "$data" --no-create-home --shell /usr/sbin/nologin "$user"
    fi
    if as_root test -d "$data" && [ "$(as_root stat -c %U "$data")" != "$user" ]; then
        say "server: $data and its database now belong to $user"
        as_root env CASM_DATA_DIR="$data" "$program/.venv/bin/casm" db stop
    fi
    as_root mkdir -p "$data"
    as_root chown -R "$user:" "$data"
    as_root chmod 711 "$data"
}

write_command() {
    as_root mkdir -p "$program/bin"
    as_root tee "$program/bin/casm" >/dev/null <<COMMAND
#!/bin/sh
# Runs casm as $user on the server's data, with the one right of root that a port below 1024 asks for. Run it as root.
exec setpriv --reuid=$user --regid=$user --init-groups --no-new-privs \\
    --inh-caps=-all,+net_bind_service --ambient-caps=-all,+net_bind_service --bounding-set=-all,+net_bind_service \\
    env -i HOME=$data PATH=$path LANG=C.UTF-8 CASM_DATA_DIR=$data TERM="\${TERM:-dumb}" \\
    sh -c 'umask 077; set -a; [ ! -r "$data/server/environment" ] || . "$data/server/environment"
        cd /; exec "$program/.venv/bin/casm" "\$@"' casm "\$@"
COMMAND
    as_root chmod 755 "$program/bin/casm"
}

configure() {
    [ -n "${URL:-}" ] || return 0
    local options=(--public-url "$URL")
    [ -z "${LISTEN:-}" ] || options+=(--listen "$LISTEN")
    [ -z "${PORT:-}" ] || options+=(--port "$PORT")
    [ -z "${CERTIFICATE:-}" ] || options+=(--certificate "$CERTIFICATE")
    [ -z "${KEY:-}" ] || options+=(--key "$KEY")
    [ -z "${REDIRECT_PORT:-}" ] || options+=(--redirect-port "$REDIRECT_PORT")
    local proxy
    for proxy in ${PROXY:-}; do options+=(--trusted-proxy "$proxy"); done
    as_server server configure "${options[@]}"
}

run_by_systemd() {
    local unit=/etc/systemd/system/casm.service
    as_server server unit --user "$user" | as_root tee "$unit" >/dev/null
    as_root systemctl daemon-reload
    as_root systemctl enable --quiet casm
    as_root systemctl restart casm
    say "server: runs as the service casm (journalctl -u casm shows its log)"
}

run_by_itself() {
    as_server server stop
    as_server server start
    say "server: runs, and there is no systemd here to start it with the machine: let $program/bin/casm server start do that"
}

install_program
write_command
make_user
configure
if [ "${START:-yes}" = no ]; then
    say "server: set up, and not started"
elif [ -d /run/systemd/system ]; then
    run_by_systemd
else
    run_by_itself
fi
say "server: $program/bin/casm, run as root, is the casm command on its data; \`$program/bin/casm server status\` looks after it"
