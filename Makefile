# Everything runs out of .venv, made from one lock file; the second time nothing is done.
.DEFAULT_GOAL := help
.PHONY: help demo test run lock
PYTHON ?= python3
IN_VENV := .venv/bin/python

help:
	@echo "make demo   a Telegram of your own at http://127.0.0.1:8080, with the bot in it"
	@echo "make test   format, lint, types and all tests"
	@echo "make run    the bot on Telegram; the token comes from BOT_TOKEN or .env"

demo: .venv/ready
	@$(IN_VENV) -m bot demo

run: .venv/ready
	@$(IN_VENV) -m bot run

test: .venv/ready .venv/browser
	@$(IN_VENV) -m ruff format --check --quiet bot tests decks || { echo "make test: 'ruff format' would change the files above."; exit 1; }
	@$(IN_VENV) -m ruff check --quiet bot tests decks
	@$(IN_VENV) -m mypy
	@$(IN_VENV) -m pytest -n 2

.venv/ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Deckhand needs Python 3.11 or newer as '$(PYTHON)'; set PYTHON=... if it has another name."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "Deckhand needs Python's venv module (on Debian: apt-get install python3-venv)."; exit 1; }
	@echo "Setting up .venv (once, about a minute) ..."
	@$(PYTHON) -m venv --clear .venv
	@$(IN_VENV) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

# The browser tests need a Chromium. In CI one is installed (Debian, as root); elsewhere they run where one is found.
.venv/browser: .venv/ready
	@if [ "$$CI" = "true" ] && ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null; then \
	  [ "$$(id -u)" = 0 ] || { echo "CI needs Chromium for the browser tests: install it, or run as root on Debian."; exit 1; }; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	fi
	@if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then touch $@; fi

# For us: after a change of pyproject.toml.
lock: .venv/ready
	uv pip compile --universal --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
	  --quiet --output-file requirements.lock pyproject.toml
