# Every target installs its requirements into a virtual environment, including Node.
PYTHON ?= python3
# The version of pip, for example: make synth PIP=22.3
PIP ?=
VENV := .venv
# Resolved before PATH is changed, because `python3` is then that of the environment.
INTERPRETER := $(shell command -v $(PYTHON) || echo $(PYTHON))
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
# jsii uses this Node, and not one on the machine.
export JSII_NODE := $(CURDIR)/$(VENV)/bin/node
# Compile imported modules once, not at every start.
unexport PYTHONDONTWRITEBYTECODE
CDK_CLI := aws-cdk@2.1148.1
PYTEST := python -m pytest --numprocesses auto --dist worksteal
# Random values reach other lines in every run, and tracing many values is slow, so coverage is measured without them.
LAWS := hypothesis or sweep
DATES := 2027-03-28 2028-02-29 2031-01-01
# The browser tests pass a date to the browser.
DATED := tests/unit/cli --ignore tests/unit/cli/page/browser tests/synth/test_differential.py::test_cfn_lint_finds_what_is_recorded
LOCK_WITHOUT_HASHES := uv pip compile --quiet --universal --upgrade --no-strip-extras --python-version 3.11 \
	--no-annotate --custom-compile-command "make lock"
LOCK := $(LOCK_WITHOUT_HASHES) --generate-hashes

.PHONY: synth cdk-synth test integ lock-emulator test-dates test-lowest check wheel bench rules proof docs lock clean help synth-environment $(VENV)/.ready
# Two targets must not install into one environment concurrently.
.NOTPARALLEL:

help: ## show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

define install
	@$(INTERPRETER) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version if sys.version_info < (3, 11) else 0)'
	@$(INTERPRETER) tools/environment.py $(1) $(2) $(if $(PIP),--pip $(PIP))
endef

synth-environment:
	$(call install,$(VENV),requirements-synth.lock)

$(VENV)/.ready:
	$(call install,$(VENV),requirements-dev.lock)

synth: synth-environment ## synthesize app.py into cdk.out and describe its schedules
	@python tools/synth.py

cdk-synth: synth-environment ## synthesize with the CDK CLI, which npx downloads
	npx --yes $(CDK_CLI) synth --quiet

test: $(VENV)/.ready check ## run the linter, the type checker and all tests
	$(PYTEST) --junitxml build/counts/test.xml --cov -m "not (integ or $(LAWS))"
	$(PYTEST) --junitxml build/counts/laws.xml -m "$(LAWS)"

check: $(VENV)/.ready ## run the linter and the type checker
	ruff check .
	ruff format --check .
	mypy

# One process: the apps are deployed once, to one emulator. Output is not captured, because it is the progress.
integ: $(VENV)/.ready ## deploy the examples to an emulator, read them back, change and destroy them
	@python -m tests.integ.environment
	python -m pytest tests/integ -m integ --numprocesses 0 --capture no --junitxml build/counts/integ.xml --proof build/proof/integ.json

CONSTRUCT_TESTS := $(wildcard $(patsubst %,tests/unit/%/test_*.py,. constructs properties schedule ssm))

test-lowest: ## test the constructs with the oldest supported aws-cdk-lib and constructs
	$(call install,$(VENV)-lowest,requirements-lowest.lock)
	JSII_NODE=$(CURDIR)/$(VENV)-lowest/bin/node $(VENV)-lowest/bin/$(PYTEST) --junitxml build/counts/lowest.xml \
		tests/unit/checks/test_cdk_version.py $(shell grep -lE '^(import aws_cdk|from constructs)' $(CONSTRUCT_TESTS))

# Only the command line and cfn-lint read the current date.
test-dates: $(VENV)/.ready ## run date-dependent tests on three other dates
	$(foreach date,$(DATES),$(PYTEST) --junitxml build/counts/$(date).xml --today $(date) $(DATED) &&) true

# As in .pre-commit-hooks.yaml.
WITHOUT_CDK := --no-deps --requirement requirements-cli.lock

# The wheel is installed with the packages of .venv, without the editable installation of this folder, and then with the
# packages of requirements-cli.lock, without the CDK.
wheel: $(VENV)/.ready ## build the wheel and test its installation
	rm -rf dist $(VENV)-wheel $(VENV)-cli
	python -m build --no-isolation --outdir dist .
	python -m venv --without-pip $(VENV)-wheel
	python -m pip --python $(VENV)-wheel/bin/python install --quiet --no-input --no-deps dist/*.whl
	python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
		> "$$($(VENV)-wheel/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/packages.pth"
	PATCHING_CONSTRUCTS_FROM_WHEEL=1 PYTHONSAFEPATH=1 $(VENV)-wheel/bin/$(PYTEST) --junitxml build/counts/wheel.xml \
		tests/test_public_names.py tests/test_installation.py tests/synth/test_examples.py tests/unit/cli \
		--ignore tests/unit/cli/page/browser
	python -m venv --without-pip $(VENV)-cli
	python -m pip --python $(VENV)-cli/bin/python install --quiet --no-input dist/*.whl $(WITHOUT_CDK)
	PATCHING_CONSTRUCTS_WITHOUT_CDK=$(CURDIR)/$(VENV)-cli $(PYTEST) --junitxml build/counts/cli.xml tests/test_without_cdk.py

bench: $(VENV)/.ready ## measure the constructs against L1 constructs, the scheduler and the checks
	python -m tests.bench.patch_schedule
	python -m tests.bench.patch_baseline
	python -m tests.bench.scheduler
	python -m tests.bench.checks

rules: $(VENV)/.ready ## update docs/rules.md, the comparison with other tools, and the picture of findings
	python tools/rules_page.py
	python tools/differential.py
	python tools/finding_picture.py

# `make integ` writes the record of the emulator.
proof: $(VENV)/.ready ## record what the tests show, and update docs/reference/evidence.md
	$(PYTEST) --proof build/proof/tests.json $(shell python3 -m tests.proof.marked)
	python tools/evidence_page.py

# The documentation has an environment of its own, because its tools are not needed for anything else. A warning, such as
# a link without a target, fails the build.
docs: ## build the documentation into build/site
	$(call install,$(VENV)-docs,requirements-docs.lock)
	rm -rf build/site
	JSII_NODE=$(CURDIR)/$(VENV)-docs/bin/node $(VENV)-docs/bin/python -m sphinx --fail-on-warning --keep-going --quiet \
		--fresh-env --jobs auto --doctree-dir build/site-work/doctrees docs build/site
	@echo "The documentation is build/site/index.html"

# The small lock files are parts of the large one, so that installing both changes nothing. The lock file of the command
# line has no hashes, because pip does not support them when it installs a folder, as pre-commit does.
lock: $(VENV)/.ready ## update the lock files to the newest versions
	$(LOCK) --all-extras --group dev pyproject.toml -o requirements-dev.lock
	$(LOCK) --constraints requirements-dev.lock --extra cli --group synth pyproject.toml -o requirements-synth.lock
	$(LOCK) --constraints requirements-synth.lock --all-extras --group docs pyproject.toml -o requirements-docs.lock
	$(LOCK) --resolution lowest-direct --group constructs-test pyproject.toml -o requirements-lowest.lock
	python tools/cli_requirements.py | $(LOCK_WITHOUT_HASHES) --constraints requirements-dev.lock - -o requirements-cli.lock

# What is newer than the emulator breaks it, so its packages are those of the time of its release.
lock-emulator: $(VENV)/.ready ## update the lock file of the emulator, see tests/integ/emulator/pyproject.toml
	cd tests/integ/emulator && uv pip compile --quiet --universal --upgrade --no-strip-extras --python-version 3.11 \
		--no-annotate --generate-hashes --exclude-newer 2026-02-20 --custom-compile-command "make lock-emulator" \
		pyproject.toml -o requirements.lock

clean: ## remove the files of the other targets
	rm -rf $(VENV) $(VENV)-docs $(VENV)-emulator $(VENV)-wheel $(VENV)-cli $(VENV)-lowest build dist cdk.out
