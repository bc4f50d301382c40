"""The schedules of the page: maintenance windows, and what patches outside of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from patching_constructs.cli import descriptions, labels, run_descriptions, value_words
from patching_constructs.cli.forecasts import capacity_in_words
from patching_constructs.cli.labels import Effect
from patching_constructs.cli.schedule_labels import label_of
from patching_constructs.planning.executions import Execution
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.resource import Resource
from patching_constructs.template.rollout_rings import RolloutRing
from patching_constructs.template.upcoming_runs import RunExecution

_NO_CONSTRUCT: Final = "not in the template"


@dataclass(frozen=True, slots=True)
class Frozen:
    """When executions do not take place, or do nothing, because of a freeze."""

    start: datetime
    end: datetime
    reason: str = ""
    """Why, if the template contains it."""


@dataclass(frozen=True, kw_only=True)
class PageSchedule:
    """A schedule with an execution in the range."""

    resource: Resource
    name: str
    path: str | None
    """The path of the construct; None where the template does not contain it."""
    target: str
    operation: str
    effect: Effect
    is_effect_unknown: bool
    """Whether it is unknown until deployment if it installs or reboots."""
    words: str
    """When it runs, in words, with the time zone where the schedule depends on one."""
    zone: tzinfo
    duration: timedelta | None
    """None where it is unknown how long an execution lasts."""
    cutoff: timedelta = timedelta(0)
    """The time between the cutoff and the end; 0 also where it is unknown until deployment."""
    ring: RolloutRing | None = None
    """The ring of a rollout that it is."""
    freezes: Sequence[Frozen] = ()
    facts: dict[str, str]
    """The details of the schedule."""

    @property
    def label(self) -> str:
        """What to call it where a name is necessary: its construct rather than a generated name."""
        return f"{self.path}{self.resource.template.source.in_region}" if self.path else self.name

    @property
    def place(self) -> str:
        """The account and Region; empty where the template is not part of a ``cdk.out``."""
        environment = self.resource.environment.removeprefix("aws://")
        return environment.replace("unknown-account", "any account").replace("unknown-region", "any Region")


def schedule_of_window(execution: Execution[MaintenanceWindow], covered: Frozen) -> PageSchedule:
    """Return the schedule of an execution of a window.

    Args:
        execution: one of its executions.
        covered: the range of the page, in which a window without a task because of a freeze is frozen.
    """
    window, occurrence = execution.owner, execution.occurrence
    return PageSchedule(
        resource=window,
        name=label_of(window),
        path=window.schedule_path,
        target=labels.targets_of_window(window),
        operation=labels.operation_of_window(window),
        effect=labels.effect_of_window(window),
        is_effect_unknown=not window.is_frozen and labels.is_effect_of_window_unknown(window),
        words=descriptions.schedule_and_zone_in_words(window),
        zone=occurrence.zone,
        duration=occurrence.end - occurrence.start,
        cutoff=timedelta(0) if execution.cutoff is None else occurrence.end - execution.cutoff,
        ring=window.ring,
        freezes=[covered]
        if window.is_frozen
        else [Frozen(each.start, each.end, each.reason) for each in window.freezes],
        facts={
            "Construct": window.schedule_path or _NO_CONSTRUCT,
            "Window": label_of(window),
            "Stack": window.stack,
            **_condition(window),
            **({} if window.ring is None else {"Ring": descriptions.ring_in_words(window.ring)}),
            "Runs": descriptions.schedule_in_words(window),
            "Schedule": window.schedule.function or value_words.text(window.schedule),
            "Time zone": descriptions.time_zone_in_words(window),
            "Duration": descriptions.duration_in_words(window),
            "Cutoff": descriptions.cutoff_in_words(window),
            **_capacity(window),
            "Operation": "none: frozen" if window.is_frozen else descriptions.operations_in_words(window),
            "Reboot": descriptions.reboots_in_words(window),
            "Targets": descriptions.targets_in_words(window),
            **_freezes(window, occurrence.zone),
        },
    )


def schedule_of_run(execution: RunExecution) -> PageSchedule:
    """Return the schedule of an execution outside of maintenance windows."""
    run = execution.run
    construct = run.resource.construct_path
    path = None if construct is None else construct.removesuffix("/Resource")
    words = run_descriptions.schedule_in_words(run)
    return PageSchedule(
        resource=run.resource,
        name=run.label,
        path=path,
        target=labels.targets_of_run(run),
        operation=labels.operation_of_run(run),
        effect=labels.effect_of_run(run),
        is_effect_unknown=labels.is_effect_of_run_unknown(run),
        words=f"{words}, {execution.occurrence.zone}" if (run.schedule.written() or "").startswith("cron(") else words,
        zone=execution.occurrence.zone,
        duration=None,
        facts={
            "Construct": path or _NO_CONSTRUCT,
            run_descriptions.KINDS[run.kind]: run.label,
            "Stack": run.resource.stack,
            **_condition(run.resource),
            "Runs": words,
            "Also runs": run_descriptions.runs_besides(run) or "at no other time",
            "Schedule": run.schedule.function or value_words.text(run.schedule),
            "Time zone": run_descriptions.time_zone_in_words(run),
            "Duration": "unknown",
            "Operation": run_descriptions.operations_in_words(run),
            "Reboot": run_descriptions.reboots_in_words(run),
            "Targets": run_descriptions.targets_in_words(run),
        },
    )


def _freezes(window: MaintenanceWindow, zone: tzinfo) -> dict[str, str]:
    words = [f"{_local(each.start, zone)} to {_local(each.end, zone)}: {each.reason}" for each in window.freezes]
    return {"Freezes": "; ".join(words)} if words else {}


def _local(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _condition(resource: Resource) -> dict[str, str]:
    condition = descriptions.condition_in_words(resource)
    return {} if condition is None else {"Created if": condition}


def _capacity(window: MaintenanceWindow) -> dict[str, str]:
    words = capacity_in_words(window)
    return {} if words is None else {"Capacity": words}
