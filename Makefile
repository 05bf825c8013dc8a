# Each target sets up all that it needs: python3 (3.11 or newer), make and a C compiler are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Where `make api` keeps its orders, and the port that it listens on.
export ORDERS_API_DATABASE ?= sqlite:///orders.db
PORT ?= 8000

.PHONY: demo api test check soak bench clean

demo: $(VENV)/.station
	$(BIN)/tallyman demo

# The first start brings sample orders in and shows a key, once.
api: $(VENV)/.station
	@$(BIN)/python -m orders_api keys list | grep -q '^make-api:' || { \
		$(BIN)/python -m orders_api seed --orders 25 && $(BIN)/python -m orders_api keys create make-api; }
	@exec $(BIN)/python -m orders_api serve --port $(PORT)

# As many workers as there are cores; tests/conftest.py says what they share out.
test: $(VENV)/.developer
	$(BIN)/python -m pytest -n auto --dist loadgroup --no-loadscope-reorder

check: $(VENV)/.developer
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

soak: $(VENV)/.developer
	$(BIN)/python -m pytest -m soak

bench: $(VENV)/.developer
	$(BIN)/python -m benchmarks

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.station: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.developer: requirements-dev.txt $(VENV)/.station
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
