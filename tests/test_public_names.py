"""The front door: one sorted list, and every name on it can be had."""

import inspect
import os
from importlib import metadata
from pathlib import Path

import pytest

import patching_constructs


def test_the_public_list_is_sorted_and_frozen() -> None:
    assert patching_constructs.__all__ == [
        "BaselineOverride",
        "CommandNotification",
        "CommandOutput",
        "ComplianceLevel",
        "CutoffBehavior",
        "DayOfWeek",
        "IPatchBaseline",
        "IPatchSchedule",
        "InstallOverrideList",
        "NotificationEvent",
        "NotificationType",
        "OperatingSystem",
        "OverridePatch",
        "PatchBaseline",
        "PatchComplianceStatus",
        "PatchFilter",
        "PatchGroup",
        "PatchHooks",
        "PatchNodes",
        "PatchOperation",
        "PatchRule",
        "PatchSchedule",
        "PatchSource",
        "PatchTarget",
        "PatchingChecks",
        "PatchingError",
        "RateControl",
        "RebootOption",
        "RejectedPatchesAction",
        "ScheduleExpression",
    ]
    assert patching_constructs.__all__ == sorted(patching_constructs.__all__)
    assert dir(patching_constructs) == patching_constructs.__all__


@pytest.mark.parametrize("name", patching_constructs.__all__)
def test_every_public_name_can_be_imported_and_says_what_it_is(name: str) -> None:
    found = getattr(patching_constructs, name)
    assert found.__name__ == name
    assert inspect.getdoc(found)


@pytest.mark.parametrize("name", patching_constructs.__all__)
def test_every_public_method_says_what_it_does(name: str) -> None:
    for attribute, member in vars(getattr(patching_constructs, name)).items():
        function = getattr(member, "__func__", getattr(member, "fget", member))
        if not attribute.startswith("_") and inspect.isfunction(function):
            assert inspect.getdoc(function), f"{name}.{attribute}"


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"^module 'patching_constructs' has no attribute 'PatchScedule'$"):
        _ = patching_constructs.PatchScedule


def test_the_core_depends_on_the_cdk_alone() -> None:
    required = metadata.requires("patching-constructs") or []
    core = sorted(each.split(";")[0].split("<")[0].split(">")[0] for each in required if "extra" not in each)
    assert core == ["aws-cdk-lib", "constructs"]


@pytest.mark.skipif("PATCHING_CONSTRUCTS_FROM_WHEEL" not in os.environ, reason="only make wheel installs the wheel")
def test_the_installed_wheel_is_what_is_tested() -> None:
    package = Path(patching_constructs.__file__).parent
    assert package.parent.name == "site-packages"
    assert (package / "py.typed").is_file()
