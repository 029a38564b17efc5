# Sourced by every script here: strict mode, the repository's root as working folder, and how to speak.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf 'casm: %s\n' "$*"; }

fail() {
    printf 'casm: %s\n' "$*" >&2
    exit 1
}

# Without a terminal sudo cannot ask for a password, and must fail instead of waiting for one.
sudo_options=()
[ -t 0 ] || sudo_options=(--non-interactive)

# Runs a command as root: directly, or through sudo.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "${sudo_options[@]}" "$@"
    else
        fail "this needs root: run it as root, or install sudo and allow $(id -un) to use it"
    fi
}
