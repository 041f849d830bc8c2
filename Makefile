.DEFAULT_GOAL := help
SHELL := /bin/bash

# The first Python on the path that is new enough; another one: make install PYTHON=/path/to/python3.12
PYTHON ?= $(shell for candidate in python3 python3.13 python3.12 python3.11; do \
	$$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$candidate; break; }; done)
PORT ?= 5000
BIN := .venv/bin
INSTALLED := .venv/installed-from-the-lock
# Tests start the product some hundreds of times: compiled modules are kept, or each start compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE
TOGETHER := --numprocesses 3 --dist worksteal
# Their files lie in memory where there is room: half of the time of a run is waiting for a disk otherwise.
MEMORY = $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000000 { print "TMPDIR=/dev/shm" }')

.PHONY: help install demo test lint fmt bench translations new-connector

help: ## say what make can do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

install: $(INSTALLED) ## make .venv from requirements.lock (demo and test do it by themselves)

$(INSTALLED): requirements.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed. Is it somewhere else? make install PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; echo "This Python cannot make an environment. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements.lock
	@touch $@

demo: $(INSTALLED) ## app and emulated packages with made-up clubs [PORT=5000] [FRESH=1]
	@$(BIN)/python -m demo --port $(PORT) $(if $(FRESH),--fresh)

test: lint ## everything: style, types, layers, tests, coverage
	@$(MEMORY) $(BIN)/python -m pytest $(TOGETHER) --part measured --cov --cov-report=
	@$(BIN)/python -m tests.rules.coverage_floors
	@$(MEMORY) $(BIN)/python -m pytest $(TOGETHER) --part others

lint: $(INSTALLED) ## style, types, layers, templates
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/djlint templates demo/templates --lint --quiet

fmt: $(INSTALLED) ## put the style right
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

bench: $(INSTALLED) ## the figures, one JSON object a line
	@$(BIN)/python -m tests.load.bench

translations: $(INSTALLED) ## which texts have no Dutch yet
	@$(BIN)/python -m pytest -q --no-header tests/rules/test_catalogues.py

new-connector: $(INSTALLED) ## start a package: make new-connector NAME=my_package
	@test -n "$(NAME)" || { echo "Which one? make new-connector NAME=my_package"; exit 2; }
	@$(BIN)/python -m tests.connectors.sixth "$(NAME)"
