"""The features that evidence is recorded for: the rows of the table, with what they render.

A feature that renders a property and not a resource has `Type.Property`, as the other properties show nothing about it.
"""

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.proof.evidence import Evidence

_SSM: Final = "AWS::SSM::"
_TASK: Final = f"{_SSM}MaintenanceWindowTask"
_WINDOW: Final = tuple(f"{_SSM}MaintenanceWindow{suffix}" for suffix in ("", "Target", "Task"))
_TASK_ROLE: Final = ("AWS::IAM::Role", "AWS::IAM::Policy")
FEATURES: Final[Mapping[str, tuple[str, ...]]] = {
    "ApprovalAlignment": (f"{_SSM}PatchBaseline.ApprovalRules",),
    "BaselineOverride": (f"{_TASK}.TaskInvocationParameters",),
    "ChangeCalendar": (f"{_SSM}Document",),
    "CommandNotification": (f"{_TASK}.TaskInvocationParameters",),
    "CommandOutput": (f"{_TASK}.TaskInvocationParameters",),
    "HookDocument": (f"{_SSM}Document",),
    "InstallOverrideList": (f"{_TASK}.TaskInvocationParameters",),
    "MaintenanceWindow": _WINDOW,
    "MaintenanceWindowEvents": ("AWS::Events::Rule",),
    "MaintenanceWindowGrants": ("AWS::IAM::Policy",),
    "MaintenanceWindowMetrics": ("AWS::CloudWatch::Alarm",),
    "PatchBaseline": (f"{_SSM}PatchBaseline",),
    "PatchComplianceReport": ("AWS::Athena::NamedQuery", "AWS::Athena::WorkGroup", "AWS::Glue::Table"),
    "PatchComplianceRule": ("AWS::Config::ConfigRule",),
    "PatchDataSync": (f"{_SSM}ResourceDataSync",),
    "PatchFleet": (*_WINDOW, f"{_SSM}PatchBaseline"),
    "PatchFreezes": _WINDOW,
    "PatchGate": (f"{_SSM}Document", f"{_TASK}.TaskArn"),
    "PatchMonitoring": ("AWS::CloudWatch::Alarm", "AWS::Lambda::Function", "AWS::Events::Rule"),
    "PatchNodes": ("AWS::EC2::Instance", "AWS::IAM::InstanceProfile", *_TASK_ROLE),
    "PatchOrganization": ("AWS::CloudFormation::StackSet",),
    "PatchRollout": _WINDOW,
    "PatchSchedule": _WINDOW,
    "PatchingChecks": (),
    "QuickSetupPatchPolicy": ("AWS::SSMQuickSetup::ConfigurationManager",),
    "WindowTask": (_TASK, *_TASK_ROLE),
}
# Attributes that return a feature.
_ATTRIBUTES: Final = {
    "events": "MaintenanceWindowEvents",
    "grants": "MaintenanceWindowGrants",
    "metrics": "MaintenanceWindowMetrics",
}


def features_of(example: Path) -> list[str]:
    """Return the features that an example uses: those that it imports, and those of the attributes that return one."""
    names = set()
    for node in ast.walk(ast.parse(example.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "patching_constructs":
            names |= {each.name for each in node.names}
        if isinstance(node, ast.Attribute) and node.attr in _ATTRIBUTES:
            names.add(_ATTRIBUTES[node.attr])
    return sorted(names & FEATURES.keys())


def proves_example(example: Path, *evidence: Evidence) -> list[pytest.MarkDecorator]:
    """Return the marks of a test that shows something of an example: evidence for each feature that it uses."""
    return [pytest.mark.proves(feature, str(each)) for feature in features_of(example) for each in evidence]
