#!/usr/bin/env bash
# Set-up, lint, and the test suite; CASM_FULL=1 takes the tests marked full as well.
source "$(dirname "$0")/common.sh"

scripts/setup.sh
scripts/lint.sh
chosen=()
if [ "${CASM_FULL:-}" = 1 ]; then
    chosen=(-m "full or not full")
fi
say "test: pytest, a file at a time on each of two cores"
.venv/bin/python -m pytest -n 2 --dist loadfile --durations=15 "${chosen[@]}"
