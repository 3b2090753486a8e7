# The commands others rely on; see README.md.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
export DEMO ?= 1

.PHONY: run test check fmt messages bench stack reset lock

.venv/.installed: requirements.txt requirements-dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-dev.txt
	touch $@

test: .venv/.installed
	@echo "== tests on SQLite"
	env -u TEST_DATABASE_URL -u DATABASE_URL $(BIN)/pytest --create-db
	@if [ -n "$$TEST_DATABASE_URL" ]; then echo "== tests on PostgreSQL"; $(BIN)/pytest --create-db; \
	elif [ -n "$$CI" ]; then echo "CI needs TEST_DATABASE_URL"; exit 1; \
	else echo "== PostgreSQL: not tested (set TEST_DATABASE_URL)"; fi

check: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	SECRET_KEY=a-key-of-some-length-for-the-deploy-check-only-0123456789 PUBLIC_URL=https://portal.example $(BIN)/python manage.py check --deploy
	$(BIN)/mypy nakhoncity complaints

fmt: .venv/.installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/.installed
	$(BIN)/pip install --quiet uv
	for name in requirements requirements-dev; do $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header $$name.in -o $$name.txt; done

reset:
	rm -rf var

nakhoncity/assets/built/app/icons.svg: package-lock.json $(shell find nakhoncity/assets -name built -prune -o -type f -print)
	npm ci --silent --no-audit --no-fund
	npm run --silent build
	touch $@

run: .venv/.installed nakhoncity/assets/built/app/icons.svg
	PORT=$(PORT) $(BIN)/python -m nakhoncity.run

messages bench stack:
	@echo "make $@: not built yet (see CHANGELOG.md)"; exit 1
