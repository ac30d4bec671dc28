# Memoir from the outside: `make demo` shows it at work, `make test` proves it.
# Each target that needs packages or the Python environment calls scripts/setup, which is quick once they are there.

SHELL := /bin/bash
.DEFAULT_GOAL := help

RELEASE := .build/release
PYTHON := .local/venv-development/bin/python
SWIFT_SOURCES := Package.swift Sources Tests $(wildcard Benchmarks)

.PHONY: help setup build demo test chaos fuzz lint format bench clean

help: ## Say what each target does
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: ## Install what is missing on this machine, tools of development included
	@scripts/setup --development

build: ## Build the release binary, .build/release/memoir
	@scripts/setup
	swift build --configuration release --product memoir

demo: ## Save and search some memories end to end on this machine (KEEP=1 leaves it running)
	@scripts/setup
	@KEEP="$(KEEP)" scripts/demo

test: ## Run every test: Swift, the local engines, end to end, the Python client
	@scripts/setup --development
	@$(PYTHON) scripts/test

chaos: ## Kill, freeze and starve everything at full size (SEED=N, JOBS=N, SANITIZER=thread|address)
	@scripts/setup --development
	@SANITIZER="$(SANITIZER)" scripts/chaos $(if $(SEED),--seed $(SEED)) $(if $(JOBS),--jobs $(JOBS))

fuzz: ## Feed the MCP server a million odd inputs (INPUTS=N, LIMIT=seconds, SEED=N)
	@scripts/setup
	@scripts/fuzz $(if $(INPUTS),--inputs $(INPUTS)) $(if $(LIMIT),--seconds $(LIMIT)) $(if $(SEED),--seed $(SEED))

lint: ## Check the form of Swift, Python, shell and YAML
	@scripts/setup --development
	@scripts/lint

format: ## Put Swift and Python into that form
	@scripts/setup --development
	swift format --in-place --parallel --recursive $(SWIFT_SOURCES)
	.local/venv-development/bin/ruff format .
	.local/venv-development/bin/ruff check --fix .

bench: build ## Measure the queue against the floor of Redis, saves, searches and backfills against plain clients
	@scripts/setup --development
	swift build --configuration release --product memoir-bench
	swift build --configuration release --product redis-floor
	@$(PYTHON) scripts/bench
	@$(PYTHON) scripts/bench-memory
	@$(PYTHON) scripts/bench-backfill

clean: ## Remove what was built; .local, with the data of a demo left running, stays
	swift package clean
	rm -rf .pytest_cache .ruff_cache .mypy_cache
