#!/usr/bin/env bash
# Makes node_modules hold exactly what package-lock.json names: the scripts and styles our pages serve themselves.
source "$(dirname "$0")/common.sh"

stamp=.setup/node.stamp

# The lock file's hash and a digest of every file's name and size: a file gone or cut short changes it.
state() {
    sha256sum package-lock.json
    find node_modules -type f -printf '%P %s\n' 2>/dev/null | LC_ALL=C sort | sha256sum
}

if [ -f "$stamp" ] && [ "$(<"$stamp")" = "$(state)" ]; then
    say "Browser assets: node_modules is as package-lock.json says"
    exit 0
fi

started=$SECONDS
say "Browser assets: npm ci ($(npm --version) on node $(node --version))"
rm -f "$stamp"
# No package here has an install script to run, and none shall.
npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error </dev/null >/dev/null
state >"$stamp"
say "Browser assets: ready ($((SECONDS - started)) s)"
