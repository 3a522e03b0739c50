# Everything runs out of .venv, made from one lock file; the second time nothing is done.
.DEFAULT_GOAL := help
.PHONY: help demo test storm bench gallery run audit lock
PYTHON ?= python3
IN_VENV := .venv/bin/python

help:
	@echo "make demo   a Telegram of your own at http://127.0.0.1:8080, with the bot in it; PORT=8081 puts it elsewhere"
	@echo "make test   format, lint, types and all tests"
	@echo "make storm  every fault at every call, for ten minutes or MINUTES=2; SEED=123 plays one story again, CASE='...' one case"
	@echo "make bench  how fast it is, each figure beside its floor; three minutes on a machine that does nothing else"
	@echo "make gallery  sixty very different cards as the demo's page shows them, light and dark; into .gallery or PICTURES=FOLDER"
	@echo "make run    the bot on Telegram; the token comes from BOT_TOKEN or .env"
	@echo "make audit  known vulnerabilities of the libraries in use; needs the network"
	@echo "make lock   the lock files anew, after a change of pyproject.toml; needs uv and the network"

demo: .venv/ready
	@$(IN_VENV) -m bot demo $(if $(PORT),--port $(PORT))

run: .venv/ready
	@$(IN_VENV) -m bot run

test: .venv/ready .venv/browser
	@$(IN_VENV) -m ruff format --check --quiet bot tests decks || { echo "make test: 'ruff format' would change the files above."; exit 1; }
	@$(IN_VENV) -m ruff check --quiet bot tests decks
	@$(IN_VENV) -m mypy
	@# On two cores: the third process is at work while others wait for threads, processes and browsers.
	@$(IN_VENV) -m pytest -n 3

MINUTES ?= 10
storm: .venv/ready
	@$(IN_VENV) -m tests.storm --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) $(if $(CASE),--case '$(CASE)')

bench: .venv/ready
	@$(IN_VENV) -m tests.bench $(PART)

gallery: .venv/ready
	@$(IN_VENV) -m tests.gallery $(PICTURES)

# Through a link, an environment of somebody else's would be emptied. Of two makes at once the second waits for the first
# and finds it done; where there is no flock it does not wait.
ALONE = if [ -L $(1) ]; then echo "$(1) is a link: remove it, and make sets up one of its own here."; exit 1; fi; \
	  if command -v flock >/dev/null; then exec 9<Makefile; flock 9; fi

# The old environment stands in .venv.was until the new one is whole, and comes back where that ends before: at once, on
# Ctrl-C too (not every sh minds an EXIT trap then), or with the next make where nothing could be done any more.
.venv/ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Deckhand needs Python 3.11 or newer as '$(PYTHON)'; set PYTHON=... if it has another name."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "Deckhand needs Python's venv module (on Debian: apt-get install python3-venv)."; exit 1; }
	@set -e; $(call ALONE,.venv); \
	  if [ ! -e $@ ] && [ -e .venv.was ]; then rm -rf .venv; mv .venv.was .venv; fi; \
	  if [ $@ -nt requirements.lock ]; then exit 0; fi; \
	  if cmp -s requirements.lock .venv/requirements.lock; then touch $@; exit 0; fi; \
	  if [ -e $@ ]; then rm -rf .venv.was; mv .venv .venv.was; fi; \
	  if cmp -s requirements.lock .venv.before/requirements.lock; then rm -rf .venv; mv .venv.before .venv; \
	  else trap '[ -e $@ ] || [ ! -e .venv.was ] || { rm -rf .venv; mv .venv.was .venv; }' EXIT; trap 'exit 1' HUP INT TERM; \
	    echo "Setting up .venv (once, about a minute) ..."; \
	    $(PYTHON) -m venv --clear .venv; \
	    $(IN_VENV) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; \
	    cp requirements.lock .venv/; \
	  fi; \
	  if [ -e .venv.was ]; then rm -rf .venv.before; mv .venv.was .venv.before; fi; touch $@

# The browser tests need a Chromium. In CI one is installed (Debian, as root); elsewhere they run where one is found.
.venv/browser: .venv/ready
	@if [ "$$CI" = "true" ] && ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null; then \
	  [ "$$(id -u)" = 0 ] || { echo "CI needs Chromium for the browser tests: install it, or run as root on Debian."; exit 1; }; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	fi
	@if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then touch $@; fi

# Known vulnerabilities of what is locked. The database of them is asked over the network: where it cannot be, this fails.
audit: .venv-audit/ready
	@.venv-audit/bin/python -m pip_audit --disable-pip --require-hashes --strict --progress-spinner off --desc off \
	  --requirement requirements.lock --requirement deploy/audit.lock \
	  || { echo "make audit: not clean. A finding stands above, or the database of vulnerabilities could not be asked."; exit 1; }

.venv-audit/ready: deploy/audit.lock .venv/ready
	@set -e; $(call ALONE,.venv-audit); if [ $@ -nt deploy/audit.lock ] && [ $@ -nt .venv/ready ]; then exit 0; fi; \
	  echo "Setting up .venv-audit (once) ..."; \
	  $(PYTHON) -m venv --clear .venv-audit; \
	  .venv-audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/audit.lock; \
	  touch $@

# For us: after a change of pyproject.toml. What is run on a server is a part of what is worked with, in the same versions.
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
  --no-annotate --no-header --quiet
lock: .venv/ready
	@$(LOCK) --extra dev --output-file requirements.lock pyproject.toml
	@$(LOCK) --constraint requirements.lock --output-file deploy/requirements.lock pyproject.toml
	@$(LOCK) --constraint requirements.lock --group audit --output-file deploy/audit.lock
