# Beacon: `make` tells what there is.

.DEFAULT_GOAL := help
.PHONY: help demo test check bench lock messages
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
PDS := tests/support/pds
PEERS := build/bench/peers
BULLMQ := benchmarks/peers/bullmq
UV_PIP := UV_COMPILE_BYTECODE=1 VIRTUAL_ENV=.venv $(BIN)/uv pip

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/ready-to-run ## Watch a sample campaign go out, on this machine only (ARGS=--until-done: end by itself)
	@exec $(BIN)/beacon demo $(ARGS)

test: .venv/ready-to-test $(PDS)/node_modules/.ready check ## Check everything, then run every test
	$(BIN)/python -m pytest -n 3 --dist worksteal

check: .venv/ready-to-test ## The quick ones: format, lint, types, and who may import whom
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/ready-to-test $(PEERS)/.ready $(BULLMQ)/node_modules/.ready ## Measure it beside others, and write docs/benchmarks.md (ARGS=--quick: a few minutes)
	@$(BIN)/python -m benchmarks $(ARGS)

# What Beacon is measured beside, in environments of its own. Without Node, BullMQ is left out.
$(PEERS)/.ready: requirements/bench.txt
	@rm -rf $(PEERS) && $(BIN)/python -m venv $(PEERS)
	@if [ -x $(BIN)/uv ]; then UV_COMPILE_BYTECODE=1 VIRTUAL_ENV=$(PEERS) $(BIN)/uv pip install -q --require-hashes -r $<; \
	else $(PEERS)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r $<; fi
	@touch $@

$(BULLMQ)/node_modules/.ready: $(BULLMQ)/package-lock.json
	@if command -v npm >/dev/null; then cd $(BULLMQ) && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.ready; \
	else echo "Node.js is not installed: BullMQ is not measured."; fi

messages: .venv/ready-to-test ## Note what the pages say that is not translated yet, and list it
	@$(BIN)/python -m campaigns.web.base.messages --write

lock: .venv/ready-to-test ## Compile the lock files anew from pyproject.toml and requirements/*.in
	$(COMPILE) requirements/uv.in -o requirements/uv.txt
	$(COMPILE) pyproject.toml requirements/build.in --extra postgres -o requirements/run.txt
	$(COMPILE) pyproject.toml requirements/build.in --extra postgres --group dev -o requirements/dev.txt
	$(COMPILE) requirements/bench.in -c requirements/run.txt -o requirements/bench.txt

COMPILE := $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11

# The environment is made once, and again when its lock changes. Everything is installed by hash.
.venv/ready-to-run: requirements/run.txt | $(BIN)/python
	@echo "Setting up .venv, once ..."
	@$(call install,requirements/run.txt)
	@touch $@

.venv/ready-to-test: requirements/dev.txt | $(BIN)/python
	@echo "Setting up .venv for tests, once ..."
	@$(call install,requirements/dev.txt)
	@touch $@ .venv/ready-to-run

# uv where it can be had, else pip: slower, the same files.
define install
if [ -x $(BIN)/uv ] || $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt; then \
	$(UV_PIP) install -q --require-hashes -r $(1) && \
	$(UV_PIP) install -q --no-deps --no-build-isolation -e .; \
else \
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1) && \
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; \
fi && $(BIN)/python -m compileall -q campaigns config workers
endef

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Beacon needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "Python cannot make a virtual environment (Debian: apt install python3-venv)." >&2; exit 1; }

# The reference Bluesky server for tests. Without Node, those tests say why they are skipped.
$(PDS)/node_modules/.ready: $(PDS)/package-lock.json
	@if command -v npm >/dev/null; then cd $(PDS) && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.ready; \
	else echo "Node.js is not installed: the Bluesky tests will be skipped."; fi

.PHONY: faults
faults: .venv/ready-to-test ## Break it in the twenty ways it survives, and write docs/faults.md (ARGS=--resume: go on)
	$(BIN)/python -m tests.faults $(ARGS)

.PHONY: simulate
simulate: .venv/ready-to-test ## Run the engine on virtual time through 1,000 seeds (ARGS="--seed 7": one, with its story)
	$(BIN)/python -m tests.simulation $(ARGS)

.PHONY: mutants
mutants: .venv/ready-to-test ## Break the engine on purpose, and see which test notices (ARGS="--only pause": some)
	$(BIN)/python -m tests.mutants $(ARGS)

.PHONY: screenshots
screenshots: .venv/ready-to-test ## Draw docs/images anew from the real app (ARGS="--look FOLDER": every page, to look at)
	$(BIN)/python -m tests.screenshots $(ARGS)
