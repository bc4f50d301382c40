"""Who may know whom: the rules of the house, held by reading every import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import patching_constructs

PACKAGE = Path(patching_constructs.__file__).parent
# jsii starts Node; whoever stands at a prompt should wait for neither.
WITHOUT_CDK = (
    "_errors",
    "_limits",
    "_literals",
    "_override_url",
    "_s3_urls",
    "_sizes",
    "_template_metadata",
    "_validation",
    "assembly",
    "checks",
    "cli",
    "command",
    "compliance",
    "cutoff",
    "operating_system",
    "override_content",
    "patch_group",
    "planning",
    "rate_control",
    "schedule",
    "ssm",
    "targets",
)
VALUE_ROOMS = (
    "approval",
    "command",
    "compliance",
    "cutoff",
    "operating_system",
    "override_content",
    "patch_group",
    "rate_control",
    "reporting",
    "schedule",
    "targets",
)
# The adapter for cdk-nag is the one door from the checks to the CDK.
ADAPTERS = ("checks.nag",)
CONSTRUCTS = ("override_list", "patch_baseline", "patch_compliance", "patch_nodes", "patch_rollout", "patch_schedule")
DRAWERS = ("utils", "common", "base", "types", "helpers", "misc")


def modules() -> dict[str, ast.Module]:
    """Return every module of the package by its dotted name, without the package's own."""
    return {
        ".".join(file.relative_to(PACKAGE).with_suffix("").parts): ast.parse(file.read_text(encoding="utf-8"))
        for file in PACKAGE.rglob("*.py")
    }


def imports(tree: ast.Module) -> set[str]:
    """Return what a module imports when it runs; what only a type checker reads costs nothing."""
    unread = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in unread:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


MODULES = modules()


def in_room(name: str, rooms: tuple[str, ...]) -> bool:
    return name.split(".", maxsplit=1)[0] in rooms


@pytest.mark.parametrize(
    "name", sorted(name for name in MODULES if in_room(name, WITHOUT_CDK) and name not in ADAPTERS)
)
def test_rooms_that_never_import_the_cdk(name: str) -> None:
    assert not {each for each in imports(MODULES[name]) if each.split(".")[0] in {"aws_cdk", "constructs", "jsii"}}


@pytest.mark.parametrize("name", sorted(name for name in MODULES if in_room(name, VALUE_ROOMS)))
def test_value_rooms_import_no_construct(name: str) -> None:
    constructs = tuple(f"patching_constructs.{construct}." for construct in CONSTRUCTS)
    assert not {each for each in imports(MODULES[name]) if f"{each}.".startswith(constructs)}


@pytest.mark.parametrize("name", sorted(name for name in MODULES if not in_room(name, ("cli",))))
def test_nobody_imports_the_command_line(name: str) -> None:
    assert not {each for each in imports(MODULES[name]) if each.startswith("patching_constructs.cli")}


@pytest.mark.parametrize("name", sorted(MODULES))
def test_nobody_imports_the_front_door(name: str) -> None:
    own_modules = {each.split(".")[0] for each in MODULES}
    through_the_door = {
        each
        for each in imports(MODULES[name])
        if each.startswith("patching_constructs.") and each.split(".")[1] not in own_modules
    }
    assert not through_the_door


def test_the_schedule_is_standard_library_only() -> None:
    for name, tree in MODULES.items():
        if in_room(name, ("schedule",)):
            roots = {each.split(".")[0] for each in imports(tree)} - {"patching_constructs"}
            assert roots <= sys.stdlib_module_names, name


def test_what_the_service_accepts_is_standard_library_only() -> None:
    for name, tree in MODULES.items():
        if in_room(name, ("ssm",)):
            roots = {each.split(".")[0] for each in imports(tree)} - {"patching_constructs"}
            assert roots <= sys.stdlib_module_names, name


def test_the_planner_knows_schedules_and_limits_alone() -> None:
    for name, tree in MODULES.items():
        if in_room(name, ("planning",)):
            imported = imports(tree)
            own = {each.removeprefix("patching_constructs.") for each in imported if "patching_constructs" in each}
            assert {each.split(".")[0] for each in own} <= {"planning", "schedule", "_limits", "_errors"}, name
            roots = {each.split(".")[0] for each in imported} - {"patching_constructs"}
            assert roots <= sys.stdlib_module_names, name


def test_there_are_no_drawers() -> None:
    assert not [name for name in MODULES if name.split(".")[-1].strip("_") in DRAWERS]


@pytest.mark.parametrize(
    "statement",
    [
        "import patching_constructs",
        "from patching_constructs import ScheduleExpression, PatchTarget, RateControl, PatchHooks, CommandOutput",
        "from patching_constructs.assembly import read_windows",
        "from patching_constructs.checks.inspection import check_paths",
        "from patching_constructs.cli._app import app",
    ],
)
def test_the_cdk_is_not_loaded_by(statement: str) -> None:
    code = f"import sys; {statement}; sys.exit('aws_cdk' in sys.modules or 'jsii' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_only_one_file_knows_what_a_token_looks_like() -> None:
    knowing = [file.name for file in PACKAGE.rglob("*.py") if "Token[" in file.read_text(encoding="utf-8")]
    knowing += [file.name for file in PACKAGE.rglob("*.py") if r"Token\[" in file.read_text(encoding="utf-8")]
    assert knowing == ["_tokens.py"]
