# The commands of this project; each says what it does when it begins.
SHELL := /bin/sh
.DEFAULT_GOAL := help
UV := sh scripts/uv.sh
RUN := $(UV) run --no-sync
DEMO = MENON_DATA_DIR="$${MENON_DATA_DIR:-.menon}" $(RUN) menon
# Where it is set, each process compiles all that it imports anew: 7 s of a core for a server.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo check test soak bench bench-peers docs format migration clean

help: ## List the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: ## Install, read the demo documents, start the server (ONCE=1: ask one question)
	@sh scripts/install.sh --no-dev --extra studio
	@$(DEMO) models install || echo "Without the model of embeddings, searches go by words"
	@$(DEMO) demo --knowledge docs --knowledge examples/handbook $(if $(ONCE),--once)

.venv/.ready: pyproject.toml uv.lock
	@sh scripts/install.sh
	@touch $@

check: .venv/.ready ## The gates: lint, types, layers, sizes, generated docs
	@sh scripts/check.sh

test: check ## The gates and the whole suite, on SQLite and PostgreSQL and in Chromium
	@sh scripts/test.sh

soak: .venv/.ready ## The long tests: chaos, many streams, full fuzzing
	@$(RUN) pytest -m soak --no-header -p no:cacheprovider

bench: .venv/.ready ## Measure speed and memory against stated limits
	@$(RUN) python -m bench

bench-peers: .venv/.ready ## Install the peers into a venv of their own and compare
	@$(RUN) python -m bench.peers

format: .venv/.ready ## Format the code and renew generated tables
	@$(RUN) ruff format --quiet . && $(RUN) ruff check --fix --quiet . && $(RUN) python scripts/tables.py

clean: ## Remove what the commands made, but not your data
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache htmlcov .coverage*
