"""Which package can import which, checked for every import."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import patching_constructs

PACKAGE = Path(patching_constructs.__file__).parent
# A package imports only packages to its left; modules in the root import no package.
ORDER = (
    "",
    "evidence",
    "ssm",
    "schedule",
    "properties",
    "planning",
    "reporting",
    "template",
    "constructs",
    "checks",
    "description",
    "adoption",
    "cli",
)
STANDARD_LIBRARY = ("ssm", "schedule", "planning", "reporting")
# jsii starts Node, and the command line should start without both.
CDK = {"aws_cdk", "cdk_nag", "cdk_stacksets", "constructs", "jsii"}
# The adapter for cdk-nag is the only module of the linter that imports the CDK.
WITH_CDK = ("constructs.", "checks.nag")
FORBIDDEN_NAMES = ("utils", "common", "base", "types", "helpers", "misc")


def modules() -> dict[str, ast.Module]:
    """Return every module of the package by its dotted name, without the package's own."""
    return {
        ".".join(file.relative_to(PACKAGE).with_suffix("").parts): ast.parse(file.read_text(encoding="utf-8"))
        for file in PACKAGE.rglob("*.py")
        if file != PACKAGE / "__init__.py"
    }


@cache
def imports(tree: ast.Module, *, when_it_runs: bool = True) -> frozenset[str]:
    """Return the dotted names that a module imports; imports for type checkers do not count at run time."""
    unread = {
        id(inner)
        for node in ast.walk(tree)
        if when_it_runs and isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in unread:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


MODULES = modules()
PACKAGES = {name.partition(".")[0] for name in MODULES if "." in name}
READS_TEMPLATES = {"template", "checks", "description", "adoption"}
every_module = pytest.mark.parametrize("name", sorted(MODULES))


def package_of(dotted: str) -> str:
    """Return the package that a name within patching_constructs belongs to, empty for a module in the root."""
    first = dotted.partition(".")[0]
    return first if first in PACKAGES else ""


def module_of(dotted: str) -> str | None:
    """Return the module that an imported name is, or is defined in; None for a package."""
    return next((each for each in (dotted, dotted.rpartition(".")[0]) if each in MODULES), None)


@cache
def own_imports(name: str, *, when_it_runs: bool = True) -> frozenset[str]:
    found = imports(MODULES[name], when_it_runs=when_it_runs)
    return frozenset(
        each.removeprefix("patching_constructs.") for each in found if each.startswith("patching_constructs.")
    )


def test_every_package_has_its_place() -> None:
    assert set(ORDER) >= PACKAGES


@pytest.mark.parametrize("name", sorted(set(MODULES) - {"PatchingChecks"}))
def test_dependencies_point_one_way(name: str) -> None:
    place = ORDER.index(package_of(name))
    assert {each for each in own_imports(name) if ORDER.index(package_of(each)) > place} == set()


@pytest.mark.parametrize(
    "name",
    sorted(name for name in MODULES if package_of(name) in READS_TEMPLATES | {"cli"}),
)
def test_templates_are_read_without_the_constructs(name: str) -> None:
    assert {each for each in own_imports(name, when_it_runs=False) if package_of(each) == "constructs"} == set()


model_and_linter = pytest.mark.parametrize(
    "name",
    sorted(name for name in MODULES if package_of(name) in READS_TEMPLATES | {"reporting"}),
)


@model_and_linter
def test_no_guard_hides_a_cycle(name: str) -> None:
    assert own_imports(name) == own_imports(name, when_it_runs=False)


@model_and_linter
def test_no_module_imports_itself_through_others(name: str) -> None:
    found: set[str] = set()
    level = {name}
    while level:
        level = {module for each in level for module in map(module_of, own_imports(each)) if module} - found
        found |= level
    assert name not in found


@pytest.mark.parametrize("name", sorted(name for name in MODULES if package_of(name) != "template"))
def test_only_the_model_reads_what_functions_return(name: str) -> None:
    assert {each for each in own_imports(name, when_it_runs=False) if each.startswith("template.intrinsics")} == set()


@pytest.mark.parametrize("name", sorted(name for name in MODULES if not name.startswith(WITH_CDK)))
def test_the_rest_never_imports_the_cdk(name: str) -> None:
    found = {each for each in imports(MODULES[name]) if each.partition(".")[0] in CDK}
    assert found - ON_DEMAND.get(name, set()) == set()


# A program that has a token has already imported the CDK.
ON_DEMAND = {"_tokens": {"aws_cdk.Fn", "aws_cdk.Token"}}


@every_module
def test_nobody_imports_the_public_names(name: str) -> None:
    own = {each.partition(".")[0] for each in MODULES}
    assert {each for each in own_imports(name) if each.partition(".")[0] not in own} == set()


@pytest.mark.parametrize("name", sorted(name for name in MODULES if package_of(name) in STANDARD_LIBRARY))
def test_standard_library_only(name: str) -> None:
    roots = {each.partition(".")[0] for each in imports(MODULES[name])} - {"patching_constructs"}
    assert roots <= sys.stdlib_module_names


# The modules of the function that create clients.
WITH_BOTO3 = {"evidence.watch": {"boto3", "botocore"}}


@pytest.mark.parametrize("name", sorted(name for name in MODULES if package_of(name) == "evidence"))
def test_the_function_runs_without_the_rest_of_the_library(name: str) -> None:
    assert own_imports(name, when_it_runs=False) == set()
    relative = {node.module for node in ast.walk(MODULES[name]) if isinstance(node, ast.ImportFrom) and node.level == 1}
    assert {f"evidence.{each}" for each in relative} <= MODULES.keys()
    roots = {each.partition(".")[0] for each in imports(MODULES[name])} - {str(each) for each in relative}
    assert roots - WITH_BOTO3.get(name, set()) <= sys.stdlib_module_names


@every_module
def test_every_module_has_a_docstring(name: str) -> None:
    assert ast.get_docstring(MODULES[name])
    assert name.rpartition(".")[2].strip("_") not in FORBIDDEN_NAMES


@pytest.mark.parametrize(
    "statement",
    [
        "import patching_constructs",
        "from patching_constructs import ScheduleExpression, PatchTarget, RateControl, PatchHooks, CommandOutput",
        "from patching_constructs import PatchRule, PatchGroup, OperatingSystem, CommandNotification",
        "from patching_constructs.template import read_windows",
        "from patching_constructs.checks.engine import check_paths",
        "from patching_constructs.cli.app import app",
    ],
)
def test_the_cdk_is_not_loaded_by(statement: str) -> None:
    code = f"import sys; {statement}; sys.exit('aws_cdk' in sys.modules or 'jsii' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
