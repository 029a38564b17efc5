#!/usr/bin/env bash
# Installs from Debian what only the benchmarks need: a source of slow connections and one of many readers.
source "$(dirname "$0")/common.sh"

missing=()
for program in slowhttptest wrk; do
    command -v "$program" >/dev/null || missing+=("$program")
done
[ ${#missing[@]} -gt 0 ] || exit 0
command -v apt-get >/dev/null || fail "this machine has no apt-get; install by its own means: ${missing[*]}"
say "bench: installing ${missing[*]}"
mkdir -p .setup
log=.setup/bench.log
if ! as_root env DEBIAN_FRONTEND=noninteractive sh -c \
    'apt-get -qq update && apt-get -qq -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends "$@"' \
    sh "${missing[@]}" >"$log" 2>&1 </dev/null
then
    tail -n 20 "$log" >&2
    fail "they could not be installed: see above, and $log in full"
fi
