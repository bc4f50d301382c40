"""Laws of windows with tasks: refused with nothing left behind, or valid for the service and without a finding."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aws_cdk as cdk
from aws_cdk.assertions import Template
from hypothesis import given, settings
from hypothesis import strategies as st

from patching_constructs import (
    CutoffBehavior,
    MaintenanceWindow,
    PatchingError,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    RateControl,
    RebootOption,
    ScheduleExpression,
)
from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.severity import Severity
from patching_constructs.template.sources import sources
from tests.api_model.validator import validate
from tests.unit.checks.test_shared_truth import ACKNOWLEDGED_BY, RULES_OF_WARNINGS, WARNING
from tests.unit.window_tasks.presets import NODE, PRESETS

TODAY = datetime(2026, 11, 23, tzinfo=UTC)
TASK = "AWS::SSM::MaintenanceWindowTask"
WEEKLY = ScheduleExpression.expression("cron(0 4 ? * SUN *)")
TARGETS = st.sampled_from([PatchTarget.tag("Role", "web"), PatchTarget.resource_group("web"), NODE])
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "targets": st.lists(TARGETS, max_size=2),
        "max_concurrency": st.sampled_from([RateControl.count(0), RateControl.count(1), RateControl.percentage(100)]),
        "max_errors": st.just(RateControl.count(0)),
        "cutoff_behavior": st.sampled_from(CutoffBehavior),
        "service_linked_role": st.booleans(),
        "start_timeout": st.sampled_from([timedelta(seconds=30), timedelta(hours=5)]),
        "document_version": st.just("$LATEST"),
        "task_name": st.sampled_from(["name", "a name"]),
    },
)
TASKS = st.lists(st.tuples(st.sampled_from(sorted(PRESETS)), OPTIONS, st.none() | st.integers(0, 3)), max_size=5)
INSTALLS = st.none() | st.sampled_from([None, RebootOption.NO_REBOOT, RebootOption.REBOOT_IF_NEEDED]).map(
    lambda reboot: {"operation": PatchOperation.INSTALL, "reboot_option": reboot}
)
# A reboot before an install is one more finding of a warning that the construct has.
BESIDE_A_WARNING = {"Patching-RebootBeforeInstall": "patching-constructs:noReboot"}

# What the constructs warn of, and a rule reports for the same window, whatever other schedules there are.
IN_ONE_WINDOW = {
    "patching-constructs:noScanAfterReboot",
    "patching-constructs:rebootBeforeInstall",
    "patching-constructs:parallelPatchTasks",
    "patching-constructs:rebootDuringInstall",
    "patching-constructs:commandOnStoppedNodes",
}


def make(stack: cdk.Stack, install: dict[str, Any] | None, drawn: list[tuple[str, dict[str, Any], int | None]]) -> None:
    web = [PatchTarget.tag("Role", "web")]
    window: MaintenanceWindow
    if install is None:
        window = MaintenanceWindow(stack, "Window", schedule=WEEKLY, targets=web)
    else:
        window = PatchSchedule(stack, "Window", schedule=WEEKLY, targets=web, **install)
    for place, (name, options, priority) in enumerate(drawn):
        before = [child.node.id for child in window.node.children]
        try:
            task = PRESETS[name].make(cdk.Stack()).with_options(**options)
            window.add_task(f"Task{place}", task, priority=priority)
        except PatchingError:
            assert [child.node.id for child in window.node.children] == before, "a refusal leaves nothing behind"


@given(INSTALLS, TASKS)
@settings(deadline=None, derandomize=True, max_examples=20)
def test_what_is_accepted_is_valid_for_the_service_and_has_no_finding_without_a_warning(
    install: dict[str, Any] | None, drawn: list[tuple[str, dict[str, Any], int | None]]
) -> None:
    with TemporaryDirectory() as folder:
        app = cdk.App(outdir=folder, analytics_reporting=False, tree_metadata=False)
        stack = cdk.Stack(app, "Stack")
        make(stack, install, drawn)
        template = Template.from_stack(stack)
        tasks = template.find_resources(TASK)
        app.synth()
        found = check_paths([Path(folder)], now=TODAY)
        (source,) = sources(Path(folder))
        warned = set(ACKNOWLEDGED_BY.findall(" ".join(str(text) for _, text in source.metadata.of_type(WARNING))))
    assert {RULES_OF_WARNINGS[each] for each in warned & IN_ONE_WINDOW} <= {each.rule.id for each in found}
    assert validate(template.to_json()).problems == []
    explained = {RULES_OF_WARNINGS.get(each) for each in warned}
    explained |= {rule for rule, warning in BESIDE_A_WARNING.items() if warning in warned}
    unexplained = [each for each in found if each.severity is not Severity.NOTE and each.rule.id not in explained]
    unexplained = [each for each in unexplained if tasks or each.rule.id != "Patching-WindowWithoutTask"]
    unexplained = [each for each in unexplained if each.rule.id != "Patching-UnusedTarget"]
    assert [f"{each.rule.id} {each.problem}" for each in unexplained] == []
