#!/usr/bin/env bash
# Removes what set-up and runs made in this clone; the data folder with its database is kept.
source "$(dirname "$0")/common.sh"

rm -rf .venv node_modules out .setup ./*.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
find . -name __pycache__ -type d -prune -exec rm -rf {} +
say "clean: removed .venv, node_modules, out and caches; data is kept"
