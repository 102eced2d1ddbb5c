# The commands of the project. `make demo` and `make test` do all the set-up they need, in .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
WORKERS ?= 2
export PYTHONDONTWRITEBYTECODE =

N ?= 20000
SEED ?= 1

# Tests of random books: a few in `make test`, many in `make test-slow`.
RANDOM_BOOKS := $(addprefix tests/,pricing/test_oracle_agrees.py pricing/test_metamorphic.py pricing/test_basket.py \
  pricing/test_kept_tables.py pricing/test_price_table.py pricing/test_one_day.py pricing/test_in_force.py book/test_outline.py book/test_dates.py book/test_between.py \
  exchange/test_drafts.py exchange/test_random_acts.py audit/test_difference_laws.py circulars/test_reader_properties.py)

.PHONY: help setup demo serve test test-slow lint format bench fuzz hostile slips spark reference ship lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*##/\t/' | expand -t 14

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "bareme needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 demo"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt requirements/build.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements/run.txt -r requirements/build.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.service: requirements/service.txt $(VENV)/.run
	$(PIP) install --require-hashes -r requirements/service.txt
	@touch $@

setup: $(VENV)/.dev ## everything to work on bareme, in .venv

demo: $(VENV)/.run ## read circulars, audit them, price acts
	@$(BIN)/python examples/demo.py

serve: $(VENV)/.service ## the service on http://127.0.0.1:8000, with the book that the package ships or yours
	$(BIN)/bareme serve

test: $(VENV)/.dev ## the test suite (under ten minutes)
	@$(BIN)/python tools/browser.py
	$(BIN)/python -m pytest -m "not slow" -n $(WORKERS) --dist worksteal

test-slow: $(VENV)/.dev ## what takes longer: the wheel in a clean environment, long random runs
	$(BIN)/python -m pytest -m slow -n $(WORKERS) --dist loadgroup
	BAREME_EXAMPLES=100 $(BIN)/python -m pytest -m "not slow" -n $(WORKERS) --dist worksteal $(RANDOM_BOOKS)

lint: $(VENV)/.dev ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.dev ## put the code in the common form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## measure; figures go to docs/performance.md by hand
	$(BIN)/python benchmarks/first_steps.py
	$(BIN)/python benchmarks/one_act.py
	$(BIN)/python benchmarks/large_circular.py
	$(BIN)/python benchmarks/xlsx_rows.py
	$(BIN)/python benchmarks/pdf_pages.py
	$(BIN)/python benchmarks/text_rows.py
	$(BIN)/python benchmarks/acts_files.py 20000000 --size 100000000
	$(BIN)/python benchmarks/acts_rules.py
	$(BIN)/python benchmarks/simulate.py
	$(BIN)/python benchmarks/search.py
	$(BIN)/python benchmarks/service_load.py
	$(BIN)/python benchmarks/service_faults.py
	$(BIN)/python benchmarks/service_on_postgres.py
	$(BIN)/python benchmarks/pages.py

fuzz: $(VENV)/.dev ## read N documents that nobody means (make fuzz N=100000 SEED=2); failures are kept in .fuzz
	$(BIN)/python benchmarks/fuzz.py $(N) --seed $(SEED)

spark: $(VENV)/.dev ## Spark beside the oracle and DuckDB (needs Java 17); figures go to docs/spark.md by hand
	$(BIN)/python benchmarks/equal_to_the_cent.py
	$(BIN)/python benchmarks/spark_acts.py

hostile: $(VENV)/.dev ## read files made to stall a reader; the table goes to docs/reading.md by hand
	$(BIN)/python benchmarks/hostile.py

slips: $(VENV)/.dev ## how many corruptions of the circulars are found (half an hour); figures go to docs/slips.md
	$(BIN)/python benchmarks/slips.py

reference: $(VENV)/.dev ## write docs/reference from the code
	$(BIN)/python tools/reference.py

ship: $(VENV)/.dev ## make the shipped book and statement again (needs the real circulars)
	$(BIN)/python tools/compile_pricing.py
	$(BIN)/python tools/ship_book.py $${BAREME_SHARED:-../shared}/circulars

lock: ## pin all dependencies with hashes (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements/run.txt
	uv pip compile pyproject.toml --group dev --all-extras --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -c requirements/run.txt -o requirements/dev.txt
	uv pip compile pyproject.toml --extra service --extra postgres --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -c requirements/dev.txt -o requirements/service.txt
	uv pip compile requirements/build.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -c requirements/dev.txt -o requirements/build.txt

clean: ## remove what was made here
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
