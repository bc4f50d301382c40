"""Documents run by schedules outside of maintenance windows: associations, EventBridge and patch policies."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from patching_constructs._errors import PatchingError
from patching_constructs.schedule._rule import At, Rate, Rule
from patching_constructs.schedule._time_zone import check_zone_exists, zone_info
from patching_constructs.schedule.association import parse_association_schedule
from patching_constructs.schedule.event_bridge import parse_event_schedule
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.schedule.occurrence import local_time
from patching_constructs.template.associations import Association
from patching_constructs.template.commands import Command
from patching_constructs.template.event_rules import EventRule
from patching_constructs.template.patch_policies import ConfigurationManager
from patching_constructs.template.resource import Resource
from patching_constructs.template.resource_names import name_or_id
from patching_constructs.template.runbooks import SsmDocument
from patching_constructs.template.scheduler import Schedule
from patching_constructs.template.state_machines import StateMachine
from patching_constructs.template.value import UnknownError, Value


class RunKind(StrEnum):
    """The kind of schedule that runs the documents."""

    ASSOCIATION = "association"
    """A State Manager association."""
    RULE = "rule"
    """An EventBridge rule."""
    SCHEDULE = "schedule"
    """A schedule of EventBridge Scheduler."""
    POLICY = "patch policy"
    """A patch policy of Quick Setup."""


@dataclass(frozen=True, slots=True)
class RunTimes:
    """The time at which a schedule runs its documents."""

    schedule: ScheduleExpression
    start_date: datetime | None = None
    end_date: datetime | None = None
    is_skipped_by_clock: bool = False
    """Whether a time that a daylight saving switch skips is skipped too, as EventBridge Scheduler does."""

    @property
    def is_start_assumed(self) -> bool:
        """Whether it is a rate whose start is not known here."""
        return isinstance(self.schedule.rule, Rate) and self.start_date is None


@dataclass(frozen=True, slots=True, eq=False)
class ScheduledRun:
    """Documents that a schedule outside of maintenance windows runs. Two are the same only if they are one object."""

    kind: RunKind
    resource: Resource
    schedule: Value
    commands: Sequence[Command]

    @property
    def value(self) -> Value:
        """Its schedule."""
        return self.schedule

    @property
    def label(self) -> str:
        """Its name, or its logical id."""
        return name_or_id(self.resource)

    @property
    def is_disabled(self) -> bool:
        """Whether the template disables it.

        Raises:
            UnknownError: that is unknown until deployment.
        """
        return self.kind in (RunKind.RULE, RunKind.SCHEDULE) and self.resource["State"].text() == "DISABLED"

    @property
    def time_zone(self) -> Value | None:
        """The time zone of the schedule; None for UTC, which all but EventBridge Scheduler have."""
        return self.resource.at("ScheduleExpressionTimezone") if isinstance(self.resource, Schedule) else None

    def times(self) -> RunTimes | None:
        """Return when it runs; None where it has no schedule, or one whose meaning no source settles.

        Raises:
            PatchingError: the schedule is invalid.
            UnknownError: it is unknown until deployment.
        """
        text = self.schedule.text()
        if not text:
            return None
        match self.resource:
            case EventRule():
                return _plain(parse_event_schedule(text, is_rule=True))
            case Schedule():
                return self._times_of_schedule(text)
            case Association():
                offset = self.resource["ScheduleOffset"].number()
                rule = parse_association_schedule(text)
                return None if rule is None else RunTimes(ScheduleExpression(rule, None, offset))
            case _:
                return _plain(parse_association_schedule(text))

    def _times_of_schedule(self, text: str) -> RunTimes | None:
        rule = parse_event_schedule(text, is_rule=False)
        zone = self.resource["ScheduleExpressionTimezone"].text() or None
        start, end = _moment(self.resource["StartDate"]), _moment(self.resource["EndDate"])
        if rule is None:
            return None
        if zone is not None:
            check_zone_exists(zone)
        match rule:
            case At(moment):
                # Once, whatever the dates say, by the clock of the zone.
                return _once(moment, zone)
            case Rate():
                zone = None
        return RunTimes(ScheduleExpression(rule, zone), start, end, is_skipped_by_clock=True)


def _once(moment: datetime, zone: str | None) -> RunTimes | None:
    """Return the time of at(...) in a time zone; None for one that is not in the years 1-9999 in UTC."""
    local = local_time(moment.replace(tzinfo=None), zone_info(zone)) if zone else moment
    try:
        return RunTimes(ScheduleExpression(At(local.astimezone(UTC))))
    except OverflowError:
        return None


def _plain(rule: Rule | None) -> RunTimes | None:
    return None if rule is None else RunTimes(ScheduleExpression(rule))


def _moment(date: Value) -> datetime | None:
    """Return a date of EventBridge Scheduler, which is in UTC."""
    text = date.text()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise PatchingError(f"{date.name} must be an ISO-8601 date and time, got {text!r}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


# --- What a template schedules ------------------------------------------------------------------------

_RunbookOf = Callable[[Value], SsmDocument | StateMachine | None]
Starter = SsmDocument | StateMachine | EventRule | Schedule | ConfigurationManager
"""What may run documents outside of maintenance windows, beside an association."""


def patching_runs(
    associations: Iterable[tuple[Association, Command]],
    starters: Iterable[Starter],
    runbook_of: _RunbookOf,
) -> list[ScheduledRun]:
    """Return the schedules outside of maintenance windows that patch nodes, without unknown ones.

    Args:
        associations: the associations, each with the run of its document.
        starters: the other resources that may run documents.
        runbook_of: returns the document or state machine of the template that a value refers to.
    """
    found: list[ScheduledRun] = []
    for association, command in associations:
        with suppress(UnknownError):
            patching = _patching([command], runbook_of)
            found.append(ScheduledRun(RunKind.ASSOCIATION, association, association["ScheduleExpression"], patching))
    for starter in starters:
        with suppress(UnknownError):
            found += _runs_of(starter, runbook_of)
    return [run for run in found if run.commands]


def _runs_of(starter: Starter, runbook_of: _RunbookOf) -> Iterator[ScheduledRun]:
    match starter:
        case EventRule() if starter["ScheduleExpression"].is_given:
            started = _started([target.at("Arn") for target in starter["Targets"].items()], runbook_of)
            patching = _patching([*starter.commands, *started], runbook_of)
            yield ScheduledRun(RunKind.RULE, starter, starter["ScheduleExpression"], patching)
        case Schedule():
            started = _started([starter["Target"]["Arn"]], runbook_of)
            patching = _patching([*starter.commands, *started], runbook_of)
            yield ScheduledRun(RunKind.SCHEDULE, starter, starter["ScheduleExpression"], patching)
        case ConfigurationManager():
            for policy in starter.policies:
                for schedule, command in policy.schedules:
                    yield ScheduledRun(RunKind.POLICY, starter, schedule, [command])


def _started(targets: Iterable[Value], runbook_of: _RunbookOf) -> list[Command]:
    """Return the runs of documents by the state machines that are targets, without unknown ones."""
    found: list[Command] = []
    for target in targets:
        with suppress(UnknownError):
            machine = runbook_of(target)
            found += machine.commands if isinstance(machine, StateMachine) else []
    return found


def _patching(commands: Iterable[Command], runbook_of: _RunbookOf) -> list[Command]:
    """Return what patches among commands, and among the steps of the template's runbooks that they run."""
    found: list[Command] = []
    for command in commands:
        runbook = runbook_of(command.document_in_template)
        if runbook is not None:
            found += [step for step in runbook.commands if step.is_patching]
        elif command.is_patching:
            found.append(command)
    return found
