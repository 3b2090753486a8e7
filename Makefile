# The commands others rely on; see README.md.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes
BUILT := nakhoncity/assets/built/app/icons.svg
export DEMO ?= 1

.PHONY: run test check fmt messages bench stack screenshots reset lock

.venv/.run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	{ echo "Python 3.11 or newer is needed, and $(PYTHON) is not: make PYTHON=… names another one."; exit 1; }
	@test -x $(BIN)/pip || { echo "Making .venv …"; $(PYTHON) -m venv --clear .venv; }
	@echo "Installing the libraries …"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.dev: .venv/.run requirements-dev.txt
	@echo "Installing the tools for checks and tests …"
	@$(PIP) -r requirements-dev.txt
	@touch $@

node_modules/.package-lock.json: package-lock.json
	@command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || \
	{ echo "Node 20 or newer with npm is needed to build styles and scripts."; exit 1; }
	@echo "Installing the front-end's libraries …"
	@npm ci --loglevel=error --no-audit --no-fund
	@touch $@

$(BUILT): node_modules/.package-lock.json $(shell find nakhoncity/assets -name built -prune -o -type f -print)
	@npm run --silent build
	@touch $@

run: .venv/.run $(BUILT)
	@PORT=$(PORT) $(BIN)/python -m nakhoncity.run

# What docker-compose.yml runs, here: a demo only if DEMO=1 is said, or stands in .env.
stack: .venv/.run $(BUILT)
	@$(if $(filter file,$(origin DEMO)),env -u DEMO) PORT=$(PORT) $(BIN)/python -m nakhoncity.stack

# Journeys and faults beside the unit tests, and those on both databases; why in two rows: docs/adr/0015.
test: .venv/.dev $(BUILT)
	@if [ -n "$$CI" ] && [ -z "$$TEST_DATABASE_URL" ]; then echo "CI=1 needs PostgreSQL: set TEST_DATABASE_URL."; exit 1; fi
	@.ci/test

check: .venv/.dev $(BUILT)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint templates nakhoncity/simulator/templates
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	SECRET_KEY=a-key-of-some-length-for-the-deploy-check-only-0123456789 PUBLIC_URL=https://portal.example $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/mypy nakhoncity complaints

fmt: .venv/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/.dev
	$(BIN)/pip install --quiet uv
	for name in requirements requirements-dev; do $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header $$name.in -o $$name.txt; done

reset:
	@test ! -e var/run.lock || flock -n var/run.lock true || { echo "The portal is running: stop it first (Ctrl-C in its window)."; exit 1; }
	rm -rf var

# A database of its own: BENCH_DATABASE_URL (PostgreSQL, made on first use), else SQLite with fewer cases, which is not judged.
bench: .venv/.run $(BUILT)
	@DEMO=1 LOG_LEVEL=ERROR DATA_DIR=$${DATA_DIR:-var}/bench DATABASE_URL=$$BENCH_DATABASE_URL REDIS_URL= $(BIN)/python manage.py collectstatic --noinput -v 0
	@DEMO=1 LOG_LEVEL=ERROR DATA_DIR=$${DATA_DIR:-var}/bench DATABASE_URL=$$BENCH_DATABASE_URL REDIS_URL= PUBLIC_URL=http://localhost:8790 \
	$(BIN)/python manage.py bench --cases $${CASES:-$$([ -n "$$BENCH_DATABASE_URL" ] && echo 100000 || echo 10000)} --only "$${ONLY:-}"

# Pictures for the README from the demo's data; needs Chromium.
screenshots: .venv/.dev $(BUILT)
	@$(BIN)/python -m nakhoncity.tests.journeys.screenshots

messages: .venv/.run
	@$(BIN)/python manage.py compile_texts
