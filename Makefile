# Everything a person does with CASM from a fresh clone. The work is in scripts/, one concept a file.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test check-full setup serve server lint bench bench-rls bench-inventory lock clean pictures

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

demo: ## Build the demo region, write out/ and serve the map until Ctrl-C (SERVE=no: fetch it once and end)
	@scripts/demo.sh

test: ## Lint and run the test suite (10 to 15 minutes)
	@scripts/test.sh

check-full: ## Everything at full counts, then the benchmarks; before an issue is closed
	@scripts/check-full.sh

setup: ## Install what is missing: Debian packages, .venv, browser assets
	@scripts/setup.sh

serve: ## Serve the inventory as it is, until Ctrl-C
	@scripts/serve.sh

server: ## Set up the server for others, by TLS behind nginx: URL=https://NAME (see README)
	@scripts/server.sh

lint: ## Check style and import contracts
	@scripts/setup.sh
	@scripts/lint.sh

bench: ## Run every script in benchmarks/
	@scripts/setup.sh
	@scripts/bench.sh

bench-rls: ## What row security costs a search by place, and what its timing tells
	@scripts/setup.sh
	@.venv/bin/python benchmarks/bench_row_security.py

bench-inventory: ## How quick every page is with 1,000,000 records, and what its timing tells
	@scripts/setup.sh
	@.venv/bin/python benchmarks/bench_inventory.py

lock: ## Resolve requirements/*.in and package.json again (UPGRADE=yes takes newer versions)
	@scripts/lock.sh

pictures: ## Take the pictures of docs/walk.md anew
	@scripts/pictures.sh

clean: ## Remove .venv, node_modules, out and caches; never the data folder
	@scripts/clean.sh
