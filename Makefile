# Xinheng 信衡. Two commands are enough: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000

.PHONY: help setup demo test check lint types contracts migrations run soak bench browser-setup docs lock clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

setup: $(VENV)/.ready ## make .venv with everything the other targets need

demo: setup ## a fictional city office on 127.0.0.1:8000
	$(BIN)/xinheng demo --port $(PORT)

run: setup ## serve this installation on plain http (no demo data)
	XINHENG_HTTPS=0 $(BIN)/xinheng init && XINHENG_HTTPS=0 $(BIN)/xinheng serve --port $(PORT)

# Two processes; they have to find the same tests in the same order, sets of words included.
test: setup ## all tests (under 5 minutes)
	PYTHONHASHSEED=0 $(BIN)/python -m pytest -n 2

check: lint types contracts migrations test ## everything CI runs

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

contracts: setup
	$(BIN)/lint-imports

migrations: setup
	$(BIN)/python -m pytest -q tests/config/test_migrations.py

soak: setup ## the long proofs
	XINHENG_SOAK=1 $(BIN)/python -m pytest -m soak --no-header

bench: setup ## the benchmarks, each a ratio against a baseline of the same run
	for file in bench/intake.py bench/lookup.py bench/ledger.py bench/report.py bench/clocks.py; do $(BIN)/python $$file || exit 1; done

browser-setup: ## a headless Chromium and a Chinese font for the browser tests (Debian)
	apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk

docs: setup ## renew docs/traceability.md
	$(BIN)/xinheng clauses --markdown > docs/traceability.md

lock: ## renew requirements.lock from pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --all-extras --strip-extras --no-header --allow-unsafe \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o requirements.lock pyproject.toml

clean: ## remove what was built (the database under var/ stays)
	rm -rf $(VENV) *.egg-info staticfiles .mypy_cache .ruff_cache .pytest_cache
