# Collaudo. `make` or `make help` lists what can be asked; every target can be run again and does only what is missing.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
export PORT ?= 8000
export PYTHONUNBUFFERED = 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export CUSTOM_COMPILE_COMMAND = make locks

DONE := .venv/done
RUN := .venv/bin
MANAGE := $(RUN)/python manage.py
NPM := sh requirements/npm.sh
SAY = @printf '\n\033[1m== %s\033[0m\n'

APP_SOURCES = $(shell find */templates frontend/src frontend/styles frontend/drawings -type f 2>/dev/null)
CATALOGUES = $(wildcard */locale/*/LC_MESSAGES/*.po)

.PHONY: help demo test lint types translations assets locks messages stop clean

help:  ## list the targets
	@printf 'Collaudo: one machine with Python 3.11 is enough.\n\n'
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@printf '\nPORT, COLLAUDO_DATA_DIR and COLLAUDO_DEMO_PASSWORD move the demonstration (docs/operations.md).\n'

demo: $(DONE)/base $(DONE)/static $(DONE)/translations  ## the demonstration centre on http://127.0.0.1:8000; Ctrl-C stops it
	$(SAY) 'Database, demonstration centre, server'
	@COLLAUDO_TIME_TRAVEL=1 exec $(MANAGE) serve --demo

test: $(DONE)/dev $(DONE)/assets $(DONE)/translations  ## everything that CI runs
	@sh .ci/tools
	@sh .ci/checks

lint: $(DONE)/dev  ## style, import contracts, types
	$(SAY) 'Style'
	@$(RUN)/ruff check . && $(RUN)/ruff format --check .
	$(SAY) 'Import contracts'
	@$(RUN)/lint-imports
	$(SAY) 'Types'
	@$(RUN)/mypy .

assets: $(DONE)/assets  ## the front end's files, in frontend/dist

translations: $(DONE)/translations  ## compile the catalogues of texts

messages: $(DONE)/base  ## collect new texts into the catalogues of every app (needs gettext)
	@$(MANAGE) collect_messages

locks: $(DONE)/dev  ## write requirements/*.txt again from requirements/*.in
	$(SAY) 'Locks'
	@for name in base dev node; do \
	  echo "requirements/$$name.txt"; \
	  $(RUN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-options --no-emit-index-url \
	    --no-emit-trusted-host --no-emit-find-links --output-file requirements/$$name.txt requirements/$$name.in || exit 1; \
	done

stop: $(DONE)/base  ## stop what a demonstration left running
	@$(MANAGE) stop

clean:  ## remove what was built (the data in .data stay)
	rm -rf .venv node_modules frontend/dist staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name '*.mo' -path '*/locale/*' -delete

# --- What the targets stand on -----------------------------------------------------------------------------------------

$(DONE)/venv:
	$(SAY) 'Python environment'
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Collaudo needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.11'; exit 1; }
	@test -x $(RUN)/python || $(PYTHON) -m venv .venv
	@mkdir -p $(DONE) && touch $@

$(DONE)/base: $(DONE)/venv requirements/base.txt
	$(SAY) 'Python packages'
	@$(RUN)/python -m pip install --quiet --require-hashes -r requirements/base.txt
	@touch $@

$(DONE)/dev: $(DONE)/base requirements/dev.txt
	$(SAY) 'Python packages that check the code'
	@$(RUN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

$(DONE)/node: $(DONE)/venv requirements/npm.sh requirements/node.txt package.json package-lock.json .npmrc
	$(SAY) 'Front-end packages'
	@$(NPM) ci --no-progress --no-update-notifier --loglevel=error
	@touch $@

$(DONE)/assets: $(DONE)/node $(APP_SOURCES) frontend/icons.txt vite.config.ts tsconfig.json
	$(SAY) 'Front-end files'
	@$(NPM) run --silent build -- --logLevel error
	@touch $@

$(DONE)/static: $(DONE)/base $(DONE)/assets $(wildcard */static/*)
	$(SAY) 'Static files'
	@$(MANAGE) collectstatic --no-input --clear --verbosity 0
	@touch $@

$(DONE)/translations: $(DONE)/base $(CATALOGUES)
	$(SAY) 'Translations'
	@$(MANAGE) compile_translations
	@touch $@
