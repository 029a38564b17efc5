#!/usr/bin/env bash
# From nothing to the demo region's map: set-up, then the casm demo command, which computes, writes out/ and serves.
source "$(dirname "$0")/common.sh"

scripts/setup.sh
serve=--serve
if [ "${SERVE:-yes}" = no ] || [ ! -t 0 ] || [ ! -t 1 ]; then
    serve=--no-serve
fi
exec .venv/bin/casm demo "$serve"
