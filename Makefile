# Two commands suffice: `make run` and `make test`. Both set up .venv first, once.

PORT ?= 8501
HOST ?= localhost
# cpu or cuda; auto takes CUDA where an NVIDIA GPU is seen.
TORCH ?= auto
ARGS ?=

PYTHON_BIN := .venv/bin/python
# They run one after another: they take the time that real servers need.
SERVER_TESTS := tests/deploy tests/abuse/test_server.py
# Processors share the tests; one thread each, or the threads would fight for the same cores.
UNIT_TESTS := OMP_NUM_THREADS=1 $(PYTHON_BIN) -m pytest $(addprefix --ignore=,tests/browser $(SERVER_TESTS)) \
	-n auto --maxprocesses=4

export TORCH

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test lint audit train bench lecture setup test-unit test-servers test-browser setup-dev

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "  PORT=8501 and HOST=localhost say where the app is served (HOST=0.0.0.0: to the whole network);"
	@echo "  TORCH=cpu or TORCH=cuda chooses PyTorch's build; ARGS=... is handed on to train, bench and the tests."

run: setup ## Set up and serve the app at http://localhost:8501
	@exec $(PYTHON_BIN) -m demo.server --host $(HOST) --port $(PORT)

test: test-unit test-servers test-browser ## Set up and run all tests, those in a real browser last

lint: setup-dev ## Check style (ruff) and types (mypy)
	$(PYTHON_BIN) -m ruff check .
	$(PYTHON_BIN) -m ruff format --check .
	$(PYTHON_BIN) -m mypy

audit: ## Look the pinned packages up in the database of known weaknesses (pip-audit; needs a network)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && python3 -m venv "$$folder" && \
		"$$folder/bin/pip" install --quiet pip-audit==2.10.1 && \
		"$$folder/bin/pip-audit" --requirement requirements.txt --no-deps --disable-pip --strict

train: setup ## Meta-train every weight file anew, as its card says
	$(PYTHON_BIN) -m demo train --all $(ARGS)

bench: setup-dev ## Measure speed, in a real browser and under load, and print the table
	@sh .ci/browser
	$(PYTHON_BIN) -m tests.benchmarks $(ARGS)

lecture: setup-dev ## Hold the README's lecture in Chromium; pictures of every stop go to lecture/
	@sh .ci/browser
	$(PYTHON_BIN) -m pytest tests/browser/test_lecture.py --screenshots=lecture $(ARGS)

setup: ## Only set up .venv for running the app
	@sh .ci/setup run

test-unit: setup-dev ## Run the tests that need no browser and no nginx
	$(UNIT_TESTS) $(ARGS)

test-servers: setup-dev ## Run the tests of real servers: hostile visitors, several replicas behind nginx
	@sh .ci/nginx
	$(PYTHON_BIN) -m pytest $(SERVER_TESTS) $(ARGS)

test-browser: setup-dev ## Run the tests that drive the app in Chromium
	@sh .ci/browser
	$(PYTHON_BIN) -m pytest tests/browser $(ARGS)

setup-dev:
	@sh .ci/setup test
