# Everything runs in .venv, which the first target that needs it makes.
# `make help` lists what there is.

VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8000
PYTEST_ARGS ?=
BENCH_ARGS ?=
# Plugins of mypy and Django import the test settings, the example site and the package.
SOURCES := .:src:example_project
PIP_INSTALL := $(PY) -m pip install -qq --disable-pip-version-check --no-warn-script-location
LOCK := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--no-emit-index-url --custom-compile-command 'make lock'

# The newest Python that starts and can make a virtual environment; `make PYTHON=… test` overrules.
PYTHON ?= $(shell for candidate in python3.13 python3.12 python3.11 python3; do \
	"$$candidate" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' \
	2>/dev/null && echo "$$candidate" && break; done)

.DEFAULT_GOAL := help
.PHONY: help test bench demo demo-reset lint style imports templates spelling types format docs \
	messages client lock clean

help: ## Say what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" \
		read -r target text; do printf '  make %-12s %s\n' "$$target" "$$text"; done

$(PY):
	@if [ -z "$(PYTHON)" ]; then \
		echo "No Python 3.11 or newer was found that can make a virtual environment."; \
		echo "Install one (on Debian and Ubuntu: apt-get install python3 python3-venv),"; \
		echo "or name it: make PYTHON=/path/to/python3 test"; \
		exit 1; \
	fi
	@echo "Making $(VENV) with $$($(PYTHON) --version)."
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)

# The stamps stand in .venv, so that a second start installs nothing. The demo needs the package
# and what it depends on; everything else needs the tools too.
$(VENV)/demo.stamp: requirements/demo.txt pyproject.toml | $(PY)
	@echo "Installing what the package depends on."
	@$(PIP_INSTALL) --require-hashes -r requirements/demo.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/demo.stamp | $(PY)
	@echo "Installing the tools and the test suite's needs."
	@$(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

test: $(VENV)/dev.stamp ## Run the suite on SQLite, against both hosts
	DJANGO_SETTINGS_MODULE=tests.settings.example $(PY) -m pytest -m "not browser" $(PYTEST_ARGS)
	DJANGO_SETTINGS_MODULE=tests.settings.minimal $(PY) -m pytest -m "not browser and not once and not broad" $(PYTEST_ARGS)

bench: $(VENV)/dev.stamp ## Measure at 100,000 requests: SQLite, and PostgreSQL where it is there
	PYTHONPATH=$(SOURCES) $(PY) -m benchmarks $(BENCH_ARGS)

demo: $(VENV)/demo.stamp ## Serve the example site on 127.0.0.1, port PORT (8000)
	@$(PY) example_project/manage.py run_demo --port $(PORT)

demo-reset: $(VENV)/demo.stamp ## Serve it with its first content again
	@$(PY) example_project/manage.py run_demo --port $(PORT) --reset

lint: style imports templates spelling ## Check style, the order of imports, templates, spelling

style: $(VENV)/dev.stamp
	$(PY) -m ruff check --output-format concise .
	$(PY) -m ruff format --check .

imports: $(VENV)/dev.stamp
	PYTHONPATH=src $(VENV)/bin/lint-imports --no-logo

templates: $(VENV)/dev.stamp
	git ls-files -z '*.html' | xargs -0 -r $(VENV)/bin/djhtml --tabwidth 2 --check

spelling: $(VENV)/dev.stamp
	git ls-files -z | xargs -0 $(VENV)/bin/codespell

format: $(VENV)/dev.stamp ## Put sources and templates into shape
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	git ls-files -z '*.html' | xargs -0 -r $(VENV)/bin/djhtml --tabwidth 2

types: $(VENV)/dev.stamp ## Check types, strictly
	PYTHONPATH=$(SOURCES) $(PY) -m mypy

docs: $(VENV)/dev.stamp ## Build the documentation into docs/_build/html
	PYTHONPATH=$(SOURCES) $(PY) -m sphinx -W --keep-going -b html docs docs/_build/html

messages: $(VENV)/dev.stamp ## Collect and compile translations (needs gettext)
	cd src/wargame_mentorship && ../../$(PY) -P -m django makemessages --all --no-location --no-wrap
	cd src/wargame_mentorship && ../../$(PY) -P -m django compilemessages
	cd example_project && ../$(PY) -P -m django makemessages --all --no-location --no-wrap
	cd example_project && ../$(PY) -P -m django compilemessages

client: $(VENV)/demo.stamp ## Build script and types of the custom elements (needs Node.js 18)
	$(PY) example_project/manage.py spectacular --file client/schema.yml
	cd client && npm ci --silent
	cd client && npm run --silent types
	cd client && npm run --silent build -- schema.yml

lock: $(VENV)/dev.stamp ## Compile requirements/ anew from pyproject.toml
	$(LOCK) pyproject.toml --group dev --generate-hashes --upgrade -o requirements/dev.txt
	$(LOCK) pyproject.toml --group demo --generate-hashes -c requirements/dev.txt -o requirements/demo.txt
	# Which Django, the pair of the matrix says.
	$(LOCK) --group test --no-emit-package django -c requirements/dev.txt -o requirements/test.txt
	$(LOCK) pyproject.toml --extra postgres --extra mariadb --generate-hashes \
		-c requirements/dev.txt -o requirements/databases.txt

clean: ## Throw away .venv, caches and builds, but not the demo's data in var/
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .tox \
		build dist docs/_build
