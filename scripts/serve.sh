#!/usr/bin/env bash
# Serves the inventory in the data folder, whatever is in it.
source "$(dirname "$0")/common.sh"

scripts/setup.sh
exec .venv/bin/casm serve
