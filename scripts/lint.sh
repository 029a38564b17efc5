#!/usr/bin/env bash
# Style (ruff, flake8) and the import contracts of setup.cfg; all three speak even if one fails.
source "$(dirname "$0")/common.sh"

failed=()
run() {
    say "lint: $1"
    "$@" || failed+=("$1")
}
PATH="$PWD/.venv/bin:$PATH"
run ruff check --quiet .
run flake8
run lint-imports --no-logo
[ ${#failed[@]} -eq 0 ] || fail "lint: failed: ${failed[*]}"
