"""Which documents the states of Step Functions run, as far as the template shows."""

import json
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.template.commands import Command
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.reading import read_templates
from patching_constructs.template.upcoming_runs import read_schedules
from patching_constructs.template.value import UnknownError
from tests.unit.template.written import written

SEND, START = "arn:aws:states:::aws-sdk:ssm:sendCommand", "arn:aws-cn:states:::aws-sdk:ssm:startAutomationExecution"
REQUEST: dict[str, Any] = {"DocumentName": "AWS-RunPatchBaseline", "Parameters": {"Operation": ["Install"]}}
TARGETS = [{"Key": "tag:Patch Group", "Values": ["web"]}]


def machine(*states: object, **own: Any) -> dict[str, Any]:
    definition = {"States": {f"State{place}": state for place, state in enumerate(states)}}
    return {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"Definition": definition} | own}


def task(request: object = REQUEST, *, resource: object = SEND, key: str = "Parameters") -> dict[str, Any]:
    return {"Type": "Task", "Resource": resource, key: request}


def commands(template: Path, own: dict[str, Any]) -> list[Command]:
    return Deployment(read_templates(written(template, {"Machine": own}))).commands


FOUND: dict[str, tuple[list[object], int]] = {
    "a task": ([task()], 1),
    "JSONata": ([task(key="Arguments")], 1),
    "a runbook": ([task({"DocumentName": "AWS-RestartEC2Instance"}, resource=START)], 1),
    "another API": ([task(resource="arn:aws:states:::aws-sdk:ssm:listCommands")], 0),
    "a function": ([task(resource={"Fn::GetAtt": ["Function", "Arn"]})], 0),
    "an unknown resource": ([task(resource={"Ref": "Arn"})], 0),
    "a branch": ([{"Type": "Parallel", "Branches": [{"States": {"A": task(), "B": task()}}]}], 2),
    "a map": ([{"Type": "Map", "ItemProcessor": {"States": {"A": task()}}}], 1),
    "an iterator": ([{"Type": "Map", "Iterator": {"States": {"A": task()}}}], 1),
    "no states": ([], 0),
    "states that are none": (["text", None, {"Type": "Pass"}], 0),
}


@pytest.mark.parametrize(("states", "number"), FOUND.values(), ids=FOUND.keys())
def test_the_tasks_that_run_documents_are_found(template: Path, states: list[object], number: int) -> None:
    assert len(commands(template, machine(*states))) == number


def test_a_definition_can_be_a_text(template: Path) -> None:
    text = json.dumps({"States": {"A": task(REQUEST | {"Targets": TARGETS})}})
    (command,) = commands(template, machine(Definition=None, DefinitionString=text))
    assert command.installs
    assert [group.text() for group in command.patch_groups] == ["web"]
    assert len(list(command.selections())) == 1


@pytest.mark.parametrize("own", [{"Definition": None}, {"Definition": None, "DefinitionString": "{"}])
def test_a_definition_that_is_not_in_the_template_has_no_commands(template: Path, own: dict[str, Any]) -> None:
    assert commands(template, machine(**own)) == []


def test_substitutions_are_made_where_they_are_known(template: Path) -> None:
    request = {"DocumentName": "${Prefix}-RunPatchBaseline", "Parameters": {"Operation": ["${Operation}"]}}
    substitutions = {"Prefix": "AWS", "Operation": {"Ref": "Operation"}}
    (command,) = commands(template, machine(task(request), DefinitionSubstitutions=substitutions))
    assert command.is_patching
    with pytest.raises(UnknownError):
        _ = command.installs


LATER: dict[str, dict[str, Any]] = {
    "a path": {"Parameters": {"Operation.$": "$.operations"}},
    "all parameters by path": {"Parameters.$": "$.parameters"},
    "an expression": {"Parameters": {"Operation": ["{% $states.input.operation %}"]}},
}


@pytest.mark.parametrize("own", LATER.values(), ids=LATER.keys())
def test_what_comes_from_the_input_is_unknown(template: Path, own: dict[str, Any]) -> None:
    request = {"DocumentName": "AWS-RunPatchBaseline", "Targets.$": "$.targets"} | own
    (command,) = commands(template, machine(task(request)))
    assert command.is_patching
    assert command.are_nodes_decided_later
    with pytest.raises(UnknownError):
        _ = command.installs


STARTED = {
    "a rule": {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "ScheduleExpression": "rate(7 days)",
            "Targets": [{"Arn": {"Ref": "Machine"}}, {"Arn": {"Fn::If": ["C", "a", "b"]}}],
        },
    },
    "a schedule": {
        "Type": "AWS::Scheduler::Schedule",
        "Properties": {
            "ScheduleExpression": "rate(7 days)",
            "Target": {"Arn": {"Fn::GetAtt": ["Machine", "Arn"]}, "Input": "{}"},
        },
    },
}


@pytest.mark.parametrize("starter", STARTED.values(), ids=STARTED.keys())
def test_a_schedule_that_starts_a_state_machine_patches(template: Path, starter: dict[str, Any]) -> None:
    (run,) = read_schedules(written(template, {"Machine": machine(task()), "Starter": starter})).runs
    assert [command.installs for command in run.commands] == [True]


# --- Transformed input of EventBridge -----------------------------------------------------------------


def transformed(text: object) -> dict[str, Any]:
    target = {
        "Arn": "arn:aws:ssm:eu-west-1::document/AWS-RunPatchBaseline",
        "InputTransformer": {"InputPathsMap": {"a": "$.a"}, "InputTemplate": text},
        "RunCommandParameters": {"RunCommandTargets": TARGETS},
    }
    return {"Type": "AWS::Events::Rule", "Properties": {"ScheduleExpression": "rate(7 days)", "Targets": [target]}}


def test_the_known_parameters_of_a_template_are_read(template: Path) -> None:
    text = '{"Operation": ["Install"], "SnapshotId": ["<a>"], "RebootOption": <a>}'
    (command,) = commands(template, transformed(text))
    assert command.installs
    for name in ("SnapshotId", "RebootOption"):
        with pytest.raises(UnknownError, match=name):
            command.parameter(name)


@pytest.mark.parametrize("text", ["<a>", '"the event is <a>"', "{"])
def test_a_template_without_parameters_has_no_known_command(template: Path, text: str) -> None:
    assert [command for command in commands(template, transformed(text)) if not command.parameters.is_unknown] == []
