"""The properties of a `PatchSchedule` that a rollout has for all of its rings, or a ring or a fleet has for itself.

A test compares them with the arguments of `PatchSchedule`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypedDict

from aws_cdk.interfaces.aws_iam import IRoleRef

from patching_constructs._errors import refusal
from patching_constructs._validation import nearest
from patching_constructs.constructs.overrides import BaselineOverride, InstallOverrideList
from patching_constructs.properties._durations import Length
from patching_constructs.properties.capacity import PatchCapacity
from patching_constructs.properties.command import PatchHooks, PatchOperation, RebootOption
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.freeze import PatchFreeze
from patching_constructs.properties.gate import PatchGate
from patching_constructs.properties.notification import CommandNotification
from patching_constructs.properties.output import CommandOutput
from patching_constructs.properties.rate_control import RateControl
from patching_constructs.properties.window_tasks import WindowTask

_OF_FLEET: Final = ("operation", "targets")


class RolloutOptions(TypedDict, total=False):
    """The properties of `PatchSchedule` that a rollout can have for all of its rings."""

    reboot_option: RebootOption | str | None
    duration: Length
    cutoff: Length
    cutoff_behavior: CutoffBehavior | None
    max_concurrency: RateControl
    max_errors: RateControl
    hooks: PatchHooks | None
    baseline_override: str | BaselineOverride | None
    install_override_list: str | InstallOverrideList | None
    output: CommandOutput | None
    notification: CommandNotification | None
    role: IRoleRef | None
    description: str | None
    start_date: datetime | str | None
    end_date: datetime | str | None
    start_timeout: Length | None
    execution_timeout: Length | None
    task_name: str | None
    task_description: str | None
    comment: str | None
    document_version: str | None
    enabled: bool
    before: Sequence[WindowTask]
    after: Sequence[WindowTask]
    freezes: Sequence[PatchFreeze]


class RingOptions(RolloutOptions, total=False):
    """The properties of `PatchSchedule` that a ring can have for itself."""

    operation: PatchOperation | str
    window_name: str | None
    capacity: PatchCapacity | None
    gate: PatchGate | None


class FleetScheduleOptions(RolloutOptions, total=False):
    """The properties of `PatchSchedule` that a schedule of a fleet can have."""

    window_name: str | None
    capacity: PatchCapacity | None
    gate: PatchGate | None


def check_fleet_schedule_options(what: str, given: Iterable[str]) -> None:
    """Check that a schedule of a fleet has no other properties.

    Raises:
        PatchingError: it has one; the message contains the most similar property.
    """
    rule = "must have only properties of PatchSchedule that the fleet does not determine"
    for name in given:
        if name not in FleetScheduleOptions.__annotations__:
            near = None if name in _OF_FLEET else nearest(name, FleetScheduleOptions.__annotations__)
            raise refusal(what, rule, name, f"did you mean {near}?" if near else "leave it out")


def check_ring_options(what: str, given: Iterable[str]) -> None:
    """Check that a ring has no other properties, which only a type checker would find.

    Raises:
        PatchingError: it has one; the message contains the most similar property.
    """
    _check(what, given, RingOptions.__annotations__, "must have only properties of PatchSchedule")


def check_rollout_options(what: str, given: Iterable[str]) -> None:
    """Check that a rollout has no other properties.

    Raises:
        PatchingError: it has one; the message contains the most similar property.
    """
    rule = "must have only properties of PatchSchedule that its rings can share"
    _check(what, given, RolloutOptions.__annotations__, rule)


def _check(what: str, given: Iterable[str], known: Mapping[str, object], rule: str) -> None:
    for name in given:
        if name not in known:
            raise refusal(what, rule, name, _fix(name, known))


def _fix(name: str, known: Mapping[str, object]) -> str:
    if name in RingOptions.__annotations__:
        return "set it in PatchRing"
    near = nearest(name, known)
    return f"did you mean {near}?" if near else ""
