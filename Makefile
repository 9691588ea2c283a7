# `make demo` and `make test` need Python 3.11 or later and nothing else; they make their own virtual environment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
DEMO := demo

.PHONY: demo test lint bench golden docs clean

demo: $(STAMP)
	BIN=$(BIN) sh .ci/demo $(DEMO)

test: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python bench/bench.py

golden: $(STAMP)
	$(BIN)/python -m pytest tests/test_golden.py tests/plans tests/audit/test_rules.py --rewrite-golden

docs: $(STAMP)
	$(BIN)/python -m pytest tests/test_docs.py tests/browser/test_picture.py --rewrite-golden

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) $(DEMO)
