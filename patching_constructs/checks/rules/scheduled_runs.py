"""Rules of patching outside of maintenance windows: EventBridge, patch policies, and what installs beside a window."""

from collections.abc import Iterator
from functools import partial

from patching_constructs.checks.context import Context
from patching_constructs.checks.moments import moment_in_words
from patching_constructs.checks.rule import GUIDE, rule
from patching_constructs.checks.rules._value_checks import check_made_together, for_each, literal, refused
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.properties.command import REBOOT_OPTION, RebootOption
from patching_constructs.schedule._time_zone import check_zone_exists, nearest_zone
from patching_constructs.schedule.association import parse_association_schedule
from patching_constructs.schedule.event_bridge import parse_event_schedule
from patching_constructs.ssm.target_keys import INSTANCE_IDS, POLICY_TARGET_KEYS
from patching_constructs.template.commands import Command
from patching_constructs.template.event_rules import EventCommand, EventRule, is_from_event
from patching_constructs.template.patch_policies import SCAN_AND_INSTALL, PatchPolicy
from patching_constructs.template.scheduled_runs import RunKind, ScheduledRun, Starter
from patching_constructs.template.scheduler import Schedule
from patching_constructs.template.texts import from_json
from patching_constructs.template.value import UnknownError, Value, shown

_EVENTS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"
_RUN_COMMAND = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RunCommandParameters.html"
_TARGET = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html"
_POLICY = "https://docs.aws.amazon.com/quick-setup/latest/APIReference/API_ConfigurationDefinitionInput.html"


@rule(
    "RunSchedule",
    Severity.ERROR,
    of="scheduled_runs",
    fix="Write cron(minutes hours day-of-month month day-of-week year), with ? for one of the two days, or a rate.",
    page=_EVENTS,
)
def run_schedule(run: ScheduledRun, _: Context) -> Iterator[Outcome]:
    """A schedule that patches must be valid for EventBridge, or in a patch policy for State Manager.

    Associations have a rule of their own.
    """
    schedule = run.schedule
    text = schedule.text()
    if not text or run.kind is RunKind.ASSOCIATION:
        return
    if run.kind is RunKind.POLICY:
        yield from refused(schedule, schedule.name, partial(parse_association_schedule, text))
    else:
        is_rule = run.kind is RunKind.RULE
        yield from refused(schedule, schedule.name, partial(parse_event_schedule, text, is_rule=is_rule))


@rule(
    "RunTimezone",
    Severity.ERROR,
    of="scheduled_runs",
    fix="Write a name of the IANA time zone database, such as Europe/Berlin.",
    page="https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html",
)
def run_timezone(run: ScheduledRun, _: Context) -> Iterator[Outcome]:
    """The time zone of a schedule of EventBridge Scheduler must be in the IANA time zone database."""
    zone = run.time_zone
    name = None if zone is None else zone.text()
    if zone is not None and name:
        near = nearest_zone(name)
        fix = f"Write {near}, if that is the intended time zone." if near else None
        yield from refused(zone, zone.name, partial(check_zone_exists, name), fix=fix)


@rule("RunInput", Severity.ERROR, of="starters", fix="Write the parameters, or the request, as JSON.", page=_TARGET)
def run_input(starter: Starter, _: Context) -> Iterator[Outcome]:
    """The input of an EventBridge target that runs a document must be JSON."""
    match starter:
        case EventRule():
            yield from for_each(starter.document_targets, _target_input)
        case Schedule() if starter.runs_document:
            yield from _json(starter.input)


def _target_input(target: Value) -> Iterator[Outcome]:
    if is_from_event(target):
        yield UnknownError(target, "The parameters of the document come from the event")
    elif not target["InputTransformer"].is_given:
        yield from _json(target["Input"])


def _json(value: Value) -> Iterator[Outcome]:
    read = from_json(value)
    if read is None:
        yield Violation(value, f"Input must be JSON, got {shown(value.content)}.")
    elif read.is_unknown:
        yield UnknownError(value)


@rule(
    "RunCommandTargets",
    Severity.WARNING,
    of="commands",
    fix="Write one entry with Key tag:<key> or InstanceIds.",
    page=_RUN_COMMAND,
)
def run_command_targets(command: Command, _: Context) -> Iterator[Outcome]:
    """RunCommandTargets should have one entry, with a tag or with instance ids."""
    if not isinstance(command, EventCommand) or not command.is_run_command:
        return
    entries = command.filters
    if len(entries) > 1:
        problem = f"RunCommandTargets must have one entry, got {len(entries)}."
        yield Violation(command.at["RunCommandParameters"]["RunCommandTargets"], problem)
    for entry in entries:
        key = entry["Key"]
        text = None if key.shape.startswith("tag:") else key.text()
        if text not in (None, INSTANCE_IDS):
            yield Violation(key, f"Key must be tag:<key> or InstanceIds, got {shown(text)}.")


@rule(
    "InstallsAtOnce",
    Severity.WARNING,
    of="scheduled_runs",
    fix="Keep one of the two schedules, or move one of them to another time.",
    page=f"{GUIDE}patch-manager-aws-runpatchbaseline.html",
)
def installs_at_once(run: ScheduledRun, deployment: Context) -> Iterator[Outcome]:
    """Two installs should not run on the same nodes at the same time: one can reboot a node during the other."""
    found = deployment.installs.clash(run)
    if found is None:
        return
    other, moment = found
    check_made_together(run.resource, other)
    when = moment_in_words(moment)
    name = other.name_beside(run.resource)
    yield Violation(
        run.schedule, f"{run.label} and {name} both install patches on {when}, and can select the same nodes."
    )


@rule(
    "PatchPolicyValues",
    Severity.ERROR,
    of="patch_policies",
    fix="Write a value that Quick Setup documents.",
    page=_POLICY,
)
def patch_policy_values(policy: PatchPolicy, _: Context) -> Iterator[Outcome]:
    """A patch policy must have the values that Quick Setup documents."""
    parameters = policy.parameters
    yield from literal(parameters["ConfigurationOptionsPatchOperation"], ["Scan", SCAN_AND_INSTALL])
    yield from literal(parameters[REBOOT_OPTION], RebootOption)
    yield from literal(parameters["TargetType"], POLICY_TARGET_KEYS)


@rule(
    "PatchPolicyRequired",
    Severity.ERROR,
    of="patch_policies",
    fix="Add the missing parameter.",
    page=_POLICY,
)
def patch_policy_required(policy: PatchPolicy, _: Context) -> Iterator[Outcome]:
    """A patch policy must have a name, baselines, Regions, and accounts or organizational units."""
    parameters = policy.parameters
    for name in ("PatchPolicyName", "SelectedPatchBaselines", "TargetRegions"):
        if not parameters[name].is_given:
            yield Violation(parameters, f"{name} must be given in a patch policy.", f"Add {name}.")
    scope = [parameters["TargetAccounts"], parameters["TargetOrganizationalUnits"]]
    if not any(value.is_given for value in scope):
        problem = "TargetAccounts or TargetOrganizationalUnits must be given in a patch policy."
        yield Violation(parameters, problem, "Add one of them.")
    yield from _target_parameters(parameters)


def _target_parameters(parameters: Value) -> Iterator[Outcome]:
    required = {
        INSTANCE_IDS: ["TargetInstances"],
        "ResourceGroups": ["ResourceGroupName"],
        "Tags": ["TargetTagKey", "TargetTagValue"],
    }
    kind = parameters["TargetType"]
    for name in required.get(kind.text() or "", ()):
        if not parameters[name].is_given:
            problem = f"{name} must be given with TargetType {kind.text()}."
            yield Violation(kind, problem, f"Add {name}.")
