"""The synthesized runbook, walked: no path reaches the patch step unless every condition held."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import product
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from patching_constructs import (
    MaintenanceWindow,
    PatchGate,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)
from tests.unit.gate.runbooks import Outcome, Runbook, Step
from tests.unit.gate.service import (
    AUTOMATION,
    BEFORE,
    COMMAND,
    NODES,
    NOW,
    OWN,
    OWN_EXECUTION,
    Endpoint,
    Service,
    command,
    state,
)


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    stack = cdk.Stack(cdk.App(), "Stack")
    before = MaintenanceWindow.from_maintenance_window_id(stack, "Before", BEFORE)
    schedule = PatchSchedule(
        stack,
        "Schedule",
        schedule=ScheduleExpression.patch_tuesday(days_after=7, hour=4, time_zone="Europe/Berlin"),
        targets=[PatchTarget.patch_group("web")],
        operation=PatchOperation.INSTALL,
        gate=PatchGate(after=before, bake_time=timedelta(days=2), calendars=["freezes"]),
    )
    assert schedule.gate_document is not None
    (document,) = Template.from_stack(stack).find_resources("AWS::SSM::Document").values()
    # The only value that is unknown until deployment is the window of the schedule.
    reference = json.dumps({"Ref": stack.resolve(schedule.maintenance_window_id)["Ref"]})
    found: dict[str, Any] = json.loads(json.dumps(document["Properties"]["Content"]).replace(reference, f'"{OWN}"'))
    return found


# --- Every path ---------------------------------------------------------------------------------------


def test_only_the_success_of_the_decision_leads_to_the_patch_step(content: dict[str, Any]) -> None:
    paths = list(Runbook(content).paths())
    assert len(paths) == 19
    for path in paths:
        if "Patch" in path.steps:
            assert path.taken[0] == ("Decide", Outcome.SUCCESS)
            assert path.steps == ["Decide", "Patch", "Finish"]
        else:
            assert path.steps == ["Decide"]


def test_every_step_says_what_follows(content: dict[str, Any]) -> None:
    for step in content["mainSteps"]:
        assert step["isCritical"] is True
        assert ("nextStep" in step) != (step.get("isEnd") is True)
        assert step["timeoutSeconds"] > 0
        assert step["onFailure"] in {"Abort", "step:Finish"}
    assert [step["onFailure"] for step in content["mainSteps"]] == ["Abort", "step:Finish", "Abort"]


def test_the_walk_would_find_a_runbook_that_fails_open(content: dict[str, Any]) -> None:
    continuing = [
        step | ({"onFailure": "Continue"} if step["name"] == "Decide" else {}) for step in content["mainSteps"]
    ]
    paths = Runbook(content | {"mainSteps": continuing}).paths()
    assert any("Patch" in path.steps and path.taken[0][1] is Outcome.FAILURE for path in paths)


def test_the_run_ends_before_the_cutoff_if_it_begins_as_late_as_allowed(content: dict[str, Any]) -> None:
    decide, patch, _ = content["mainSteps"]
    until_cutoff = timedelta(hours=4) - timedelta(hours=1)
    latest = timedelta(seconds=decide["inputs"]["InputPayload"]["StartWithinSeconds"])
    assert latest + timedelta(seconds=patch["timeoutSeconds"]) == until_cutoff


# --- With the scripts ---------------------------------------------------------------------------------

CONDITIONS: Mapping[str, Callable[[Service], object]] = {
    "calendar": lambda service: service.calendars["freezes"].update(State="CLOSED"),
    "status": lambda service: service.executions[BEFORE][0].update(Status="FAILED"),
    "bake time": lambda service: service.executions[BEFORE][0].update(EndTime=NOW - timedelta(hours=47)),
    "tasks": lambda service: service.tasks.clear(),
    "nodes": lambda service: service.nodes.clear(),
    "failures": lambda service: service.states.update({NODES[0]: state(NODES[0], failed=1)}),
    "reboots": lambda service: service.states.update({NODES[1]: state(NODES[1], pending=1)}),
    "start": lambda service: service.executions[OWN][0].update(StartTime=NOW - timedelta(hours=1)),
}


class Automation:
    """Runs the scripts of a runbook as they are in the template."""

    def __init__(self, service: Service, *, patching: Outcome = Outcome.SUCCESS, status: str = "Success") -> None:
        self.service = service
        self.patching = patching
        self.status = status
        self.messages: list[str] = []

    def __call__(self, step: Step) -> Outcome:
        inputs = step["inputs"]
        if step["action"] == "aws:runCommand":
            (snapshot,) = inputs["Parameters"]["SnapshotId"]
            self.service.commands = [command(COMMAND, snapshot=_filled_in(snapshot), status=self.status)]
            return self.patching
        namespace: dict[str, Any] = {"__name__": "script"}
        exec(compile(inputs["Script"], step["name"], "exec"), namespace)  # noqa: S102 - the script of the runbook
        given = {name: _filled_in(value) for name, value in inputs["InputPayload"].items()}
        try:
            self.messages.append(namespace[inputs["Handler"]](given, None)["Message"])
        except Exception as error:  # noqa: BLE001 - any error fails the step
            self.messages.append(str(error))
            return Outcome.FAILURE
        return Outcome.SUCCESS


def _filled_in(value: Any) -> Any:
    """Return what Automation replaces variables with; a script must have none."""
    variables = {
        "{{ WindowId }}": OWN,
        "{{ WindowExecutionId }}": OWN_EXECUTION,
        "{{automation:EXECUTION_ID}}": AUTOMATION,
    }
    return variables.get(value, value) if isinstance(value, str) else value


BROKEN = sorted({tuple(sorted({one, other})) for one, other in product(CONDITIONS, repeat=2)})


@pytest.mark.parametrize("broken", [(), *BROKEN], ids=" and ".join)
def test_it_patches_exactly_if_every_condition_holds(
    broken: tuple[str, ...], content: dict[str, Any], endpoint: Endpoint
) -> None:
    for name in broken:
        CONDITIONS[name](endpoint.service)
    automation = Automation(endpoint.service)
    path = Runbook(content).run(automation)
    assert ("Patch" in path.steps) is not bool(broken), automation.messages


@pytest.mark.parametrize(
    ("patching", "status", "message"),
    [
        (Outcome.SUCCESS, "Success", "The patch command succeeded"),
        (Outcome.FAILURE, "Failed", "The patch command did not succeed"),
        (Outcome.TIMEOUT, "InProgress", "The time for patching is over, and the running command was canceled"),
        (Outcome.CANCELLATION, "InProgress", "The time for patching is over, and the running command was canceled"),
        # The step succeeds, but its command has not.
        (Outcome.SUCCESS, "Failed", "The patch command did not succeed"),
    ],
)
def test_the_end_of_the_patching(
    patching: Outcome, status: str, message: str, content: dict[str, Any], endpoint: Endpoint
) -> None:
    automation = Automation(endpoint.service, patching=patching, status=status)
    path = Runbook(content).run(automation)
    assert automation.messages[-1] == f"{message} ({COMMAND}: {status})"
    assert path.taken[-1] == ("Finish", Outcome.SUCCESS if status == "Success" else Outcome.FAILURE)
    assert endpoint.service.canceled == ([COMMAND] if status == "InProgress" else [])


# --- The content --------------------------------------------------------------------------------------


def test_no_script_has_what_automation_would_replace(content: dict[str, Any]) -> None:
    scripts = [step["inputs"]["Script"] for step in content["mainSteps"] if "Script" in step["inputs"]]
    assert len(scripts) == 2
    assert not any("{{" in script or "}}" in script for script in scripts)


def test_the_document_is_small_enough(content: dict[str, Any]) -> None:
    assert len(json.dumps(content).encode()) < 24 * 1024
