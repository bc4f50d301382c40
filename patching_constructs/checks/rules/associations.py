"""Rules of State Manager associations: when they run, and which nodes they select."""

from collections.abc import Iterator

from patching_constructs._errors import PatchingError
from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import API, GUIDE, rule
from patching_constructs.checks.rules._value_checks import for_each, refused, sentence, whole
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.schedule._cron import CronExpression
from patching_constructs.schedule._rule import Rate, Rule
from patching_constructs.schedule.association import Doubt, doubt_of, is_listed, parse_association_schedule
from patching_constructs.ssm import limits
from patching_constructs.ssm.target_keys import ASSOCIATION_KEYS, INSTANCE_IDS, TAG
from patching_constructs.template.associations import Association
from patching_constructs.template.value import Value, shown

_DIALECT = f"{GUIDE}reference-cron-and-rate-expressions.html"
_CREATE = f"{API}API_CreateAssociation.html"
_SCHEDULE = "ScheduleExpression"
_WAITS = "ApplyOnlyAtCronInterval"


@rule(
    "AssociationSchedule",
    Severity.ERROR,
    of="associations",
    fix="Write cron(...), rate(...) or at(...) as AWS documents them for associations.",
    page=_DIALECT,
)
def association_schedule(association: Association, _: Context) -> Iterator[Outcome]:
    """The schedule of an association must be cron(...), rate(...) or at(...)."""
    schedule = association[_SCHEDULE]
    text = schedule.text()
    if text:
        yield from refused(schedule, _SCHEDULE, lambda: parse_association_schedule(text))


@rule(
    "AssociationScheduleSupported",
    Severity.WARNING,
    of="associations",
    fix="Use a rate of 30 minutes or more and less than 31 days, or a cron without months.",
    page=_DIALECT,
)
def association_schedule_supported(association: Association, _: Context) -> Iterator[Outcome]:
    """The schedule of an association should be one that State Manager supports."""
    schedule = association[_SCHEDULE]
    doubt = _doubt(schedule)
    if doubt is not None:
        yield Violation(schedule, f"{_SCHEDULE} {shown(schedule.content)} {doubt.problem}.", sentence(doubt.fix))


def _doubt(schedule: Value) -> Doubt | None:
    """Return why AWS does not support a schedule; None for one that AssociationSchedule has a finding of."""
    text = None if schedule.is_unknown else schedule.text()
    try:
        return doubt_of(text) if text else None
    except PatchingError:
        return None


@rule(
    "AssociationCronListed",
    Severity.NOTE,
    of="associations",
    fix="Run it every 1/2, 1, 2, 4, 8 or 12 hours, or at one time of every day or of one day of the week.",
    page=_DIALECT,
)
def association_cron_listed(association: Association, _: Context) -> Iterator[Outcome]:
    """The cron expression of an association should be one that AWS lists as supported."""
    schedule, parsed = association[_SCHEDULE], _rule_of(association)
    if parsed is not None and not is_listed(parsed) and _doubt(schedule) is None:
        yield Violation(schedule, f"AWS does not list {shown(schedule.content)} as supported for associations.")


@rule(
    "AssociationOffset",
    Severity.ERROR,
    of="associations",
    fix="Write 1-6 days, or leave ScheduleOffset out.",
    page=_CREATE,
)
def association_offset(association: Association, _: Context) -> Iterator[Outcome]:
    """The offset of an association must be 1-6 whole days."""
    yield from whole(association["ScheduleOffset"], limits.SCHEDULE_OFFSET_DAYS, "days")


@rule(
    "AssociationOffsetApplies",
    Severity.WARNING,
    of="associations",
    fix=f"Use a cron and set {_WAITS} to true, or leave ScheduleOffset out.",
    page=_CREATE,
)
def association_offset_applies(association: Association, _: Context) -> Iterator[Outcome]:
    """ScheduleOffset should be used with a cron expression and ApplyOnlyAtCronInterval only."""
    offset = association["ScheduleOffset"]
    if not offset.is_given:
        return
    if not isinstance(_rule_of(association), CronExpression | None):
        problem = f"ScheduleOffset requires a cron, got {_SCHEDULE} {shown(association[_SCHEDULE].content)}."
        yield Violation(offset, problem, f"Leave ScheduleOffset out, or write a cron in {_SCHEDULE}.")
    elif not association[_WAITS].is_true():
        yield Violation(offset, f"ScheduleOffset requires {_WAITS}: true.", f"Set {_WAITS} to true.")


@rule(
    "AssociationInterval",
    Severity.WARNING,
    of="associations",
    fix=f"Write a cron in {_SCHEDULE}, or leave {_WAITS} out.",
    page=_CREATE,
)
def association_interval(association: Association, _: Context) -> Iterator[Outcome]:
    """ApplyOnlyAtCronInterval should be used with a cron expression only."""
    waits = association[_WAITS]
    if isinstance(_rule_of(association), Rate) and waits.is_true():
        text = shown(association[_SCHEDULE].content)
        yield Violation(waits, f"{_WAITS} is not supported for rates, got {_SCHEDULE} {text}.")


@rule(
    "AssociationRunsOnDeployment",
    Severity.WARNING,
    of="associations",
    fix=f"Set {_WAITS} to true.",
    page=_CREATE,
)
def association_runs_on_deployment(association: Association, deployment: Context) -> Iterator[Outcome]:
    """An association that installs patches should run only on its schedule."""
    if not deployment.command_of(association).installs:
        return
    waits, schedule = association[_WAITS], association[_SCHEDULE]
    if not schedule.is_given:
        problem = "The association has no schedule: it installs at deployment, on edits and when its targets change."
        yield Violation(association.properties, problem, f"Add {_SCHEDULE} with a cron, and set {_WAITS} to true.")
    elif not waits.is_true():
        at = waits if waits.is_given else association.properties
        is_rate = isinstance(_rule_of(association), Rate)
        fix = f"Write a cron in {_SCHEDULE}, and set {_WAITS} to true: a rate does not support it." if is_rate else None
        problem = "The association installs at deployment, on edits and when its targets change, and nodes may reboot."
        yield Violation(at, problem, fix)


@rule(
    "AssociationTargetKey",
    Severity.WARNING,
    of="associations",
    fix=f"Write {INSTANCE_IDS}, tag:<key>, tag-key or resource-groups:Name.",
    page=f"{API}API_Target.html",
)
def association_target_key(association: Association, _: Context) -> Iterator[Outcome]:
    """A target of an association should have a key that AWS documents."""
    yield from for_each([entry["Key"] for entry in association.filters], _known_key)


def _known_key(key: Value) -> Iterator[Outcome]:
    if key.shape.startswith(TAG):
        return
    text = key.text()
    # ResourceGroup is rejected, see TargetKey.
    if text and text.lower() not in {INSTANCE_IDS.lower(), "resourcegroup"} and text not in ASSOCIATION_KEYS:
        fix = None if ":" in text else f"Write {TAG}{text}, if that is a tag."
        yield Violation(key, f"Key {shown(text)} is not documented for associations.", fix)


def _rule_of(association: Association) -> Rule | None:
    """Return the schedule of an association; None where there is none, or AssociationSchedule has a finding of it."""
    schedule = association[_SCHEDULE]
    text = None if schedule.is_unknown else schedule.text()
    try:
        return parse_association_schedule(text) if text else None
    except PatchingError:
        return None
