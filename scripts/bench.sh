#!/usr/bin/env bash
# Runs each script in benchmarks/ in turn; one that fails is named at the end, and the others still run.
source "$(dirname "$0")/common.sh"

scripts/setup-bench.sh
shopt -s nullglob
failed=()
for script in benchmarks/[!_]*.py; do
    say "bench: $script"
    .venv/bin/python "$script" || failed+=("$script")
done
[ ${#failed[@]} -eq 0 ] || fail "bench: failed: ${failed[*]}"
