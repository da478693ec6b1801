# One line for each thing to do; what needs more lives in .ci/ and in manage.py. PORT and DATA_DIR are passed on.
.PHONY: demo demo-reset install test test-postgres lint format bench messages pins screenshots
PY = .venv/bin/python
# Two processes share the tests: what one waits for in the browser or on the disk, the other works on. On PostgreSQL
# each has a server of its own, as some tests look at what it leaves on the disk.
SHARED = -n 2 --dist worksteal

demo: install                # serve the demo project
	@$(PY) manage.py demo

demo-reset: install          # the same, afresh
	@$(PY) manage.py demo --reset

install:                     # what running needs, into .venv
	@.ci/venv base

test:                        # all tests
	@.ci/venv base test
	@.ci/tools chromium-headless-shell firefox-esr libatomic1 libreoffice-writer-nogui
	@$(PY) -m pytest $(SHARED) $(ARGS)

test-postgres:               # all tests but most of the browser's, on a private PostgreSQL
	@.ci/venv base test
	@.ci/tools postgresql chromium-headless-shell libatomic1 libreoffice-writer-nogui
	@SERVERS=2 PYTHON=$(PY) .ci/postgres $(PY) -m pytest $(SHARED) -m "not browser or smoke" $(ARGS)

lint:                        # style, types, migrations and translations
	@.ci/venv base test lint
	@.ci/tools gettext
	@.ci/lint

format:                      # what lint would complain about and a program can mend
	@.ci/venv base test lint
	@$(PY) -m ruff check --fix . && $(PY) -m ruff format .
	@find templates coding -name '*.html' -exec .venv/bin/djade --target-version 5.2 {} +

bench: install               # figures of speed, as a table
	@$(PY) manage.py bench

screenshots:                 # the manual's pictures, anew from the demo study
	@.ci/venv base test
	@.ci/tools chromium-headless-shell
	@$(PY) -m pytest tests/browser/screenshots.py

messages:                    # collect texts to translate, and compile translations
	@.ci/venv base test lint
	@.ci/tools gettext
	@$(PY) .ci/messages.py

pins:                        # resolve pyproject.toml anew into requirements/
	@.ci/pins
