"""``PatchingChecks``: apps that are synthesized with it, and what the CDK's validation report then says."""

import importlib
import json
import os
import runpy
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_servicecatalog as catalog
from aws_cdk import aws_ssm as ssm
from constructs import Construct, IConstruct
from jsii._kernel.providers.process import _NodeProcess

from patching_constructs import OperatingSystem, PatchBaseline, PatchingChecks, PatchRule
from patching_constructs.checks.rules import RULES
from patching_constructs.checks.severity import Severity
from patching_constructs.template import read_windows
from tests.modules import imported_anew
from tests.refusals import refused, untyped

pytestmark = pytest.mark.proves("PatchingChecks", "unit")

ROOT = Path(__file__).parents[3]
EXAMPLES = [ROOT / "app.py", *sorted((ROOT / "examples").glob("*.py"))]
NOW = datetime(2026, 11, 1, tzinfo=UTC)
FRANKFURT = cdk.Environment(account="111111111111", region="eu-central-1")
IRELAND = cdk.Environment(account="111111111111", region="eu-west-1")

# --- What comes of an app -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Violation:
    """A finding as the report has it."""

    rule: str
    severity: str
    path: str
    description: str
    fix: str
    locations: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What the synthesis failed with, and what the pack reported."""

    failure: str
    reported: list[Violation]
    suppressed: list[dict[str, Any]]

    def of(self, severity: str) -> list[tuple[str, str]]:
        return [(each.rule, each.path) for each in self.reported if each.severity == severity]

    @property
    def errors(self) -> list[tuple[str, str]]:
        return self.of("error")

    @property
    def warnings(self) -> list[tuple[str, str]]:
        return self.of("warning")


def synthesized(app: cdk.App, **options: Any) -> Report:
    cdk.Validations.of(app).add_plugins(PatchingChecks(app, **{"now": NOW} | options))
    return report_of(app)


def report_of(app: cdk.App) -> Report:
    failure = ""
    try:
        app.synth()
    except RuntimeError as error:
        failure = str(error)
    plugins = json.loads((Path(app.outdir) / "validation-report.json").read_text(encoding="utf-8"))["pluginReports"]
    ours: dict[str, Any] = {"violations": []}
    ours |= next((each for each in plugins if each["pluginName"] == "Patching"), {})
    reported = [
        Violation(
            violation["ruleName"],
            violation["severity"],
            construct["constructPath"],
            violation["description"],
            violation["suggestedFix"],
            tuple(construct["cloudFormationResource"].get("propertyPaths", ())),
        )
        for violation in ours["violations"]
        for construct in violation["violatingConstructs"]
    ]
    return Report(failure, reported, ours.get("suppressedViolations", []))


# --- Apps ---------------------------------------------------------------------------------------------


@pytest.fixture
def app(tmp_path: Path) -> cdk.App:
    return cdk.App(outdir=str(tmp_path / "cdk.out"))


def window(scope: Construct, name: str = "Window", **properties: Any) -> ssm.CfnMaintenanceWindow:
    """Make a window of which only a warning is reported: nothing happens in it."""
    good: dict[str, Any] = {"name": "web", "schedule": "cron(0 4 ? * SUN *)", "duration": 4, "cutoff": 1}
    return ssm.CfnMaintenanceWindow(scope, name, allow_unassociated_targets=False, **good | properties)


def target(scope: Construct, window_id: str, key: str = "tag:Patch Group") -> ssm.CfnMaintenanceWindowTarget:
    made = ssm.CfnMaintenanceWindowTarget
    entry = made.TargetsProperty(key=key, values=[scope.node.id])
    return made(scope, "Target", resource_type="INSTANCE", window_id=window_id, targets=[entry])


def task(
    scope: Construct, window_id: str, target_id: str, parameters: dict[str, Any] | None = None, **invocation: Any
) -> ssm.CfnMaintenanceWindowTask:
    made = ssm.CfnMaintenanceWindowTask
    command = made.MaintenanceWindowRunCommandParametersProperty(
        parameters={"Operation": ["Install"]} | (parameters or {}), **invocation
    )
    return made(
        scope,
        "Task",
        window_id=window_id,
        task_type="RUN_COMMAND",
        task_arn="AWS-RunPatchBaseline",
        priority=1,
        targets=[made.TargetProperty(key="WindowTargetIds", values=[target_id])],
        max_concurrency="10%",
        max_errors="10%",
        task_invocation_parameters=made.TaskInvocationParametersProperty(
            maintenance_window_run_command_parameters=command
        ),
    )


def fleet(scope: Construct, name: str, parameters: dict[str, Any] | None = None, **properties: Any) -> Construct:
    """Write by hand a window with a target and a task."""
    made = Construct(scope, name)
    opens = window(made, **properties)
    task(made, opens.ref, target(made, opens.ref).ref, parameters)
    return made


def baseline(scope: Construct, name: str = "Baseline", **properties: Any) -> PatchBaseline:
    system = OperatingSystem.AMAZON_LINUX_2023
    rules = [PatchRule.security_patches(system)]
    return PatchBaseline(scope, name, operating_system=system, rules=rules, **properties)


def hand_written_baseline(scope: Construct, group: str) -> ssm.CfnPatchBaseline:
    made = ssm.CfnPatchBaseline
    return made(
        scope,
        "Baseline",
        name="web",
        approved_patches=["kernel*"],
        patch_groups=[group],
        operating_system="AMAZON_LINUX_2023",
    )


# --- The classic mistakes -----------------------------------------------------------------------------


def unix_cron(scope: Construct) -> None:
    window(scope, schedule="cron(0 4 * * SUN)")


def cutoff_as_long_as_the_window(scope: Construct) -> None:
    window(scope, cutoff=4)


def tag_without_tag(scope: Construct) -> None:
    target(scope, window(scope).ref, key="Env")


def task_aims_at_the_window(scope: Construct) -> None:
    opens = window(scope)
    task(scope, opens.ref, opens.ref)


def never_reboot(scope: Construct) -> None:
    opens = window(scope)
    task(scope, opens.ref, target(scope, opens.ref).ref, {"RebootOption": ["Never"]})


def both_overrides(scope: Construct) -> None:
    opens = window(scope)
    lists = {"BaselineOverride": ["s3://bucket/baselines.json"], "InstallOverrideList": ["s3://bucket/list.yaml"]}
    task(scope, opens.ref, target(scope, opens.ref).ref, lists)


def nobody_publishes(scope: Construct) -> None:
    opens = window(scope)
    reported = ssm.CfnMaintenanceWindowTask.NotificationConfigProperty(
        notification_arn="arn:aws:sns:eu-central-1:111111111111:patching", notification_events=["Failed"]
    )
    task(scope, opens.ref, target(scope, opens.ref).ref, notification_config=reported)


def windows_word_on_ubuntu(scope: Construct) -> None:
    made = ssm.CfnPatchBaseline
    critical = made.PatchFilterProperty(key="MSRC_SEVERITY", values=["Critical"])
    rule = made.RuleProperty(
        approve_after_days=0, patch_filter_group=made.PatchFilterGroupProperty(patch_filters=[critical])
    )
    made(
        scope,
        "Baseline",
        name="ubuntu",
        operating_system="UBUNTU",
        approval_rules=made.RuleGroupProperty(patch_rules=[rule]),
    )


MISTAKES = [
    unix_cron,
    cutoff_as_long_as_the_window,
    tag_without_tag,
    task_aims_at_the_window,
    never_reboot,
    both_overrides,
    nobody_publishes,
    windows_word_on_ubuntu,
]
FOUND = [
    (
        "Patching-ScheduleExpression",
        "Fleet/unix_cron/Window",
        "Schedule must have six fields (minutes hours day-of-month month day-of-week year), or seven with seconds "
        "first, got 5 in 'cron(0 4 * * SUN)'.",
    ),
    (
        "Patching-CutoffBelowDuration",
        "Fleet/cutoff_as_long_as_the_window/Window",
        "Cutoff must be shorter than Duration, got Cutoff: 4, Duration: 4.",
    ),
    (
        "Patching-TargetKey",
        "Fleet/tag_without_tag/Target",
        "Key must be tag:<key>, tag-key, or InstanceIds, got 'Env'.",
    ),
    (
        "Patching-TaskTargetId",
        "Fleet/task_aims_at_the_window/Task",
        "WindowTargetIds must contain window targets, got the maintenance window taskaimsatthewindowWindow53CFF058.",
    ),
    (
        "Patching-RebootOption",
        "Fleet/never_reboot/Task",
        "RebootOption must be one of RebootIfNeeded, NoReboot, got 'Never'.",
    ),
    (
        "Patching-ConflictingOverrides",
        "Fleet/both_overrides/Task",
        "BaselineOverride and InstallOverrideList cannot be used together.",
    ),
    (
        "Patching-NotificationRoles",
        "Fleet/nobody_publishes/Task",
        "NotificationConfig requires the ServiceRoleArn of MaintenanceWindowRunCommandParameters.",
    ),
    (
        "Patching-FilterKey",
        "Fleet/windows_word_on_ubuntu/Baseline",
        "Key must be one of PRODUCT, PRIORITY, SECTION on UBUNTU, got 'MSRC_SEVERITY'.",
    ),
]


@pytest.fixture
def mistakes(app: cdk.App) -> cdk.Stack:
    stack = cdk.Stack(app, "Fleet")
    for mistake in MISTAKES:
        mistake(Construct(stack, mistake.__name__))
    return stack


@pytest.mark.usefixtures("mistakes")
def test_the_classic_mistakes_fail_the_synthesis(app: cdk.App) -> None:
    report = synthesized(app)
    assert [(each.rule, each.path, each.description) for each in report.reported if each.severity == "error"] == FOUND
    assert report.failure.startswith("ValidationFailed: ")
    assert (
        "ERROR Cutoff must be shorter than Duration, got Cutoff: 4, Duration: 4. (Patching)\n"
        "   Fleet/cutoff_as_long_as_the_window/Window (cutoffaslongasthewindowWindow93CDD8BF) "
        "aws-cdk-lib.aws_ssm.CfnMaintenanceWindow\n"
        "   Suggested fix: Set Cutoff to less than Duration.\n"
        "   https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
        "aws-resource-ssm-maintenancewindow.html\n"
        "   Acknowledge with 'Patching::Patching-CutoffBelowDuration'\n"
    ) in report.failure


@pytest.mark.parametrize("mistake", FOUND, ids=[rule for rule, _, _ in FOUND])
@pytest.mark.parametrize("namespace", ["", "Patching::"])
def test_acknowledging_one_silences_exactly_it(
    app: cdk.App, mistakes: cdk.Stack, namespace: str, mistake: tuple[str, str, str]
) -> None:
    rule, path, _ = mistake
    acknowledge(construct_at(mistakes, path.removeprefix("Fleet/")), f"{namespace}{rule}")
    left = [(each.rule, each.path, each.description) for each in synthesized(app).reported if each.severity == "error"]
    assert left == [each for each in FOUND if each != mistake]


@pytest.mark.usefixtures("mistakes")
def test_a_location_is_the_path_of_the_property(app: cdk.App) -> None:
    locations = {each.rule: each.locations for each in synthesized(app).reported}
    assert locations["Patching-TargetKey"] == ("Properties.Targets.0.Key",)
    assert locations["Patching-CutoffBelowDuration"] == ("Properties.Cutoff",)
    assert locations["Patching-WindowWithoutTask"] == ()


APP = """
import aws_cdk as cdk
from aws_cdk import aws_ssm as ssm
from patching_constructs import PatchingChecks

app = cdk.App()
cdk.Validations.of(app).add_plugins(PatchingChecks(app))
ssm.CfnMaintenanceWindow(
    cdk.Stack(app, "Fleet"),
    "Window",
    name="web",
    schedule="cron(0 4 ? * SUN *)",
    duration=4,
    cutoff={cutoff},
    allow_unassociated_targets=False,
)
app.synth()
"""


@pytest.mark.parametrize(
    ("cutoff", "returncode", "reported"),
    [(1, 0, "WARNING The maintenance window"), (4, 1, "ERROR Cutoff must be shorter")],
)
def test_an_app_that_a_person_runs(tmp_path: Path, cutoff: int, returncode: int, reported: str) -> None:
    # Under pytest the CDK throws what it otherwise prints.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    command = [sys.executable, "-c", APP.format(cutoff=cutoff)]
    run = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == returncode
    assert reported in run.stderr


# --- Acknowledgments ----------------------------------------------------------------------------------


def acknowledge(construct: IConstruct, rule: str) -> None:
    cdk.Validations.of(construct).acknowledge(cdk.Acknowledgment(id=rule, reason="we know"))


PLACES = {
    "": [],
    "Prod": [],
    "Prod/Fleet": [],
    "Prod/Fleet/Web": ["Prod/Fleet/Db/Window"],
    "Prod/Fleet/Web/Window": ["Prod/Fleet/Db/Window"],
    "Prod/Fleet/We": ["Prod/Fleet/Web/Window", "Prod/Fleet/Db/Window"],
    "Prod/Other": ["Prod/Fleet/Web/Window", "Prod/Fleet/Db/Window"],
}


@pytest.mark.parametrize(("place", "left"), PLACES.items())
@pytest.mark.parametrize("rule", ["Patching-CutoffBelowDuration", "Patching::Patching-CutoffBelowDuration"])
def test_an_acknowledgment_holds_for_the_construct_and_below(
    app: cdk.App, place: str, left: list[str], rule: str
) -> None:
    stage = cdk.Stage(app, "Prod", env=FRANKFURT)
    stack = cdk.Stack(stage, "Fleet")
    fleet(stack, "Web", cutoff=4, parameters={"RebootOption": ["Never"]})
    fleet(stack, "Db", cutoff=4)
    fleet(stack, "We")
    fleet(cdk.Stack(stage, "Other"), "Fleet")
    acknowledge(construct_at(app, place), rule)
    report = synthesized(app)
    assert [path for rule, path in report.errors if rule == "Patching-CutoffBelowDuration"] == left
    assert ("Patching-RebootOption", "Prod/Fleet/Web/Task") in report.errors


def construct_at(scope: IConstruct, path: str) -> IConstruct:
    for name in filter(None, path.split("/")):
        scope = scope.node.find_child(name)
    return scope


@pytest.mark.parametrize("rule", ["Patching-CutoffBelowDuration", "Patching::Patching-CutoffBelowDuration"])
def test_when_all_errors_are_acknowledged_the_synthesis_passes(app: cdk.App, rule: str) -> None:
    acknowledge(fleet(cdk.Stack(app, "Fleet"), "Web", cutoff=4), rule)
    report = synthesized(app)
    assert report.errors == []
    assert report.failure == ""


def test_only_a_qualified_acknowledgment_is_kept_in_the_report(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Fleet")
    acknowledge(fleet(stack, "Web", cutoff=4), "Patching::Patching-CutoffBelowDuration")
    acknowledge(fleet(stack, "Db", cutoff=4), "Patching-CutoffBelowDuration")
    (kept,) = synthesized(app).suppressed
    assert kept["reason"] == "we know"
    assert [each["constructPath"] for each in kept["violatingConstructs"]] == ["Fleet/Web/Window"]


def test_an_acknowledgment_of_another_pack_silences_nothing(app: cdk.App) -> None:
    acknowledge(fleet(cdk.Stack(app, "Fleet"), "Web", cutoff=4), "AwsSolutions::Patching-CutoffBelowDuration")
    assert synthesized(app).errors == [("Patching-CutoffBelowDuration", "Fleet/Web/Window")]


def test_a_warning_is_acknowledged_like_an_error(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Fleet")
    acknowledge(window(stack, "One"), "Patching-WindowWithoutTask")
    acknowledge(window(stack, "Two"), "Patching::Patching-WindowWithoutTask")
    window(stack, "Three")
    assert synthesized(app).warnings == [("Patching-WindowWithoutTask", "Fleet/Three")]


def test_what_is_acknowledged_can_be_written_into_the_template(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Fleet")
    acknowledge(window(stack, cutoff=4), "Patching-CutoffBelowDuration")
    synthesized(app, write_suppressions_to_cloud_formation=True)
    template = json.loads((Path(app.outdir) / "Fleet.template.json").read_text(encoding="utf-8"))
    written = template["Resources"]["Window"]["Metadata"]["cdk_nag"]["rules_to_suppress"]
    assert written == [{"id": "Patching-CutoffBelowDuration", "reason": "we know"}]


def ignoring(construct: cdk.CfnResource, **entry: str) -> None:
    construct.add_metadata("PatchingConstructs", {"Ignore": [entry]})


def test_a_rule_that_a_template_ignores_is_not_reported(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Fleet")
    ignoring(window(stack, "One", cutoff=4), rule="Patching-CutoffBelowDuration", reason="we know")
    window(stack, "Two", cutoff=4)
    assert synthesized(app).errors == [("Patching-CutoffBelowDuration", "Fleet/Two")]


def test_an_invalid_ignore_of_a_template_fails_the_synthesis(app: cdk.App) -> None:
    ignoring(window(cdk.Stack(app, "Fleet")), rule="Patching-CutoffBelowDuration")
    assert synthesized(app).failure.splitlines()[0] == (
        f"ValidationFailed: ERROR Validation plugin 'Patching' failed: {Path(app.outdir) / 'Fleet.template.json'}:15: "
        "reason of Ignore must be a string that is not empty, got none"
    )


# --- Where a construct is -----------------------------------------------------------------------------

METADATA = {
    "reported by neither the template nor the assembly": {"aws:cdk:disable-logicalId-metadata": True},
    "reported by the assembly": {},
    "reported by the template": {"aws:cdk:disable-logicalId-metadata": True, "aws:cdk:enable-path-metadata": True},
    "reported by both": {"aws:cdk:enable-path-metadata": True},
}


@pytest.mark.parametrize("context", METADATA.values(), ids=METADATA)
@pytest.mark.parametrize("namespace", ["", "Patching::"])
def test_the_path_is_found_whatever_metadata_there_is(tmp_path: Path, context: dict[str, bool], namespace: str) -> None:
    app = cdk.App(outdir=str(tmp_path), context=context)
    stack = cdk.Stack(cdk.Stage(app, "Prod"), "Fleet")
    fleet(stack, "Web", cutoff=4)
    fleet(stack, "Db", {"RebootOption": ["Never"]})
    acknowledge(stack, f"{namespace}Patching-RebootOption")
    assert synthesized(app).errors == [("Patching-CutoffBelowDuration", "Prod/Fleet/Web/Window")]


@pytest.mark.parametrize("name", ["reported by the assembly", "reported by the template", "reported by both"])
def test_a_plain_id_is_heeded_where_a_path_is_told(tmp_path: Path, name: str) -> None:
    app = cdk.App(outdir=str(tmp_path), context=METADATA[name])
    acknowledge(window(cdk.Stack(app, "Fleet"), cutoff=4), "Patching-CutoffBelowDuration")
    assert synthesized(app).errors == []


def test_an_overridden_logical_id_is_found(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Fleet")
    window(stack, cutoff=4).override_logical_id("Sunday")
    acknowledge(window(stack, "Other", cutoff=4), "Patching-CutoffBelowDuration")
    assert synthesized(app).errors == [("Patching-CutoffBelowDuration", "Fleet/Window")]


def test_nested_stacks_have_their_own_logical_ids(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Fleet")
    inner = cdk.NestedStack(stack, "Inner")
    innermost = cdk.NestedStack(inner, "Innermost")
    for scope in (stack, inner, innermost):
        window(scope, cutoff=4)
    acknowledge(inner.node.find_child("Window"), "Patching-CutoffBelowDuration")
    assert synthesized(app).errors == [
        ("Patching-CutoffBelowDuration", "Fleet/Window"),
        ("Patching-CutoffBelowDuration", "Fleet/Inner/Innermost/Window"),
    ]


def test_a_product_and_a_stack_set_are_checked(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Fleet")
    product = catalog.ProductStack(stack, "Template")
    window(product, cutoff=4)
    version = catalog.CloudFormationProductVersion(
        cloud_formation_template=catalog.CloudFormationTemplate.from_product_stack(product)
    )
    catalog.CloudFormationProduct(
        stack, "Product", product_name="patching", owner="platform", product_versions=[version]
    )
    late = {"Name": "late", "Schedule": "cron(0 4 ? * SUN *)", "Duration": 4, "Cutoff": 4}
    late["AllowUnassociatedTargets"] = False
    body = {"Resources": {"Late": {"Type": "AWS::SSM::MaintenanceWindow", "Properties": late}}}
    cdk.CfnStackSet(stack, "Set", permission_model="SELF_MANAGED", stack_set_name="set", template_body=json.dumps(body))
    assert sorted(synthesized(app).errors) == [
        ("Patching-CutoffBelowDuration", "Fleet/Set"),
        ("Patching-CutoffBelowDuration", "Fleet/Template/Window"),
    ]
    assert {(each.stack, each.logical_id) for each in read_windows(Path(app.outdir))} == {
        ("Fleet/Product896941B4", "Window"),
        ("Fleet/Set", "Late"),
    }


@pytest.mark.parametrize("place", ["Fleet/Set", "Fleet/Template/Window", "Fleet"])
def test_findings_of_a_product_and_a_stack_set_are_acknowledged(app: cdk.App, place: str) -> None:
    stack = cdk.Stack(app, "Fleet")
    product = catalog.ProductStack(stack, "Template")
    window(product, cutoff=4)
    body = {"Resources": {"Late": {"Type": "AWS::SSM::MaintenanceWindow", "Properties": {"Cutoff": 4, "Duration": 4}}}}
    cdk.CfnStackSet(stack, "Set", permission_model="SELF_MANAGED", stack_set_name="set", template_body=json.dumps(body))
    construct: IConstruct = app
    for name in place.split("/"):
        construct = construct.node.find_child(name)
    acknowledge(construct, "Patching-CutoffBelowDuration")
    found = {path for rule, path in synthesized(app).errors if rule == "Patching-CutoffBelowDuration"}
    assert found == {path for path in ("Fleet/Set", "Fleet/Template/Window") if not path.startswith(place)}


@pytest.mark.parametrize("rule", ["Patching-CutoffBelowDuration", "Patching::Patching-CutoffBelowDuration"])
def test_a_nested_stack_acknowledges_for_those_nested_in_it(app: cdk.App, rule: str) -> None:
    stack = cdk.Stack(app, "Fleet")
    inner = cdk.NestedStack(stack, "Inner")
    innermost = cdk.NestedStack(inner, "Innermost")
    for scope in (stack, inner, innermost):
        window(scope, cutoff=4)
    acknowledge(inner, rule)
    assert synthesized(app).errors == [("Patching-CutoffBelowDuration", "Fleet/Window")]


def test_a_stage_within_a_stack_is_found(app: cdk.App) -> None:
    pipeline = cdk.Stack(app, "Pipeline")
    stage = cdk.Stage(pipeline, "Prod")
    window(cdk.Stack(stage, "Fleet"), cutoff=4)
    window(cdk.Stack(stage, "Other"), cutoff=4, schedule="cron(0 4 ? * SUN)")
    acknowledge(pipeline, "Patching-CutoffBelowDuration")
    assert synthesized(app).errors == [("Patching-ScheduleExpression", "Pipeline/Prod/Other/Window")]


def test_a_stage_can_have_the_pack_alone(app: cdk.App) -> None:
    prod = cdk.Stage(app, "Prod")
    for scope in (prod, cdk.Stage(app, "Dev")):
        window(cdk.Stack(scope, "Fleet"), cutoff=4)
    cdk.Validations.of(prod).add_plugins(PatchingChecks(prod, now=NOW))
    assert report_of(app).errors == [("Patching-CutoffBelowDuration", "Prod/Fleet/Window")]


def test_a_stack_without_resources_is_nothing_to_tell_of(app: cdk.App) -> None:
    cdk.Stack(app, "Empty")
    assert synthesized(app) == Report("", [], [])


# --- Neighbours ---------------------------------------------------------------------------------------

TAKEN = ("Patching-DuplicateBaseline", "Two/Baseline")


@pytest.mark.parametrize(
    ("one", "two", "errors"),
    [(None, None, []), (FRANKFURT, FRANKFURT, [TAKEN]), (FRANKFURT, IRELAND, []), (FRANKFURT, None, [])],
)
def test_stacks_of_one_account_and_region_are_neighbours(
    app: cdk.App, one: cdk.Environment | None, two: cdk.Environment | None, errors: list[tuple[str, str]]
) -> None:
    for name, environment in (("One", one), ("Two", two)):
        hand_written_baseline(cdk.Stack(app, name, env=environment), "web")
    assert synthesized(app).errors == errors


@pytest.mark.parametrize(("environment", "count"), [(None, 0), (FRANKFURT, 1)])
def test_stages_are_neighbours_where_it_is_known(app: cdk.App, environment: cdk.Environment | None, count: int) -> None:
    for name in ("Dev", "Prod"):
        hand_written_baseline(cdk.Stack(cdk.Stage(app, name, env=environment), "Fleet"), "web")
    assert len(synthesized(app).errors) == count


def test_stacks_of_one_stage_may_be_in_two_accounts_where_it_is_not_known(app: cdk.App) -> None:
    stage = cdk.Stage(app, "Dev")
    for name in ("One", "Two"):
        hand_written_baseline(cdk.Stack(stage, name), "web")
    report = synthesized(app, severity=Severity.NOTE)
    assert report.errors == []
    assert [each.path for each in report.reported if each.rule == "Patching-DuplicateBaseline"] == ["Dev/Two/Baseline"]


def test_what_our_constructs_allow_in_two_stages_is_no_error(app: cdk.App) -> None:
    for name in ("Dev", "Prod"):
        baseline(cdk.Stack(cdk.Stage(app, name), "Fleet"), patch_groups=["web"])
    assert synthesized(app) == Report("", [], [])


def test_a_nested_stack_is_a_neighbour_of_its_parent(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Fleet")
    hand_written_baseline(stack, "web")
    hand_written_baseline(cdk.NestedStack(stack, "Inner"), "web")
    assert synthesized(app).errors == [("Patching-DuplicateBaseline", "Fleet/Inner/Baseline")]


# --- What is reported -------------------------------------------------------------------------------------


def unknown(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Fleet")
    cutoff = cdk.CfnParameter(stack, "Cutoff", type="Number", default=4)
    fleet(stack, "Web", cutoff=cutoff.value_as_number)


def test_what_only_the_deployment_knows_is_told_among_the_notes(app: cdk.App) -> None:
    unknown(app)
    report = synthesized(app, severity=Severity.NOTE)
    assert report.failure == ""
    assert {each.severity for each in report.reported} == {"info"}
    assert {each.rule for each in report.reported} >= {"Patching-CutoffBelowDuration", "Patching-WindowCutoff"}


def test_what_only_the_deployment_knows_is_not_told_otherwise(app: cdk.App) -> None:
    unknown(app)
    assert synthesized(app).reported == []


def test_defaults_can_be_taken_for_what_is_deployed(app: cdk.App) -> None:
    unknown(app)
    assert synthesized(app, use_defaults=True).errors == [("Patching-CutoffBelowDuration", "Fleet/Web/Window")]


@pytest.mark.parametrize(
    ("severity", "reported"),
    [
        (Severity.ERROR, {"error"}),
        (Severity.WARNING, {"error", "warning"}),
        (Severity.NOTE, {"error", "warning", "info"}),
    ],
)
def test_the_severity_is_the_least_that_is_told(app: cdk.App, severity: Severity, reported: set[str]) -> None:
    stack = cdk.Stack(app, "Fleet")
    fleet(stack, "Web", cutoff=4)
    window(stack)
    assert {each.severity for each in synthesized(app, severity=severity).reported} == reported


def test_warnings_are_told_and_notes_are_not(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Fleet")
    fleet(stack, "Web")
    window(stack, schedule="cron(0 4 ? * MON *)")
    assert synthesized(app).reported == [
        Violation(
            rule="Patching-WindowWithoutTask",
            severity="warning",
            path="Fleet/Window",
            description="The maintenance window Window has no task.",
            fix="Register a task with the window, remove the window, or set Metadata: {PatchingConstructs: "
            "{Frozen: "
            "true}}.\nhttps://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows.html",
            locations=(),
        )
    ]


def test_verbose_tells_the_rule_too(app: cdk.App) -> None:
    unknown(app)
    window(cdk.Stack(app, "Other"))
    reported = {each.rule: each.description for each in synthesized(app, severity=Severity.NOTE, verbose=True).reported}
    assert reported["Patching-WindowWithoutTask"] == (
        "The maintenance window Window has no task. A maintenance window should have a task, unless its "
        "metadata marks it as frozen."
    )
    assert reported["Patching-CutoffBelowDuration"].count("Cutoff must be shorter than Duration.") == 1


def test_constructs_of_which_the_same_is_said_stand_together(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Fleet")
    window(stack, "One", cutoff=4)
    window(stack, "Two", cutoff=4)
    synthesized(app)
    report = json.loads((Path(app.outdir) / "validation-report.json").read_text(encoding="utf-8"))
    (found,) = [each for each in report["pluginReports"][0]["violations"] if each["severity"] == "error"]
    assert [each["constructPath"] for each in found["violatingConstructs"]] == ["Fleet/One", "Fleet/Two"]


@pytest.mark.parametrize(("now", "reported"), [(NOW, []), (NOW + timedelta(days=31), ["Patching-NoUpcomingExecution"])])
def test_the_moment_to_look_from_is_given(app: cdk.App, now: datetime, reported: list[str]) -> None:
    fleet(cdk.Stack(app, "Fleet"), "Web", schedule="at(2026-11-15T04:00:00)")
    assert [each.rule for each in synthesized(app, now=now).reported] == reported


def test_without_a_moment_it_is_the_synthesis(app: cdk.App) -> None:
    fleet(cdk.Stack(app, "Fleet"), "Web", schedule="at(2001-01-01T04:00:00)")
    assert [each.rule for each in synthesized(app, now=None).reported] == ["Patching-NoUpcomingExecution"]


def test_a_naive_moment_is_refused() -> None:
    naive = datetime(2026, 11, 1)  # noqa: DTZ001
    assert refused(lambda: PatchingChecks(now=naive)) == (
        "now must be an aware datetime, got datetime.datetime(2026, 11, 1, 0, 0); "
        "set tzinfo, for example to zoneinfo.ZoneInfo('Europe/Berlin') or datetime.UTC"
    )


def test_an_unknown_severity_is_refused() -> None:
    assert refused(lambda: PatchingChecks(severity=untyped("info"))) == (
        "severity must be one of Severity.ERROR, Severity.WARNING, Severity.NOTE, got 'info'"
    )


def test_a_template_that_is_not_read_is_told_in_one_line(app: cdk.App) -> None:
    nested: dict[str, Any] = {}
    for _ in range(100):
        nested = {"Deeper": nested, "Kept": True}
    cdk.CfnResource(cdk.Stack(app, "Fleet"), "Deep", type="Custom::Deep", properties=nested)
    template = Path(app.outdir) / "Fleet.template.json"
    assert synthesized(app).failure.splitlines()[0] == (
        f"ValidationFailed: ERROR Validation plugin 'Patching' failed: {template}: "
        "it is not valid JSON: it is nested more than 100 deep"
    )


def test_the_pack_says_who_it_is() -> None:
    pack = PatchingChecks()
    assert pack.name == pack.read_pack_name == "Patching"
    assert pack.version == metadata.version("patching-constructs")
    assert pack.rule_ids == [rule.id for rule in RULES]


def test_a_tree_that_is_not_synthesized_is_refused(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Fleet")
    assert refused(lambda: PatchingChecks().validate_scope(stack)) == (
        "PatchingChecks reads synthesized templates, but 'Fleet' is not synthesized; add it with "
        "cdk.Validations.of(app).add_plugins(...) and call app.synth()"
    )


# --- What our constructs make -------------------------------------------------------------------------


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_no_example_has_an_error(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synth, apps = cdk.App.synth, list[cdk.App]()

    def checked(app: cdk.App, *args: Any, **kwargs: Any) -> Any:
        cdk.Validations.of(app).add_plugins(PatchingChecks(app))
        apps.append(app)
        return synth(app, *args, **kwargs)

    monkeypatch.setattr(cdk.App, "synth", checked)
    runpy.run_path(str(example), run_name="__main__")
    (app,) = apps
    assert (Path(app.outdir) / "validation-report.json").is_file()


# --- jsii round trips ---------------------------------------------------------------------------------


def round_trips(app: cdk.App, monkeypatch: pytest.MonkeyPatch) -> int:
    sent, send = list[str](), _NodeProcess.send

    def counted(process: _NodeProcess, request: Any, response_type: Any) -> Any:
        sent.append(type(request).__name__)
        return send(process, request, response_type)

    with monkeypatch.context() as patch:
        patch.setattr(_NodeProcess, "send", counted)
        app.synth()
    return len(sent)


def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, windows: int, stacks: int = 1, tasks: bool) -> int:
    app = cdk.App(outdir=str(tmp_path / f"{stacks}-{windows}"))
    for place in range(stacks):
        stack = cdk.Stack(app, f"Fleet{place}")
        for hour in range(windows):
            if tasks:
                fleet(stack, f"Web{hour}", schedule=f"cron(0 {hour} ? * SUN *)", duration=1, cutoff=0)
            else:
                window(stack, f"Window{hour}")
    cdk.Validations.of(app).add_plugins(PatchingChecks(app, now=NOW))
    return round_trips(app, monkeypatch)


@pytest.mark.parametrize(("tasks", "count"), [(True, 16), (False, 18)], ids=["nothing found", "every window found"])
def test_no_resource_costs_a_crossing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, tasks: bool, count: int
) -> None:
    assert measured(tmp_path, monkeypatch, windows=1, tasks=tasks) == count
    assert measured(tmp_path, monkeypatch, windows=5, tasks=tasks) == count


def test_a_stack_costs_eight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = measured(tmp_path, monkeypatch, windows=1, stacks=1, tasks=False)
    assert measured(tmp_path, monkeypatch, windows=1, stacks=3, tasks=False) == one + 2 * 8


# --- Without the extra --------------------------------------------------------------------------------


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cdk_nag", None)
    nag = "patching_constructs.checks.nag"
    with imported_anew(nag):
        message = refused(lambda: importlib.import_module(nag))
    assert message == "PatchingChecks requires the extra nag; run pip install 'patching-constructs[nag]'"


def test_without_the_extra_the_rest_can_be_had() -> None:
    code = "import sys; sys.modules['cdk_nag'] = None; from patching_constructs import PatchSchedule"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
