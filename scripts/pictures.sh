#!/usr/bin/env bash
# Walks through the demo region as docs/walk.md tells it, and takes its pictures anew.
source "$(dirname "$0")/common.sh"

scripts/setup.sh
CASM_WALK_PICTURES="$PWD/docs/pictures" .venv/bin/python -m pytest -q -m full tests/journeys/test_walk.py
