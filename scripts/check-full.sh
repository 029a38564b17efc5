#!/usr/bin/env bash
# The test suite at full counts, then every benchmark.
source "$(dirname "$0")/common.sh"

export CASM_FULL=1
scripts/test.sh
scripts/bench.sh
