# make report: the analysts' workbook. make test: the tests. make check: lint, format and types. make bench: time and memory. make fuzz: 20,000 odd inputs to import, 20,000 invented tables, and 1,000 drawn PDFs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: report test check freeze bench fuzz clean

report: $(VENV)/installed
	@echo "Writing the workbook: usually 5 seconds."
	$(BIN)/modellaw report

test: $(VENV)/developing
	@echo "Running the tests: usually 6 minutes on two processors."
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

check: $(VENV)/developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/oxlint --deny-warnings -D correctness -D suspicious -A consistent-function-scoping review/report/html/script tests/script

freeze: $(VENV)/developing
	$(BIN)/python -m pytest -q --freeze tests/test_every_command.py tests/test_docs.py

bench: $(VENV)/developing
	$(BIN)/python -m tests.bench

fuzz: $(VENV)/developing
	$(BIN)/python -m tests.fuzz 20000
	$(BIN)/python -m tests.invented_tables 20000
	$(BIN)/python -m tests.drawn_pdf 1000

# pip 25.1 and later know dependency groups; what a report needs is installed with any pip
$(VENV)/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "modellaw needs Python 3.11 or later; name one: make PYTHON=python3.12")'
	@echo "Making the environment in $(VENV): usually one to two minutes, once."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	$(BIN)/python -m compileall -q country_data criteria review
	touch $@

$(VENV)/developing: $(VENV)/installed
	@echo "Adding what the tests need: usually one to two minutes, once."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
