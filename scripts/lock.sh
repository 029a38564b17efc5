#!/usr/bin/env bash
# Resolves requirements/*.in and package.json into lock files with every hash and no address.
source "$(dirname "$0")/common.sh"

upgrade=()
[ "${UPGRADE:-no}" = yes ] && upgrade=(--upgrade)

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
say "lock: getting the resolver into a throwaway environment"
"$(scripts/find-python.sh)" -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check uv

say "lock: requirements/casm.lock"
"$tools/bin/uv" pip compile --quiet --generate-hashes --no-header --python-version 3.11 "${upgrade[@]}" \
    --output-file requirements/casm.lock requirements/dev.in

say "lock: package-lock.json"
npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund --loglevel=error
say "lock: done; look at 'git diff requirements/casm.lock package-lock.json'"
