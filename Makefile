# SPDX-License-Identifier: Apache-2.0
# `make help` is the manual. Each folder has the same five targets: setup generate lint test build.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
UV := $(VENV)/bin/uv
# The longest to test come first: packages are set up and tested side by side.
PACKAGES := gateway sdk-typescript sdk-go sdk-java sdk-python spec
SUITE := conformance
ONLY ?= *
DATA_DIR ?= data
PORT ?= 8080
export DATA_DIR PORT
# Tells what the package's tests took, on the clock and of the processors.
TIMED = TIMEFORMAT="== $(@:test-%=%) took %0R s, %0U s of CPU"; time
# Hundreds of processes are started here: each would compile every module again where this is set.
export PYTHONDONTWRITEBYTECODE :=
.PHONY: help run setup generate lint test race build docs examples recipes conformance bench live services clean \
  $(PACKAGES:%=setup-%)

help: ## show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  \033[1m%-12s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.runtime ## start a working gateway with a test key (PORT, DATA_DIR); no provider account needed
	@exec $(BIN)/ringside-gateway serve --port $(PORT) --data-dir $(DATA_DIR)

setup: ## install everything the other targets need
	@$(MAKE) --no-print-directory -j3 $(VENV)/.dev $(PACKAGES:%=setup-%)

setup-gateway setup-spec: $(VENV)/.dev
setup-sdk-python: $(UV)

$(filter setup-sdk-%,$(PACKAGES:%=setup-%)): setup-%:
	@$(MAKE) --no-print-directory -C $* setup

generate: $(VENV)/.dev ## spec -> bundle, gateway tables, SDK resources, reference; leaves no diff when up to date
	@$(BIN)/python -m ringside_codegen generate

lint: $(VENV)/.dev ## style, types, imports, sizes, nouns, links
	@$(BIN)/ruff check gateway spec sdk-python conformance tools docs/cookbook
	@$(BIN)/ruff format --check gateway/src spec sdk-python conformance tools
	@$(BIN)/python tools/check_sizes.py
	@$(BIN)/python tools/check_nouns.py
	@$(BIN)/python tools/check_links.py
	@for package in $(PACKAGES); do $(MAKE) --no-print-directory -C $$package lint || exit 1; done
	@$(MAKE) --no-print-directory -C $(SUITE) lint PYTHON=$(BIN)/python

test: services $(VENV)/.dev ## every test of every package, set-up included, three packages at a time
	@$(MAKE) --no-print-directory -j3 --output-sync=target $(PACKAGES:%=test-%) test-tools

test-tools: $(VENV)/.dev
	@$(BIN)/python -m pytest -q tools/tests

# A package is tested as soon as it is set up: downloads for the others go on meanwhile.
test-sdk-%: setup-sdk-% $(VENV)/.dev
	@echo "== sdk-$*, with a gateway beside it"
	@$(TIMED) $(BIN)/python tools/with_gateway.py $(MAKE) --no-print-directory -C sdk-$* test

test-$(SUITE): setup ## the conformance suite's own tests: runner, cases, planted defects
	@echo "== $(SUITE)"
	@$(MAKE) --no-print-directory -C $(SUITE) test PYTHON=$(BIN)/python

test-%: setup-%
	@echo "== $*"
	@$(TIMED) $(MAKE) --no-print-directory -C $* test

race: setup ## the Go SDK's tests once more, with the race detector
	@$(BIN)/python tools/with_gateway.py $(MAKE) --no-print-directory -C sdk-go race

build: setup ## the artefacts a user installs: wheels, npm tarball, jar; each tried in an empty project
	@for package in $(PACKAGES); do $(MAKE) --no-print-directory -C $$package build || exit 1; done
	@$(BIN)/python tools/with_gateway.py $(MAKE) --no-print-directory -C $(SUITE) install-check PYTHON=$(BIN)/python

docs: generate ## the reference from the spec, and every link followed
	@$(BIN)/python tools/catalogue_pages.py
	@$(BIN)/python tools/check_links.py

examples: setup ## every SDK's examples, run against a gateway
	@for package in $(filter sdk-%,$(PACKAGES)); do \
	  $(BIN)/python tools/with_gateway.py $(MAKE) --no-print-directory -C $$package examples || exit 1; done

recipes: setup ## every recipe of the cookbook, run against a gateway
	@echo "== cookbook"
	@$(BIN)/python tools/with_gateway.py $(MAKE) --no-print-directory -C docs/cookbook test PYTHON=$(BIN)/python

conformance: setup ## every SDK proved against the gateway: drivers x cases, and the matrix (ONLY=GLOB for some)
	@$(MAKE) --no-print-directory -C $(SUITE) drivers
	@$(BIN)/python tools/with_gateway.py $(MAKE) --no-print-directory -C $(SUITE) run PYTHON=$(BIN)/python ONLY='$(ONLY)'

bench: setup ## what a call, a start and an import cost; figures hold for one run on one quiet machine
	@for script in gateway/bench/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done
	@echo "== ours, LiteLLM and Portkey, in rounds (the first run installs the peers: some minutes)"
	@$(MAKE) --no-print-directory services
	@set -a; . build/services/env; set +a; $(BIN)/python gateway/bench/versus
	@for package in $(filter sdk-%,$(PACKAGES)); do \
	  if grep -q '^bench:' $$package/Makefile; then echo "== $$package"; $(MAKE) --no-print-directory -C $$package bench || exit 1; fi; done

live: $(VENV)/.dev ## five calls to every provider whose key is in the environment (ONLY=a,b MODEL=m); costs money, never in CI
	@ONLY='$(ONLY)' $(BIN)/python gateway/live/five_calls.py

services: ## install from Debian packages and start what the tests need (PostgreSQL, Redis)
	@tools/services.sh start

clean: ## forget everything that was built or installed here
	rm -rf $(VENV) build dist node_modules

# pip installs uv, and uv everything else, much faster (docs/decisions/0022-uv-installs.md).
$(UV): tools/requirements.lock
	@echo "making $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r tools/requirements.lock
	@touch $@

$(VENV)/.runtime: gateway/requirements.lock gateway/pyproject.toml $(UV)
	@echo "installing the gateway (once; some seconds)"
	@tools/install.sh $(BIN)/python --require-hashes -r gateway/requirements.lock
	@tools/install.sh $(BIN)/python --no-deps --no-build-isolation -e gateway
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime spec/codegen/pyproject.toml sdk-python/pyproject.toml
	@echo "installing what tests and checks need (once; some seconds)"
	@tools/install.sh $(BIN)/python --require-hashes -r requirements-dev.lock
	@tools/install.sh $(BIN)/python --no-deps --no-build-isolation -e spec/codegen -e sdk-python -e conformance
	@touch $@
