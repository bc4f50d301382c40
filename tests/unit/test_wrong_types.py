"""Every parameter of the public API, given a value of any wrong type, raises a PatchingError that names the right one.

The API is enumerated from its signatures. A new function needs a call in CALLS and a new annotation needs an entry in
KINDS, or a test here fails.
"""

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import FrozenInstanceError, dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from itertools import count
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as assets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_ssm as ssm
from aws_cdk import aws_stepfunctions as stepfunctions

import patching_constructs as api
from patching_constructs._tokens import is_unresolved
from patching_constructs.checks.severity import Severity
from patching_constructs.properties.targets import TargetFilter, TargetResourceType
from patching_constructs.properties.task_actions import Automation, LambdaFunction, RunCommand, StateMachine
from patching_constructs.schedule._cron import CronExpression
from patching_constructs.schedule._rule import At, Rate, Unresolved, parse_rule
from patching_constructs.ssm.operating_systems import FilterKey

STACK = cdk.Stack(cdk.App(), "Stack")
BUCKET = s3.Bucket(STACK, "Bucket")
TOPIC = sns.Topic(STACK, "Topic")
ROLE = iam.Role(STACK, "Role", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
INSTANCE = ec2.Instance(
    STACK,
    "Instance",
    vpc=ec2.Vpc(STACK, "Vpc", max_azs=1, nat_gateways=0),
    vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
    instance_type=ec2.InstanceType("t3.micro"),
    machine_image=ec2.MachineImage.latest_amazon_linux2023(),
)
FUNCTION = lambda_.Function.from_function_arn(STACK, "Function", "arn:aws:lambda:us-east-1:1:function:SSMTest")
STATE_MACHINE = stepfunctions.StateMachine.from_state_machine_arn(
    STACK, "StateMachine", "arn:aws:states:us-east-1:1:stateMachine:SSMTest"
)
DOCUMENT = ssm.CfnDocument(STACK, "Document", content={"schemaVersion": "2.2", "mainSteps": []})
ASSET = assets.Asset(STACK, "Asset", path=__file__)
WINDOW = api.MaintenanceWindow.from_maintenance_window_id(STACK, "Window", "mw-0123456789abcdef0")
SCRIPT = Path(__file__).parent.parent.parent / "examples" / "hooks" / "ecs.sh"
NUMBERS = count()


def scope() -> cdk.Stack:
    """Return a new stack, so that no two constructs get the same id."""
    return cdk.Stack(cdk.App(), f"Stack{next(NUMBERS)}")


# --- Values of every type -----------------------------------------------------------------------------

VALUES: tuple[Any, ...] = (
    None,
    True,
    7,
    -1,
    10**400,
    1.5,
    "text",
    "",
    b"bytes",
    [],
    ["text"],
    ("text",),
    cdk.Token.as_list({"Ref": "List"}),
    {"key": "value"},
    {"text"},
    object(),
    len,
    api.RateControl,
    api.RateControl.count(1),
    api.PatchGroup("web"),
    api.ComplianceLevel.HIGH,
    api.OperatingSystem.UBUNTU,
    timedelta(hours=2),
    date(2027, 1, 1),
    datetime(2027, 1, 1, tzinfo=UTC),
    Path("file"),
    STACK,
    BUCKET,
    TOPIC,
)


@dataclass(frozen=True)
class Kind:
    """The values that are valid for an annotation, and its names in messages."""

    takes: Callable[[Any], bool]
    words: tuple[str, ...]


def of(*types: type, words: tuple[str, ...] = ()) -> Kind:
    """Return the kind of the instances of types; a bool is not a number."""
    return Kind(
        lambda value: isinstance(value, types) and (bool in types or not isinstance(value, bool)),
        words or tuple(each.__name__ for each in types),
    )


def literal(kind: type[Enum]) -> Kind:
    """Return the kind of a closed set, with its literals and tokens."""
    return Kind(
        lambda value: value in list(kind) or (isinstance(value, str) and is_unresolved(value)), (kind.__name__,)
    )


def reference(attribute: str, interface: str) -> Kind:
    return Kind(lambda value: not isinstance(value, type) and hasattr(value, attribute), (interface,))


KINDS: dict[str, Kind] = {
    "None": Kind(lambda value: value is None, ()),
    "str": of(str, words=("string", "'%'", "IANA name")),
    "int": of(int, words=("whole number",)),
    "float": of(int, float, words=("whole number", "whole days", "number of minutes")),
    "bool": of(bool, words=("True or False",)),
    "date": of(date, words=("datetime.date",)),
    "datetime": of(datetime, words=("aware datetime",)),
    "timedelta": of(timedelta, words=("datetime.timedelta",)),
    "CdkDuration": of(cdk.Duration, words=("aws_cdk.Duration",)),
    "Path": of(Path),
    "ZoneInfo": of(ZoneInfo),
    "NamedTimeZone": Kind(lambda value: not isinstance(value, type) and hasattr(value, "timezone_name"), ("TimeZone",)),
    **{kind.__name__: of(kind) for kind in (CronExpression, Rate, At, Unresolved, TargetFilter)},
    **{kind.__name__: of(kind) for kind in (Automation, LambdaFunction, RunCommand, StateMachine)},
    "DocumentParameters": of(dict, words=("Mapping",)),
    "Mapping[OperatingSystem, Sequence[PatchRule]]": of(dict, words=("Mapping",)),
    "tuple[OperatingSystem, tuple[PatchRule, ...]]": Kind(lambda _: False, ("tuple", "OperatingSystem", "PatchRule")),
    "Mapping[str, object]": of(dict, words=("Mapping",)),
    "Mapping[str, str]": of(dict, words=("Mapping",)),
    "Mapping[str, str | ZoneInfo | NamedTimeZone]": of(dict, words=("mapping",)),
    **{kind.__name__: literal(kind) for kind in (FilterKey, TargetResourceType, Severity)},
    "IBucket": reference("bucket_name", "IBucket"),
    "IKey": reference("key_id", "IKey"),
    "IKeyRef": reference("key_ref", "IKeyRef"),
    "IBucketRef": reference("bucket_ref", "IBucketRef"),
    "RetentionDays": of(logs.RetentionDays),
    "IDocumentRef": reference("document_ref", "IDocumentRef"),
    "IFunctionRef": reference("function_ref", "IFunctionRef"),
    "IInstanceRef": reference("instance_ref", "IInstanceRef"),
    "IMaintenanceWindowRef": reference("maintenance_window_ref", "IMaintenanceWindowRef"),
    "ILogGroupRef": reference("log_group_ref", "ILogGroupRef"),
    "IRoleRef": reference("role_ref", "IRoleRef"),
    "IStateMachineRef": reference("state_machine_ref", "IStateMachineRef"),
    "IRuleTarget": reference("bind", "IRuleTarget"),
    "ITopicRef": reference("topic_ref", "ITopicRef"),
    "IGrantable": reference("grant_principal", "IGrantable"),
    "Asset": of(assets.Asset),
    "PatchableHost": Kind(lambda value: value is INSTANCE, ("aws_ec2.Instance",)),
}
TARGETS = Kind(
    lambda value: isinstance(value, list | tuple) and all(isinstance(each, api.PatchTarget) for each in value),
    ("PatchTarget",),
)
KINDS |= {"Sequence[PatchTarget]": TARGETS, "tuple[PatchTarget, ...]": TARGETS}
KINDS["Sequence[str | IDocumentRef]"] = Kind(
    lambda value: isinstance(value, list | tuple) and all(isinstance(each, str) for each in value), ("IDocumentRef",)
)
KINDS["Sequence[PatchRule]"] = Kind(
    lambda value: isinstance(value, list | tuple) and all(isinstance(each, api.PatchRule) for each in value),
    ("PatchRule",),
)
# What a function returns is checked too.
KINDS["Callable[[OperatingSystem], Sequence[PatchRule]]"] = Kind(callable, ("PatchRule",))
for name in api.__all__:
    public = getattr(api, name)
    KINDS[name] = literal(public) if issubclass(public, Enum) else of(public)


def list_of(kind: type[Enum]) -> Kind:
    """Return the kind of the lists of literals of a closed set."""
    return Kind(
        lambda value: isinstance(value, list | tuple) and all(map(literal(kind).takes, value)), (kind.__name__,)
    )


KINDS["Sequence[ExecutionStatus]"] = list_of(api.ExecutionStatus)
KINDS["Sequence[WindowState]"] = list_of(api.WindowState)

# Returned by the library, and not created by users.
RESULTS = {"Occurrence"}
# Passed to the CDK unchanged, which checks it.
LEFT_TO_THE_CDK = {"Construct", "IConstruct", "IPolicyValidationContext"}


# --- The public API -----------------------------------------------------------------------------------

WEB = api.PatchTarget.patch_group("web")
NODE = api.PatchTarget.instance_ids("i-0123456789abcdef0")
SECURITY = api.PatchFilter.classification("Security")
SCHEDULE = api.ScheduleExpression.daily(hour=4)
SYSTEM = api.OperatingSystem.AMAZON_LINUX_2023
RULE = api.PatchRule.security_patches(SYSTEM)
BASELINE = api.PatchBaseline(STACK, "Baseline", operating_system=SYSTEM, rules=[RULE])
RING = api.PatchRing("dev", targets=[WEB], days_after=0)
POLICY_BASELINE = api.PatchPolicyBaseline.from_patch_baseline(BASELINE)
PATCH = api.OverridePatch(id="kernel.x86_64")
FREEZE = api.PatchFreeze(date(2026, 12, 18), date(2027, 1, 4), "Christmas", time_zone="Europe/Berlin")
EVENTS = (
    *("execution_status_change", "unsuccessful", "failed", "timed_out", "cancelled", "skipped", "succeeded"),
    *("task_status_change", "state_change"),
)
METRICS = (
    *("hours_overdue", "hours_since_success"),
    *("all_commands_succeeded", "all_commands_failed", "all_commands_delivery_timed_out"),
)
AT_FOUR: dict[str, Any] = {"hour": 4}

# A valid call of every function: its arguments by name, those of *values as a tuple.
CALLS: dict[str, dict[str, Any]] = {
    "ApprovalAlignment": {"rules": ((SYSTEM, (RULE,)),)},
    "ApprovalAlignment.per_ring": {"rules": {SYSTEM: [RULE]}},
    "ApprovalAlignment.shared": {"baselines": (BASELINE,)},
    "BaselineOverride": {"asset": ASSET, "s3_url": "s3://bucket/key"},
    "BaselineOverride.from_asset": {},
    "BaselineOverride.grant_read": {"grantee": ROLE},
    "CalendarEvent": {"summary": "Weekend", "start": datetime(2027, 1, 2, tzinfo=UTC), "duration": timedelta(hours=2)},
    "ChangeCalendar": {"calendar_type": api.CalendarType.DEFAULT_OPEN, "events": [FREEZE]},
    "ChangeCalendar.from_calendar_name": {"calendar_name": "freezes"},
    "ChangeCalendar.grant_read": {"grantee": ROLE},
    "CommandNotification": {"topic": TOPIC},
    "CommandOutput": {"bucket": BUCKET},
    "FleetRollout": {"schedule": SCHEDULE, "rings": [RING]},
    "FleetSchedule": {"schedule": SCHEDULE},
    "HookDocument": {"content": {"schemaVersion": "2.2", "mainSteps": []}},
    "HookDocument.from_file": {"path": str(SCRIPT)},
    "HookDocument.powershell": {"lines": ["Get-Date"]},
    "HookDocument.shell": {"lines": ["date"]},
    "InstallOverrideList": {"asset": ASSET, "s3_url": "s3://bucket/key"},
    "InstallOverrideList.from_asset": {},
    "InstallOverrideList.from_patches": {"patches": [PATCH]},
    "InstallOverrideList.grant_read": {"grantee": ROLE},
    "MaintenanceWindow": {"schedule": SCHEDULE, "targets": [WEB], "tasks": [api.WindowTask.scan()]},
    "MaintenanceWindow.add_target": {"target": WEB},
    "MaintenanceWindow.add_task": {"id": "Reboot", "task": api.WindowTask.reboot()},
    "MaintenanceWindow.next_executions": {"after": datetime(2027, 1, 1, tzinfo=UTC), "count": 1},
    "MaintenanceWindow.from_maintenance_window_id": {"maintenance_window_id": "mw-0123456789abcdef0"},
    "MaintenanceWindowEvents": {"windows": [WINDOW]},
    "MaintenanceWindowEvents.from_maintenance_window": {"window": WINDOW},
    "MaintenanceWindowEvents.from_maintenance_windows": {"windows": [WINDOW]},
    **{f"MaintenanceWindowEvents.on_{each}": {"id": "Rule"} for each in EVENTS},
    "MaintenanceWindowGrants": {"windows": [WINDOW]},
    "MaintenanceWindowGrants.actions": {"grantee": ROLE, "actions": ["ssm:GetMaintenanceWindow"]},
    "MaintenanceWindowGrants.cancel_executions": {"grantee": ROLE},
    "MaintenanceWindowGrants.from_maintenance_window": {"window": WINDOW},
    "MaintenanceWindowGrants.from_maintenance_windows": {"windows": [WINDOW]},
    "MaintenanceWindowGrants.read": {"grantee": ROLE},
    "MaintenanceWindowGrants.update": {"grantee": ROLE},
    "MaintenanceWindowMetrics": {"windows": [WINDOW]},
    "MaintenanceWindowMetrics.from_maintenance_window": {"window": WINDOW},
    "MaintenanceWindowMetrics.from_maintenance_windows": {"windows": [WINDOW]},
    **{f"MaintenanceWindowMetrics.{each}": {} for each in METRICS},
    "OverridePatch": {"id": "kernel.x86_64"},
    "PatchBaseline": {
        "operating_system": SYSTEM,
        "approved_patches": ["bash"],
        "rejected_patches": ["zsh"],
    },
    "PatchBaseline.add_patch_group": {"group": "db"},
    "PatchBaseline.add_rule": {"rule": api.PatchRule.approve_after(timedelta(days=7), SECURITY)},
    "PatchBaseline.from_patch_baseline_id": {"patch_baseline_id": "pb-0123456789abcdef0"},
    "PatchCapacity": {"nodes": 400, "minutes_per_node": 12},
    "PatchComplianceReport": {},
    "PatchComplianceReport.grant_query": {"grantee": ROLE},
    "PatchComplianceReport.on_history_failed": {"id": "Rule"},
    "PatchComplianceRule": {},
    "PatchComplianceRule.on_security_hub_finding": {},
    "PatchDataSync": {"bucket": BUCKET},
    "PatchFilter": {"key": FilterKey.PRODUCT, "values": ("*",)},
    **{f"PatchFilter.{key.lower()}": {"values": ("*",)} for key in FilterKey},
    "PatchFleet": {"patch_group": "web", "operating_systems": [SYSTEM], "scan": SCHEDULE, "install": SCHEDULE},
    "PatchMonitoring": {"schedules": [WINDOW]},
    "PatchFleet.add_nodes": {"hosts": (INSTANCE,)},
    "PatchFreeze": {"start": FREEZE.start, "end": FREEZE.end, "reason": FREEZE.reason},
    "PatchFreezes": {},
    "PatchFreezes.add": {"freezes": (FREEZE,)},
    "PatchFreezes.of": {},
    "PatchGate": {"calendars": ["freezes"], "after": WINDOW},
    "PatchGroup": {"name": "web"},
    "PatchHooks": {"pre_install": "Drain"},
    "PatchNodes": {"host": INSTANCE},
    "PatchNodes.grant_patching": {},
    "PatchNodes.join": {"group": "web"},
    "PatchNodes.of": {"host": INSTANCE},
    "PatchOrganization": {"organizational_units": ["ou-ab12-11112222"], "regions": {"eu-central-1": "Europe/Berlin"}},
    "PatchPolicyBaseline": {"operating_system": SYSTEM, "baseline_id": "pb-0123456789abcdef0", "name": "security"},
    "PatchPolicyBaseline.from_patch_baseline": {"baseline": BASELINE},
    "PatchPolicyBaseline.predefined": {
        "operating_system": SYSTEM,
        "baseline_id": "pb-0123456789abcdef0",
        "name": "security",
    },
    "PatchRing": {"name": "prod", "targets": [WEB], "days_after": 1, "hour": 4},
    "PatchRollout": {"schedule": SCHEDULE, "operation": api.PatchOperation.INSTALL, "rings": [RING]},
    "PatchRollout.add_ring": {"ring": RING},
    "PatchRollout.ring": {"name": "dev"},
    "PatchRule": {"filters": (SECURITY,), "approval": 7},
    "PatchRule.all_patches": {"operating_system": SYSTEM},
    "PatchRule.approve_after": {"length": timedelta(days=7), "filters": (SECURITY,)},
    "PatchRule.approve_until": {"last": date(2027, 1, 31), "filters": (SECURITY,)},
    "PatchRule.security_patches": {"operating_system": SYSTEM},
    "PatchSchedule": {"schedule": SCHEDULE, "targets": [WEB], "operation": api.PatchOperation.INSTALL},
    "PatchSchedule.add_task": {"id": "Reboot", "task": api.WindowTask.reboot()},
    "PatchSchedule.add_target": {"target": WEB},
    "ScheduleExpression.delayed_by": {"days": 1},
    "PatchSchedule.next_executions": {"after": datetime(2027, 1, 1, tzinfo=UTC), "count": 1},
    "PatchSchedule.from_maintenance_window_id": {"maintenance_window_id": "mw-0123456789abcdef0"},
    "PatchSource": {"name": "internal", "products": ("*",), "configuration": "[internal]"},
    "PatchTarget": {"filters": WEB.filters},
    "PatchTarget.and_tag": {"key": "Env", "values": ("prod",)},
    "PatchTarget.instance_ids": {"ids": ("i-0123456789abcdef0",)},
    "PatchTarget.instances": {"instances": (INSTANCE,)},
    "PatchTarget.patch_group": {"groups": ("web",)},
    "PatchTarget.resource_group": {"name": "web"},
    "PatchTarget.tag": {"key": "Env", "values": ("prod",)},
    "PatchTarget.tag_key": {"key": "Env"},
    "PatchTarget.with_name": {"name": "web-servers"},
    "PatchTarget.with_owner_information": {"owner_information": "team-web"},
    "PatchingChecks": {},
    "PatchingChecks.validate": {},
    "PatchingChecks.validate_scope": {},
    "QuickSetupPatchPolicy": {
        "policy_name": "weekly",
        "baselines": [POLICY_BASELINE],
        "scan": SCHEDULE,
        "install": SCHEDULE,
        "target": NODE,
        "regions": ["eu-central-1"],
        "administration_role": ROLE,
        "execution_role": ROLE,
    },
    "RateControl": {"number": 10},
    "RateControl.count": {"nodes": 10},
    "RateControl.parsed": {"text": "10%"},
    "RateControl.percentage": {"percent": 10},
    "ScheduleExpression": {"rule": parse_rule("cron(0 4 * * ? *)")},
    "ScheduleExpression.at": {"moment": datetime(2027, 1, 1, tzinfo=UTC)},
    "ScheduleExpression.cron": {"minute": 0, "hour": 4},
    "ScheduleExpression.daily": AT_FOUR,
    "ScheduleExpression.expression": {"expression": "cron(0 4 * * ? *)"},
    "ScheduleExpression.last_weekday": AT_FOUR | {"week_day": api.DayOfWeek.FRIDAY},
    "ScheduleExpression.monthly": AT_FOUR | {"day": 1},
    "ScheduleExpression.nth_weekday": AT_FOUR | {"nth": 2, "week_day": api.DayOfWeek.TUESDAY},
    "ScheduleExpression.occurrences": {"after": datetime(2027, 1, 1, tzinfo=UTC)},
    "ScheduleExpression.patch_tuesday": AT_FOUR,
    "ScheduleExpression.rate": {"days": 1},
    "ScheduleExpression.weekly": AT_FOUR | {"week_days": (api.DayOfWeek.SUNDAY,)},
    "WindowTask": {"id": "Test", "action": RunCommand(document="AWS-UpdateSSMAgent")},
    "WindowTask.automation": {"document": "Check"},
    "WindowTask.create_image": {},
    "WindowTask.create_snapshot": {"resource_group": "volumes"},
    "WindowTask.lambda_function": {"function": FUNCTION},
    "WindowTask.patch_with_rollback": {"runbook_role": ROLE, "lambda_role": ROLE},
    "WindowTask.powershell_script": {"lines": ("Get-Date",)},
    "WindowTask.reboot": {},
    "WindowTask.run_command": {"document": "Check"},
    "WindowTask.scan": {},
    "WindowTask.shell_script": {"lines": ("date",)},
    "WindowTask.start_stopped_instances": {"targets": (NODE,)},
    "WindowTask.step_functions": {"state_machine": STATE_MACHINE},
    "WindowTask.stop_instances": {"targets": (NODE,)},
    "WindowTask.update_ssm_agent": {},
    "WindowTask.windows_updates": {"operation": api.PatchOperation.INSTALL},
    "WindowTask.with_options": {},
}


def imported_window() -> api.IMaintenanceWindow:
    return api.MaintenanceWindow.from_maintenance_window_id(scope(), "Window", "mw-0123456789abcdef0")


# The object of a method call.
RECEIVERS: dict[str, Callable[[], object]] = {
    "ChangeCalendar": lambda: api.ChangeCalendar(scope(), "Calendar", **CALLS["ChangeCalendar"]),
    "BaselineOverride": lambda: api.BaselineOverride(ASSET, "s3://bucket/key"),
    "InstallOverrideList": lambda: api.InstallOverrideList(ASSET, "s3://bucket/key"),
    "MaintenanceWindow": lambda: api.MaintenanceWindow(scope(), "Window", **CALLS["MaintenanceWindow"]),
    "MaintenanceWindowEvents": lambda: api.MaintenanceWindowEvents([imported_window()]),
    "MaintenanceWindowGrants": lambda: api.MaintenanceWindowGrants([imported_window()]),
    "MaintenanceWindowMetrics": lambda: api.MaintenanceWindowMetrics([imported_window()]),
    "PatchBaseline": lambda: api.PatchBaseline(scope(), "Baseline", operating_system=SYSTEM),
    "PatchComplianceReport": lambda: api.PatchComplianceReport(scope(), "Report"),
    "PatchFleet": lambda: api.PatchFleet(scope(), "Fleet", **CALLS["PatchFleet"]),
    "PatchFreezes": lambda: api.PatchFreezes.of(scope()),
    "PatchNodes": lambda: api.PatchNodes.of(INSTANCE),
    "PatchRollout": lambda: api.PatchRollout(scope(), "Rollout", **CALLS["PatchRollout"] | {"rings": []}),
    "PatchSchedule": lambda: api.PatchSchedule(scope(), "Schedule", **CALLS["PatchSchedule"]),
    "PatchTarget": lambda: WEB,
    "ScheduleExpression": lambda: SCHEDULE,
    "WindowTask": api.WindowTask.scan,
}


@dataclass(frozen=True)
class Function:
    """A constructor, a factory or a method, by its name."""

    name: str
    call: Any

    @property
    def parameters(self) -> list[inspect.Parameter]:
        # The metaclass of jsii hides the signature of a construct's constructor.
        function = inspect.getattr_static(self.call, "__init__") if isinstance(self.call, type) else self.call
        found = [each for each in inspect.signature(function).parameters.values() if each.name not in ("self", "cls")]
        keywords = [each for each in found if each.kind is inspect.Parameter.VAR_KEYWORD]
        return [each for each in found if each not in keywords] + self._options(keywords)

    def _options(self, keywords: Sequence[inspect.Parameter]) -> list[inspect.Parameter]:
        """Return the properties of **defaults. Those of a value are checked when it is used in a construct."""
        if not keywords or self.name in {"FleetRollout", "FleetSchedule", "PatchRing"}:
            return []
        options = get_args(keywords[0].annotation)[0].__annotations__
        only = inspect.Parameter.KEYWORD_ONLY
        return [inspect.Parameter(name, only, annotation=annotation) for name, annotation in options.items()]

    def __call__(self, **changed: object) -> object:
        """Call it with valid arguments, some of which are replaced."""
        named = CALLS[self.name] | changed
        if (
            self.parameters
            and self.parameters[0].name == "scope"
            and self.parameters[0].default is inspect.Parameter.empty
        ):
            named |= {"scope": scope(), "id": "Id"}
        positional: list[object] = []
        for parameter in self.parameters:
            if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
                # Arguments before *values cannot be passed by keyword.
                before = self.parameters[: self.parameters.index(parameter)]
                positional = [*(named.pop(each.name) for each in before), *named.pop(parameter.name, ())]
        return self._bound(*positional, **named)

    @property
    def _bound(self) -> Callable[..., object]:
        owner, _, method = self.name.partition(".")
        if not method:
            return self.call  # type: ignore[no-any-return]
        is_method = inspect.isfunction(inspect.getattr_static(getattr(api, owner), method))
        return getattr(RECEIVERS[owner]() if is_method else getattr(api, owner), method)  # type: ignore[no-any-return]


def functions() -> Iterator[Function]:
    for name in api.__all__:
        public = getattr(api, name)
        if issubclass(public, Enum | Exception) or getattr(public, "_is_protocol", False):
            continue
        if name not in RESULTS:
            yield Function(name, public)
        for attribute, member in inspect.getmembers_static(public):
            function = getattr(member, "__func__", member)
            ours = inspect.isfunction(function) and function.__module__.startswith("patching_constructs")
            if ours and not attribute.startswith("_"):
                yield Function(f"{name}.{attribute}", function)


FUNCTIONS = list(functions())


def atoms(parameter: inspect.Parameter) -> tuple[str, list[str]]:
    """Return the list type in an annotation, if any, and the names of its types without modules."""
    text = re.sub(r"\b(?:\w+\.)+(?=\w)", "", inspect.formatannotation(parameter.annotation).strip("'"))
    # The values of a mapping can be of several types.
    if mapping := re.fullmatch(r"(Mapping\[.+\])( \| None)?", text):
        return "", [mapping[1], *(["None"] if mapping[2] else [])]
    listed = re.fullmatch(r"(Sequence|tuple)\[(.+?)(?:, \.\.\.)?\]", text)
    return (listed[1], listed[2].split(" | ")) if listed else ("", text.split(" | "))


PARAMETERS = [
    pytest.param(function, parameter, id=f"{function.name}-{parameter.name}")
    for function in FUNCTIONS
    for parameter in function.parameters
    if parameter.name != "id" or "scope" not in {each.name for each in function.parameters}
    if not LEFT_TO_THE_CDK.intersection(atoms(parameter)[1])
]


# --- The tests ----------------------------------------------------------------------------------------


def test_every_function_of_the_public_api_has_a_call_here() -> None:
    # A name without its extra is not listed.
    assert {function.name for function in FUNCTIONS} == {
        name for name in CALLS if name.partition(".")[0] in api.__all__
    }


@pytest.mark.parametrize(("function", "parameter"), PARAMETERS)
def test_a_wrong_type_is_named(function: Function, parameter: inspect.Parameter) -> None:
    listed, names = atoms(parameter)
    kinds = [KINDS[name] for name in names]
    words = [word for kind in kinds for word in kind.words]

    def is_legal(value: Any) -> bool:
        return any(kind.takes(value) for kind in kinds)

    def is_legal_list(value: Any) -> bool:
        return isinstance(value, list | tuple) and all(map(is_legal, value))

    varied = parameter.kind is inspect.Parameter.VAR_POSITIONAL
    cases = [((value,) if varied else value, is_legal(value)) for value in VALUES]
    if listed:
        cases = [(value, is_legal_list(value)) for value in [*VALUES, *([value] for value in VALUES)]]
    wrong = [
        problem for value, legal in cases if (problem := problem_with(function, parameter, value, words, legal=legal))
    ]
    assert not wrong, f"{len(wrong)} of {len(cases)}, such as {wrong[0]}"


def problem_with(
    function: Function, parameter: inspect.Parameter, value: object, words: Sequence[str], *, legal: bool
) -> str:
    """Return what is wrong with the outcome of a call, or nothing."""
    where = f"{function.name}({parameter.name}={value!r:.80})"
    try:
        function(**{parameter.name: value})
    except api.PatchingError as error:
        if legal:
            return ""
        message, _, _ = str(error).partition(", got ")
        names = (parameter.name.rstrip("s"), function.name.split(".")[-1])
        named = any(name.lower() in message.lower() for name in names)
        return "" if named and any(word in message for word in words) else f"{where}: {error}"
    except Exception as error:  # noqa: BLE001 - any other exception is a failure
        return f"{where}: {type(error).__name__}: {error}"
    return "" if legal else f"{where}: passes"


VALUE_CLASSES = [function.call for function in FUNCTIONS if is_dataclass(function.call)]


@pytest.mark.parametrize("value_class", VALUE_CLASSES)
def test_a_value_is_frozen_slotted_and_hashable_and_its_copies_are_checked(value_class: type) -> None:
    made = Function(value_class.__name__, value_class)()
    names = [each.name for each in fields(value_class)]
    assert not hasattr(made, "__dict__")
    assert hash(made) == hash(replace(made))  # type: ignore[type-var]
    with pytest.raises(FrozenInstanceError):
        setattr(made, names[0], None)
    with pytest.raises(api.PatchingError):
        replace(made, **{names[0]: object()})  # type: ignore[type-var]
