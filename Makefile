# Everything a person does with this project; `make` alone lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
MEMBERS := shared services/intake services/enquiry services/agency-gateway services/decision services/notify services/ops deploy/local
READY := .venv/.ready

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): requirements-dev.txt $(addsuffix /pyproject.toml,$(MEMBERS))
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed; name one with `make PYTHON=python3.11 …`.")'
	@$(PYTHON) -m venv --clear .venv || { echo 'Python cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv'; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation $(addprefix -e ,$(MEMBERS))
	@touch $@

.PHONY: help demo test check cover fmt lint types imports supply audit sbom up down logs docs bench fuzz crash simulate matching replay policies lock

demo: $(READY) ## Run the main job on a real broker and database, with invented contacts
	@$(BIN)/python -m mash_local demo $(args)

test: $(READY) ## Run every test, those on the real broker and database included
	$(BIN)/pytest -n auto --dist loadgroup

check: lint types imports cover supply ## Lint, types, import contracts, coverage, generated files: all but the tests
	$(BIN)/codespell
	$(BIN)/python -m mash_shared.catalogue check
	$(BIN)/python -m mash_shared.catalogue compatible
	$(BIN)/python tests/support/access.py check

fmt: $(READY) ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only --quiet .

lint: $(READY) ## Check format and style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(READY) ## Check types
	$(BIN)/mypy $(addsuffix /src,$(MEMBERS))

cover: $(READY) ## Rules and handlers must be tested to the last branch
	$(BIN)/pytest -q services -n auto --cov --cov-report=
	$(BIN)/coverage report --include='*/domain.py,*/handlers.py,*/domain/*,*/handlers/*' --fail-under=100

supply: $(READY) ## Check images, bill of materials, and known holes where they can be looked up
	$(BIN)/hadolint deploy/Dockerfile
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/python tests/support/supply.py check
	$(BIN)/python tests/support/supply.py audit

audit: $(READY) ## Look every dependency up among known holes; fails where that cannot be done
	$(BIN)/python tests/support/supply.py audit --required

sbom: $(READY) ## Write the bill of materials, deploy/sbom.json
	$(BIN)/python tests/support/supply.py sbom > deploy/sbom.json

imports: $(READY) ## Check who may know whom
	$(BIN)/lint-imports

up: $(READY) ## Start a stack, keep it running, print every address; make up args="--without police"
	@$(BIN)/python -m mash_local up $(args)

down: $(READY) ## Stop the stack started last
	@$(BIN)/python -m mash_local down

logs: $(READY) ## Show the log of one process: make logs s=enquiry
	@$(BIN)/python -m mash_local logs $(s)

docs: $(READY) ## Generate what is written from something else: docs/*, vectors, the bank holidays
	$(BIN)/python tests/support/bank_holidays.py > shared/src/mash_shared/policy/bank_holidays.json
	$(BIN)/python -m mash_shared.catalogue docs --out docs
	$(BIN)/python -m mash_shared.policy --folder deploy/policies --markdown > docs/policies.md
	$(BIN)/python tests/support/vectors.py
	$(BIN)/python tests/support/rules.py > docs/rules.md
	$(BIN)/python tests/support/access.py > docs/access.md

fuzz: $(READY) ## Read a million hostile records: nothing but a reason may be raised
	$(BIN)/python tests/support/hostile.py $(args)

bench: $(READY) ## Measure, beside the bare loops, and write docs/benchmarks.md
	PYTHONPATH=tests $(BIN)/python tests/bench/bench.py $(args)

crash: $(READY) ## Kill, stop and restart everything in every place, and check that nothing was lost
	$(BIN)/pytest tests/crash --full

simulate: $(READY) ## Try what nobody lists: the hub in one process, 10,000 seeds; make simulate args="--seeds 500"
	@cd tests && ../$(BIN)/python -m simulation $(args)

matching: .venv-matching/.ready ## Measure how well the same person is found, beside Splink; make matching args="--million"
	@cd tests && ../.venv-matching/bin/python -m matching $(args)

.venv-matching/.ready: $(READY) requirements-matching.txt
	@$(BIN)/python -m venv --clear .venv-matching
	.venv-matching/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-matching.txt
	.venv-matching/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation $(addprefix -e ,$(MEMBERS))
	@touch $@

replay: $(READY) ## Look at parked messages and give them back: make replay args="list"
	@$(BIN)/python -m mash_shared.parked $(args)

policies: $(READY) ## Show the councils' policies side by side
	@$(BIN)/python -m mash_shared.policy --folder deploy/policies

lock: $(READY) ## Lock dependencies again, with hashes
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-header --quiet $(NOT_OURS) -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header --quiet $(NOT_OURS) -o requirements-dev.txt
	$(BIN)/uv pip compile pyproject.toml --group matching --constraint requirements-dev.txt --universal --generate-hashes --no-header --quiet $(NOT_OURS) -o requirements-matching.txt
	echo hatchling | $(BIN)/uv pip compile - --python-version 3.11 --universal --generate-hashes --no-header --quiet -o deploy/requirements-build.txt
	$(MAKE) sbom
NOT_OURS := $(addprefix --no-emit-package mash-,shared intake enquiry agency-gateway decision notify ops local)
