# A person's way in. Every target installs what it needs into .venv, Node included.
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
# jsii asks for this Node; nothing on the machine is used.
export JSII_NODE := $(CURDIR)/$(VENV)/bin/node
CDK_CLI := aws-cdk@2.1148.1
PYTEST_SPREAD := --numprocesses auto --dist worksteal

.PHONY: synth cdk-synth test check wheel bench rules lock clean help

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv --clear $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

synth: $(READY) ## synthesize app.py into cdk.out and say what its schedules do
	@python tools/synth.py

cdk-synth: $(READY) ## the same through the CDK CLI, which npx fetches
	npx --yes $(CDK_CLI) synth --quiet

test: $(READY) check ## lint, types, and every test
	python -m pytest $(PYTEST_SPREAD) --cov

check: $(READY) ## lint and types
	ruff check .
	ruff format --check .
	mypy

wheel: $(READY) ## build the wheel, and run the tests against it as it is installed
	rm -rf dist $(VENV)-wheel
	python -m build --wheel --no-isolation --outdir dist .
	python -m venv $(VENV)-wheel
	$(VENV)-wheel/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(VENV)-wheel/bin/python -m pip install --quiet --disable-pip-version-check --no-deps dist/*.whl
	PATCHING_CONSTRUCTS_FROM_WHEEL=1 PYTHONSAFEPATH=1 $(VENV)-wheel/bin/python -m pytest $(PYTEST_SPREAD)

bench: $(READY) ## PatchSchedule and PatchBaseline against hand-written L1, the clock, and the checks
	python -m tests.bench.patch_schedule
	python -m tests.bench.patch_baseline
	python -m tests.bench.clock
	python -m tests.bench.checks

rules: $(READY) ## write docs/rules.md anew, and the table of what others find
	python tools/rules_page.py
	python tools/differential.py

lock: $(READY) ## write requirements-dev.lock anew
	uv pip compile --quiet --universal --upgrade --generate-hashes --no-strip-extras --python-version 3.11 --no-annotate \
		--custom-compile-command "make lock" --all-extras --group dev pyproject.toml -o requirements-dev.lock

clean: ## remove what the other targets made
	rm -rf $(VENV) $(VENV)-wheel build dist cdk.out
