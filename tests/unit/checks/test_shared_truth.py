"""One truth: nothing is found in what the constructs make without a warning. The other way: `test_refusals_are_found`.

Found means at the default severity, so that ``patching-constructs check`` ends with 0.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import patching_constructs
from patching_constructs import (
    CommandNotification,
    CommandOutput,
    ComplianceLevel,
    CutoffBehavior,
    DayOfWeek,
    NotificationEvent,
    NotificationType,
    OperatingSystem,
    PatchBaseline,
    PatchCapacity,
    PatchComplianceStatus,
    PatchFilter,
    PatchGroup,
    PatchHooks,
    PatchingError,
    PatchOperation,
    PatchRule,
    PatchSchedule,
    PatchSource,
    PatchTarget,
    RateControl,
    RebootOption,
    RejectedPatchesAction,
    ScheduleExpression,
)
from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.finding import Finding
from patching_constructs.checks.rules import RULES
from patching_constructs.checks.severity import Severity
from patching_constructs.ssm.operating_systems import FilterKey, published_values
from patching_constructs.template.sources import sources

TODAY = datetime(2026, 11, 23, tzinfo=UTC)
WARNING = "aws:cdk:warning"
ACKNOWLEDGED_BY = re.compile(r"\[ack: ([^\]]+)\]")

# A construct warns of some things, and a rule of the same in the template.
RULES_OF_WARNINGS = {
    "patching-constructs:applicationProduct": "Patching-ApplicationProduct",
    "patching-constructs:fasterThanSupported": "Patching-ScheduleFrequency",
    "patching-constructs:noReleaseDates": "Patching-UnsupportedApprovalDelay",
    "patching-constructs:noReboot": "Patching-InstallWithoutReboot",
    "patching-constructs:noScanAfterReboot": "Patching-ScanAfterReboot",
    "patching-constructs:rebootBeforeInstall": "Patching-RebootBeforeInstall",
    "patching-constructs:commandOnStoppedNodes": "Patching-CommandOnStoppedNodes",
    "patching-constructs:parallelPatchTasks": "Patching-ParallelPatchTasks",
    "patching-constructs:rebootDuringInstall": "Patching-RebootDuringInstall",
    "patching-constructs:capacityExceedsWindow": "Patching-CapacityExceedsWindow",
    "patching-constructs:openAtNextStart": "Patching-WindowOpenAtNextStart",
    "patching-constructs:startTimeoutExceedsWindow": "Patching-StartTimeoutBeyondWindow",
    "patching-constructs:executionTimeoutExceedsWindow": "Patching-ExecutionTimeoutBeyondWindow",
    "patching-constructs:nothingApproved": "Patching-NothingApproved",
    "patching-constructs:overrideWithoutCredentials": "Patching-OverrideBucketUrl",
    "patching-constructs:scanWithoutRecord": "Patching-UnrecordedScan",
    "patching-constructs:targetNodeType": "Patching-TargetNodeType",
    "patching-constructs:tagValueCount": "Patching-TagValueCount",
    "patching-constructs:timeZoneName": "Patching-TimezoneName",
    "patching-constructs:unknownFilterValue": "Patching-UnlistedFilterValue",
    "patching-constructs:unknownProduct": "Patching-UnlistedFilterValue",
}
# A construct does not know today's date.
UNKNOWN_TO_A_CONSTRUCT = {"Patching-NoUpcomingExecution"}

# --- Whatever the constructs take ---------------------------------------------------------------------
#
# What is drawn is now and then refused. It need not be known what is: only what was let through is synthesized.

Draw = st.SearchStrategy[Any]

TEXT, NUMBER = cdk.Token.as_string({"Ref": "Text"}), cdk.Token.as_number({"Ref": "Number"})
TOKENS = st.sampled_from([TEXT, f"a{TEXT}b", cdk.Fn.import_value("Text"), cdk.Fn.sub("a${Text}b"), cdk.Aws.REGION])


def mostly(usual: Draw, seldom: Draw) -> Draw:
    return st.sampled_from([usual] * 7 + [seldom]).flatmap(lambda drawn: drawn)


def texts(*usual: str, seldom: tuple[str, ...] = ()) -> Draw:
    return mostly(st.sampled_from(usual), st.sampled_from([*usual, *seldom]) | st.text(max_size=5) | TOKENS)


def several(what: Draw, most: int) -> Draw:
    """Draw a list, now and then an empty one, or one with one too many; what was refused is not in it."""
    few = st.lists(what.filter(lambda item: item is not None), min_size=1, max_size=3)
    return mostly(few, st.lists(what, max_size=most + 1).map(only_made))


def only_made(drawn: list[Any]) -> list[Any]:
    return [each for each in drawn if each is not None]


def made(make: Callable[..., Any], *arguments: Draw, **properties: Draw) -> Draw:
    """Draw what a factory makes, None where it refuses."""

    def attempt(*given_arguments: Any, **given_properties: Any) -> Any:
        try:
            return make(*given_arguments, **given_properties)
        except PatchingError:
            return None

    return st.builds(attempt, *arguments, **properties)


def made_of(make: Callable[..., Any], values: Draw, *first: Draw, **properties: Draw) -> Draw:
    """Draw what a factory makes that takes any number of values."""
    return made(lambda many, *one, **options: make(*one, *many, **options), values, *first, **properties)


def together(*parts: Draw) -> Draw:
    """Draw properties that go together; one whose value was refused when it was made is left out."""
    return st.builds(
        lambda *drawn: {name: value for part in drawn for name, value in part.items() if value is not None}, *parts
    )


def these(**each: Draw) -> Draw:
    return st.fixed_dictionaries(each)


def some(**each: Draw) -> Draw:
    return st.fixed_dictionaries({}, optional=each)


# --- Schedules ---

SUNDAY = ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=4)
ZONES = st.none() | texts("Europe/Berlin", "America/New_York", "UTC", seldom=("Europe/Berln", "EST5"))
OFFSETS = st.none() | mostly(st.integers(1, 6), st.sampled_from([0, 7, NUMBER]))
CLOCK = {
    "hour": mostly(st.integers(0, 23), st.sampled_from([24, NUMBER])),
    "minute": mostly(st.integers(0, 59), st.just(60)),
    "time_zone": ZONES,
}
WEEK_DAYS = st.sampled_from(DayOfWeek)
# From before the years that the service knows to after them.
MOMENTS = st.builds(
    lambda day, seconds, hours: (
        datetime(day.year, day.month, day.day, tzinfo=timezone(timedelta(hours=hours))) + timedelta(seconds=seconds)
    ),
    mostly(st.dates(date(2026, 1, 1), date(2028, 1, 1)), st.dates(date(1969, 1, 1), date(2200, 12, 31))),
    st.integers(0, 86_399),
    st.integers(-12, 14),
)
CRON = {
    "minute": mostly(st.sampled_from([0, "*", "0/15", "1,2-5", 59]), st.sampled_from(["?", 60, TEXT])),
    "hour": mostly(st.sampled_from(["*", "0-6/2", 4]), st.sampled_from(["MON", NUMBER])),
    "day": st.none() | st.sampled_from([1, 31, "L", "LW", "15W", "31W", "*", "?", "1/2", "1-5,7"]),
    "month": mostly(st.sampled_from(["*", 2, "FEB", "JAN-MAR", "2/3", "4,6,9,11"]), st.just(13)),
    "week_day": st.none() | st.sampled_from(["MON", "MON-FRI", "TUE#2", "SUN#5", "6L", "L", "?", "*", "2/2", "0"]),
    "year": mostly(st.just("*"), st.sampled_from([1999, 2027, "2027-2030", "2028/4", "1970-2199", 2200])),
    "second": st.none() | st.sampled_from([0, "*", "30", "0/10"]),
}
EXPRESSIONS = texts(
    "cron(0 4 ? * SUN *)", " CRON( 00  4 ? * sun *) ", "rate(7 days)", "rate(1 day)", "at(2027-01-01T00:00:00)"
)
SCHEDULES = st.one_of(
    made(ScheduleExpression.cron, **CRON, time_zone=ZONES, schedule_offset=OFFSETS),
    made(ScheduleExpression.daily, **CLOCK),
    made_of(ScheduleExpression.weekly, several(WEEK_DAYS, 7), **CLOCK),
    made(ScheduleExpression.monthly, day=st.integers(1, 29) | st.just(NUMBER), schedule_offset=OFFSETS, **CLOCK),
    made(ScheduleExpression.nth_weekday, st.integers(1, 5), WEEK_DAYS, schedule_offset=OFFSETS, **CLOCK),
    made(ScheduleExpression.last_weekday, WEEK_DAYS, schedule_offset=OFFSETS, **CLOCK),
    made(ScheduleExpression.patch_tuesday, days_after=st.integers(0, 21), **CLOCK),
    made(ScheduleExpression.rate, days=mostly(st.integers(1, 400), st.sampled_from([0, 10**240, NUMBER]))),
    made(ScheduleExpression.rate, hours=mostly(st.integers(1, 100), st.just(10**250))),
    made(ScheduleExpression.rate, minutes=st.integers(1, 10_000)),
    made(ScheduleExpression.at, MOMENTS),
    made(ScheduleExpression.expression, EXPRESSIONS, time_zone=ZONES, schedule_offset=OFFSETS),
).map(lambda schedule: schedule or SUNDAY)

VALUES = texts("web", "prod", "Web Servers", "x" * 256, seldom=("a,b", "web*", "x" * 257, " "))
KEYS = texts("Env", "Patch Group", "InstanceIds", "k" * 128, seldom=("tag:Env", "Env*", "k" * 129, "tag-key"))
NODES = texts("i-0123456789abcdef0", "i-01234567", "mi-0123456789abcdef0", seldom=("I-01234567", "i-0123"))
RESOURCE_TYPES = texts("AWS::EC2::Instance", "AWS::SSM::ManagedInstance", seldom=("EC2", "AWS::EC2"))
GROUPS = VALUES | made(PatchGroup, VALUES, instance_metadata_tags=st.booleans()).map(lambda group: group or "web")
BY_TAG = made_of(PatchTarget.tag, several(VALUES, 50), KEYS)


def narrowed(target: PatchTarget | None, filters: list[tuple[str, str]]) -> PatchTarget | None:
    for key, value in filters if target else ():
        target = target.and_tag(key, value) if target else None
    return target


TARGETS = st.one_of(
    BY_TAG,
    made(PatchTarget.tag_key, KEYS),
    made(narrowed, BY_TAG | made(PatchTarget.tag_key, KEYS), several(st.tuples(KEYS, VALUES), 5)),
    made_of(PatchTarget.patch_group, several(GROUPS, 4), instance_metadata_tags=st.booleans()),
    made_of(PatchTarget.instance_ids, several(NODES, 50)),
    made_of(PatchTarget.resource_group, several(RESOURCE_TYPES, 3) | st.just([]), VALUES),
)
RATES = made(RateControl.count, mostly(st.integers(0, 9_999_999), st.sampled_from([10**7, NUMBER]))) | made(
    RateControl.percentage, mostly(st.integers(0, 100), st.sampled_from([101, NUMBER]))
)
LENGTHS = mostly(
    st.integers(0, 23).map(lambda hours: timedelta(hours=hours)),
    st.integers(0, 30).map(cdk.Duration.hours)
    | st.sampled_from([timedelta(minutes=90), cdk.Duration.minutes(120), cdk.Duration.hours(NUMBER)]),
)
TIMEOUTS = st.sampled_from([29, 30, 600, 2_592_000, 2_592_001]).map(
    lambda seconds: timedelta(seconds=seconds)
) | st.just(cdk.Duration.seconds(NUMBER))
DOCUMENTS = st.none() | texts(
    "AWS-Noop", "arn:aws:ssm:eu-central-1:111111111111:document/Hook", "d" * 200, seldom=("no hook", "x", "d" * 201)
)
URLS = texts(
    "s3://bucket/key",
    "https://host/a/path?version=2",
    "https://bucket.s3.amazonaws.com/key",
    seldom=(
        "http://host/path",
        "s3://bucket/$",
        "s3://bucket/'",
        "s3://bucket",
        "https://host/ ",
        "s3://b//k",
        "s3://b/k/",
    ),
)
DATES = mostly(MOMENTS, st.just(TEXT))
NAMES = texts("weekly", "a.b_c-d", "x" * 128, seldom=("ab", "x" * 129, "a b"))
DESCRIPTIONS = texts("every Sunday", "x" * 128, seldom=("x" * 129, "x" * 1024, "x" * 1025, ""))
ROLES = st.sampled_from([None, "made here", "made by hand", "imported", "imported as it is"])
PREFIXES = texts("a/b", "x" * 500, seldom=("x" * 501, ""))
EVENTS = st.lists(st.sampled_from(NotificationEvent))

OPERATIONS = {operation: these(operation=st.just(operation)) for operation in PatchOperation}
HOOKS = these(hooks=made(PatchHooks, DOCUMENTS, DOCUMENTS, DOCUMENTS))
BASELINE_OVERRIDE, INSTALL_LIST = these(baseline_override=URLS), these(install_override_list=URLS)
COMMANDS = mostly(
    st.one_of(
        OPERATIONS[PatchOperation.SCAN],
        together(OPERATIONS[PatchOperation.SCAN], BASELINE_OVERRIDE),
        together(OPERATIONS[PatchOperation.INSTALL], HOOKS),
        together(OPERATIONS[PatchOperation.INSTALL], BASELINE_OVERRIDE),
        together(OPERATIONS[PatchOperation.INSTALL], INSTALL_LIST),
        together(OPERATIONS[PatchOperation.INSTALL], these(reboot_option=st.sampled_from([*RebootOption, TEXT]))),
    ),
    together(*OPERATIONS.values(), some(hooks=st.just(PatchHooks("AWS-Noop"))), BASELINE_OVERRIDE, INSTALL_LIST),
)
HOURS = st.tuples(st.integers(0, 23), st.integers(1, 24)).map(sorted)
SPANS = mostly(
    HOURS.map(lambda hours: {"cutoff": timedelta(hours=hours[0]), "duration": timedelta(hours=hours[1])}),
    some(cutoff=LENGTHS, duration=LENGTHS),
)
OUTPUTS = mostly(
    some(bucket=st.just(value=True), log_group=st.booleans(), key_prefix=PREFIXES).map(
        lambda given: {"bucket": True} | given
    ),
    some(bucket=st.booleans(), log_group=st.booleans(), key_prefix=PREFIXES),
)
NEWS = mostly(
    st.just([NotificationEvent.ALL]) | st.lists(st.sampled_from(list(NotificationEvent)[1:]), min_size=1), EVENTS
)
CAPACITIES = made(
    PatchCapacity,
    nodes=mostly(st.integers(1, 400), st.sampled_from([NUMBER, 0])),
    minutes_per_node=mostly(st.integers(1, 30), st.sampled_from([NUMBER, 0.5])),
    minutes_per_node_p95=st.none() | mostly(st.integers(1, 60), st.just(NUMBER)),
)
PATCH_SCHEDULES = together(
    these(schedule=SCHEDULES, targets=several(TARGETS, 10)),
    COMMANDS,
    SPANS,
    some(
        cutoff_behavior=st.sampled_from([*CutoffBehavior, TEXT]),
        max_concurrency=RATES,
        max_errors=RATES,
        output=OUTPUTS,
        notification=some(role=ROLES, events=NEWS.map(tuple), notification_type=st.sampled_from(NotificationType)),
        role=ROLES,
        window_name=NAMES,
        description=DESCRIPTIONS,
        start_date=DATES,
        end_date=DATES,
        start_timeout=TIMEOUTS,
        enabled=st.booleans(),
        capacity=CAPACITIES,
    ),
)

ROLE_ACTIONS = ["ssm:SendCommand", "sns:Publish"]


def role(scope: Construct, name: str, kind: str | None) -> Any:
    """Return a role that Systems Manager can assume, and that may do what it is given for."""
    trusted = iam.ServicePrincipal("ssm.amazonaws.com")
    match kind:
        case "made here":
            made = iam.Role(scope, name, assumed_by=trusted)
            made.add_to_policy(iam.PolicyStatement(actions=ROLE_ACTIONS, resources=["*"]))
            return made
        case "made by hand":
            statement = {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}
            allowed = {"Effect": "Allow", "Action": ROLE_ACTIONS, "Resource": "*"}
            return iam.CfnRole(
                scope,
                name,
                assume_role_policy_document={"Statement": [statement]},
                policies=[{"policyName": "Patching", "policyDocument": {"Statement": [allowed]}}],
            )
        case str():
            arn = "arn:aws:iam::111111111111:role/path/name"
            return iam.Role.from_role_arn(scope, name, arn, mutable=kind == "imported")
    return None


def make_schedule(scope: Construct, drawn: dict[str, Any]) -> None:
    """Make a schedule of what was drawn, with what it refers to beside it."""
    made_here: dict[str, Any] = {}
    if "role" in drawn:
        made_here["role"] = role(scope, "Runner", drawn["role"])
    if "notification" in drawn:
        publisher = role(scope, "Publisher", drawn["notification"].get("role"))
        made_here["notification"] = CommandNotification(
            **drawn["notification"] | {"topic": sns.Topic(scope, "Topic"), "role": publisher}
        )
    if "output" in drawn:
        made_here["output"] = CommandOutput(
            bucket=s3.Bucket(scope, "Bucket") if drawn["output"].get("bucket") else None,
            log_group=logs.LogGroup(scope, "Log") if drawn["output"].get("log_group") else None,
            key_prefix=drawn["output"].get("key_prefix"),
        )
    PatchSchedule(scope, "Schedule", **drawn | made_here)


# --- Baselines ---

PRODUCTS = ("*", "WindowsServer2022", "Ubuntu22.04", "AmazonLinux2", "AmazonLinux2023", "macos14", "something")
LEVELS = st.sampled_from(ComplianceLevel)
PERIODS = mostly(st.integers(0, 360), st.sampled_from([-1, 361])).map(lambda days: timedelta(days=days)) | st.just(
    cdk.Duration.days(NUMBER)
)
SOURCES = made(
    PatchSource,
    name=texts("main", "x" * 50, seldom=("ab", "x" * 51)),
    products=several(texts(*PRODUCTS, "x" * 128, seldom=("x" * 129,)), 20).map(tuple),
    configuration=texts("deb http://host/ jammy main", "[main]\nname=main", "x" * 1024, seldom=("", "x" * 1025)),
)
APPROVED, REJECTED = (
    several(texts(*usual, "x" * 100, seldom=("x" * 101, "")), 50) for usual in (("KB1", "kernel*"), ("KB2", "bash"))
)
LISTS: Draw = st.one_of(
    st.just({}),
    these(approved_patches=APPROVED, approved_patches_compliance_level=LEVELS),
    these(approved_patches=APPROVED, rejected_patches=REJECTED),
    these(rejected_patches=REJECTED, rejected_patches_action=st.sampled_from(RejectedPatchesAction)),
    some(rejected_patches=APPROVED, approved_patches=APPROVED, approved_patches_compliance_level=LEVELS),
)


def filters_of(system: OperatingSystem) -> Draw:
    """Draw filters that the system knows, and now and then others."""
    return mostly(st.sampled_from(system.filter_keys), st.sampled_from(FilterKey)).flatmap(
        lambda key: made_of(getattr(PatchFilter, key.lower()), several(filter_values(system, key), 20))
    )


def filter_values(system: OperatingSystem, key: FilterKey) -> Draw:
    published = published_values(system).get(key)
    return texts(*(published.values if published else PRODUCTS), seldom=("*", "Securtiy", "x" * 64, "x" * 65))


def rules_of(system: OperatingSystem) -> Draw:
    linux = st.booleans() if system.is_linux else mostly(st.just(value=False), st.just(value=True))
    options = {"compliance_level": st.none() | LEVELS, "enable_non_security": linux}
    filters = several(filters_of(system), 4)
    return st.one_of(
        made_of(PatchRule.approve_after, filters, PERIODS, **options),
        made_of(PatchRule.approve_until, filters, mostly(st.dates(), st.just(TEXT)), **options),
        made(PatchRule.security_patches, st.just(system), after=st.none() | PERIODS),
        made(PatchRule.all_patches, st.just(system), after=st.none() | PERIODS),
    )


def settings_of(system: OperatingSystem) -> Draw:
    """Draw what only some systems have, mostly for those."""
    linux = some(approved_patches_enable_non_security=st.booleans(), sources=several(SOURCES, 20))
    windows = some(available_security_updates_compliance_status=st.sampled_from(PatchComplianceStatus))
    theirs = linux if system.is_linux else windows if system is OperatingSystem.WINDOWS else st.just({})
    return mostly(theirs, together(linux, windows))


PATCH_BASELINES = st.sampled_from(OperatingSystem).flatmap(
    lambda system: together(
        these(operating_system=st.just(system), rules=several(rules_of(system), 10)),
        LISTS,
        settings_of(system),
        some(
            global_filters=st.lists(filters_of(system), max_size=2).map(only_made),
            patch_groups=several(GROUPS, 25),
            default_baseline=st.booleans(),
            description=DESCRIPTIONS,
            baseline_name=NAMES,
        ),
    )
)


def make_baseline(scope: Construct, drawn: dict[str, Any]) -> None:
    PatchBaseline(scope, "Baseline", **drawn)


# --- What they make ---

DRAWN = st.tuples(st.just(make_schedule), PATCH_SCHEDULES) | st.tuples(st.just(make_baseline), PATCH_BASELINES)


def synthesized(app: cdk.App) -> tuple[list[Finding], dict[str, set[str]]]:
    """Return what is found in the templates of an app, and the ids that each of its stacks warns of."""
    app.synth()
    folder = Path(app.outdir)
    warnings = {
        source.stack: set(ACKNOWLEDGED_BY.findall(" ".join(str(text) for _, text in source.metadata.of_type(WARNING))))
        for source in sources(folder)
    }
    return check_paths([folder], now=TODAY), warnings


def stack_of(finding: Finding) -> str:
    return finding.source.stack


properties = settings(
    deadline=None,
    derandomize=True,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
Drawn = list[tuple[Callable[..., None], dict[str, Any]]]


@given(st.lists(DRAWN, min_size=4, max_size=12))
@properties
def test_no_error_is_found_in_what_the_constructs_make_together(drawn: Drawn) -> None:
    with TemporaryDirectory() as folder:
        app = cdk.App(outdir=folder, analytics_reporting=False, tree_metadata=False)
        stack = cdk.Stack(app, "Stack")
        for number, (make, given_properties) in enumerate(drawn):
            with suppress(PatchingError):
                make(Construct(stack, f"Thing{number}"), given_properties)
        found, _ = synthesized(app)
    assert [f"{each.rule.id} {each.problem}" for each in found if each.severity is Severity.ERROR] == []


@given(st.lists(DRAWN, min_size=4, max_size=12))
@properties
def test_nothing_is_found_in_what_a_construct_makes_without_a_warning_of_it(drawn: Drawn) -> None:
    with TemporaryDirectory() as folder:
        app = cdk.App(outdir=folder, analytics_reporting=False, tree_metadata=False)
        for number, (make, given_properties) in enumerate(drawn):
            # An account for each: what other stacks do is not a violation of a construct.
            account = cdk.Environment(account=f"{number:012}", region="eu-central-1")
            with suppress(PatchingError):
                make(cdk.Stack(app, f"Stack{number}", env=account), given_properties)
        found, warnings = synthesized(app)
    assert [
        f"{each.rule.id} {each.problem}"
        for each in found
        if each.severity is not Severity.NOTE
        and each.rule.id not in UNKNOWN_TO_A_CONSTRUCT
        and each.rule.id not in {RULES_OF_WARNINGS.get(warning) for warning in warnings[stack_of(each)]}
    ] == []


def test_what_is_compared_is_what_there_is() -> None:
    texts = [file.read_text(encoding="utf-8") for file in Path(patching_constructs.__file__).parent.rglob("*.py")]
    assert {warning for warning in RULES_OF_WARNINGS if not any(f'"{warning}"' in text for text in texts)} == set()
    assert {*RULES_OF_WARNINGS.values(), *UNKNOWN_TO_A_CONSTRUCT} <= {rule.id for rule in RULES}
