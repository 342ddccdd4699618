# `make` alone lists the targets.

PYTHON ?= python3
# Tests wait for browsers and servers: so one more at a time than there are processors.
WORKERS ?= $(shell $(PYTHON) -c "import os; print(os.cpu_count() + 1)")
ARGS ?=

# Every start loads some thousand files of Python: compile them once, whatever the shell has set.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run environment test check docs sandbox accessibility screenshots bench faults year

help:
	@echo "Concert: a box office for live music."
	@echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1@\2/' | column -t -s @ 2>/dev/null || grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST)
	@echo
	@echo "  PORT=8001 chooses another port, BIND=0.0.0.0 accepts connections from other machines, e.g. a phone."

run: ## Run Concert on this machine: install, start, load demo data, show the logs
	@$(PYTHON) tools/prepare.py --run

test: environment ## Run the tests, in parallel; ARGS="-k basket -x" goes to pytest
	@.venv/bin/pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: environment ## Check style, imports, migrations, translations, docs and production settings
	@tools/check

docs: environment ## Build the documentation site into var/site
	@.venv/bin/sphinx-build -q -W --keep-going -b html docs var/site
	@echo "Open var/site/index.html"

sandbox: environment ## Start the payments sandbox; ARGS="--behave slow=3" makes it slow or faulty
	@.venv/bin/python -m tools.payments_sandbox $(ARGS)

accessibility: environment ## Walk through the pages in a browser and write the accessibility report
	@.venv/bin/python -m tools.accessibility $(ARGS)

screenshots: environment ## Take the screenshots of README and docs again
	@.venv/bin/python tools/screenshots.py $(ARGS)

bench: environment ## Benchmark the sale on this machine
	@.venv/bin/python -m tools.bench $(ARGS)

faults: environment ## Inject faults under load and check that no sale is lost; ARGS="kill-worker"
	@.venv/bin/python -m tools.faults $(ARGS)

year: environment ## Simulate a year of sales and reconcile it to the cent; ARGS="--orders 500"
	@.venv/bin/python -m tools.year $(ARGS)

environment:
	@$(PYTHON) tools/prepare.py
