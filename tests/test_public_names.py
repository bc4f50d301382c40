"""The public API: one sorted list of names, all of which can be imported."""

import importlib
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

import patching_constructs
from tests.modules import imported_anew
from tests.refusals import untyped


def test_the_public_list_is_sorted_and_frozen() -> None:
    assert patching_constructs.__all__ == [
        "ApprovalAlignment",
        "BaselineOverride",
        "CalendarEvent",
        "CalendarType",
        "ChangeCalendar",
        "CommandNotification",
        "CommandOutput",
        "ComplianceLevel",
        "CutoffBehavior",
        "DayOfWeek",
        "EventFrequency",
        "ExecutionStatus",
        "FleetRollout",
        "FleetSchedule",
        "HookDocument",
        "IChangeCalendar",
        "IMaintenanceWindow",
        "IPatchBaseline",
        "IPatchSchedule",
        "InstallOverrideList",
        "MaintenanceWindow",
        "MaintenanceWindowEvents",
        "MaintenanceWindowGrants",
        "MaintenanceWindowMetrics",
        "NotificationEvent",
        "NotificationType",
        "Occurrence",
        "OperatingSystem",
        "OverridePatch",
        "PatchBaseline",
        "PatchCapacity",
        "PatchComplianceReport",
        "PatchComplianceRule",
        "PatchComplianceStatus",
        "PatchDataSync",
        "PatchFilter",
        "PatchFleet",
        "PatchFreeze",
        "PatchFreezes",
        "PatchGate",
        "PatchGroup",
        "PatchHooks",
        "PatchMonitoring",
        "PatchNodes",
        "PatchOperation",
        "PatchOrganization",
        "PatchPolicyBaseline",
        "PatchRing",
        "PatchRollout",
        "PatchRule",
        "PatchSchedule",
        "PatchSource",
        "PatchTarget",
        "PatchingChecks",
        "PatchingError",
        "PseudoParameter",
        "QuickSetupPatchPolicy",
        "RateControl",
        "RebootOption",
        "RejectedPatchesAction",
        "ScheduleExpression",
        "Severity",
        "TaskType",
        "WallClock",
        "WindowState",
        "WindowTask",
    ]
    assert patching_constructs.__all__ == sorted(patching_constructs.__all__)
    assert dir(patching_constructs) == patching_constructs.__all__


def test_the_stub_and_the_module_name_the_same() -> None:
    stub = Path(patching_constructs.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    # A line that would be too long is three lines.
    stub = re.sub(r"\(\n    (.+),\n\)$", r"\1", stub, flags=re.MULTILINE)
    listed = re.findall(r"^from patching_constructs\.([\w.]+) import (\w+) as (\w+)$", stub, flags=re.MULTILINE)
    assert {name: module for module, name, _ in listed} == untyped(patching_constructs)._MODULES
    assert all(name == public for _, name, public in listed)
    assert stub.count("import") == len(listed) + 1, "each line is one import; the comment has the word too"


@pytest.mark.parametrize("name", patching_constructs.__all__)
def test_every_public_name_can_be_imported_and_has_a_docstring(name: str) -> None:
    found = getattr(patching_constructs, name)
    assert found.__name__ == name
    assert inspect.getdoc(found)


@pytest.mark.parametrize("name", patching_constructs.__all__)
def test_every_public_method_has_a_docstring(name: str) -> None:
    for attribute, member in vars(getattr(patching_constructs, name)).items():
        function = getattr(member, "__func__", getattr(member, "fget", member))
        if not attribute.startswith("_") and inspect.isfunction(function):
            assert inspect.getdoc(function), f"{name}.{attribute}"


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"^module 'patching_constructs' has no attribute 'PatchScedule'$"):
        _ = untyped(patching_constructs).PatchScedule


INSTALL = "PatchingChecks requires the extra nag; run pip install 'patching-constructs[nag]'"


@pytest.fixture
def without_cdk_nag(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "cdk_nag", None)
    with imported_anew("patching_constructs.checks.nag"):
        yield


@pytest.mark.usefixtures("without_cdk_nag")
def test_without_its_extra_a_name_is_a_missing_attribute() -> None:
    message = rf"^module 'patching_constructs' has no attribute 'PatchingChecks': {re.escape(INSTALL)}$"
    with pytest.raises(AttributeError, match=message):
        _ = patching_constructs.PatchingChecks
    assert not hasattr(patching_constructs, "PatchingChecks")


@pytest.mark.usefixtures("without_cdk_nag")
def test_without_its_extra_a_name_is_not_listed() -> None:
    assert "PatchingChecks" not in patching_constructs.__all__


def test_with_an_aws_cdk_lib_that_is_too_old_for_it_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda _: "2.244.0")
    assert "PatchingChecks" not in patching_constructs.__all__


@pytest.mark.usefixtures("without_cdk_nag")
def test_importing_a_name_without_its_extra_explains_the_installation() -> None:
    with pytest.raises(ImportError, match=rf"^{re.escape(INSTALL)}$"):
        from patching_constructs import PatchingChecks  # noqa: F401, PLC0415


@pytest.fixture
def without_stack_sets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "cdk_stacksets", None)
    package = "patching_constructs.constructs"
    with imported_anew(f"{package}.patch_organization", f"{package}._organization_checks"):
        yield


@pytest.mark.usefixtures("without_stack_sets")
def test_an_organization_without_its_extra_explains_the_installation() -> None:
    message = "PatchOrganization requires the extra organizations: run pip install 'patching-constructs[organizations]'"
    with pytest.raises(ModuleNotFoundError, match=rf"^{re.escape(message)}$"):
        from patching_constructs import PatchOrganization  # noqa: F401, PLC0415
    assert "PatchOrganization" not in patching_constructs.__all__
    assert patching_constructs.PatchSchedule.__name__ == "PatchSchedule"


def test_another_module_that_is_missing_is_not_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(untyped(patching_constructs)._MODULES, "Other", "no_such_module")
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'patching_constructs.no_such_module'$"):
        _ = untyped(patching_constructs).Other


def test_importing_the_class_as_a_module_is_an_error() -> None:
    with pytest.raises(
        ImportError, match=r"^PatchingChecks is a class, not a module; write: from patching_constructs import "
    ):
        importlib.import_module("patching_constructs.PatchingChecks")
    assert inspect.isclass(patching_constructs.PatchingChecks)


WITHOUT_CDK_NAG = """
import sys
sys.modules["cdk_nag"] = None
"""
WITH_AN_OLD_CDK = """
from importlib import metadata
metadata.version = lambda _: "2.244.0"
"""
STAR_IMPORT = """
import inspect
import patching_constructs
from patching_constructs import *
print(sorted(name for name in globals() if name in patching_constructs._MODULES))
print([name for name, _ in inspect.getmembers(patching_constructs)])
"""


@pytest.mark.parametrize("without", [WITHOUT_CDK_NAG, WITH_AN_OLD_CDK], ids=["without cdk-nag", "with an old CDK"])
def test_without_an_extra_all_other_names_are_there(without: str) -> None:
    ran = subprocess.run([sys.executable, "-c", without + STAR_IMPORT], check=True, capture_output=True, text=True)
    others = [name for name in patching_constructs.__all__ if name != "PatchingChecks"]
    assert ran.stdout.splitlines() == [str(others), str(others)]


def test_the_core_depends_on_the_cdk_alone() -> None:
    required = metadata.requires("patching-constructs") or []
    core = sorted(each.split("<")[0].split(">")[0] for each in required if "extra" not in each and "win32" not in each)
    assert core == ["aws-cdk-lib", "constructs"]


def test_windows_gets_the_time_zones_that_it_does_not_bring() -> None:
    required = metadata.requires("patching-constructs") or []
    assert [each.partition(";")[0] for each in required if "win32" in each] == ["tzdata>=2025.2"]


@pytest.mark.skipif("PATCHING_CONSTRUCTS_FROM_WHEEL" not in os.environ, reason="only make wheel installs the wheel")
def test_the_installed_wheel_is_what_is_tested() -> None:
    package = Path(patching_constructs.__file__).parent
    assert package.parent.name == "site-packages"
    assert (package / "py.typed").is_file()


@pytest.mark.skipif("PATCHING_CONSTRUCTS_FROM_WHEEL" not in os.environ, reason="only make wheel installs the wheel")
def test_the_wheel_has_every_file_of_the_package() -> None:
    source = Path(__file__).parent.parent / "patching_constructs"
    kept = {each for each in source.rglob("*") if each.is_file() and "__pycache__" not in each.parts}
    installed = Path(patching_constructs.__file__).parent
    for file in kept:
        assert (installed / file.relative_to(source)).read_bytes() == file.read_bytes(), file
