"""Maintenance windows, with the targets and tasks that a template registers with them."""

import json
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.template import TARGET, TASK, WINDOW, UnknownError, read_windows
from tests.unit.template.written import parameters_of, target, task, texts, window, written


def test_a_window_with_its_targets_and_task(template: Path) -> None:
    written(
        template,
        {
            "Window": window(
                Name="weekly",
                Schedule="cron(0 4 ? * SUN *)",
                ScheduleTimezone="Europe/Berlin",
                ScheduleOffset=2,
                Duration=4,
                Cutoff=1,
                StartDate="2026-01-01T00:00:00+01:00",
                EndDate="2027-01-01T00:00:00+01:00",
            ),
            "Web": target(
                {"Ref": "Window"},
                ResourceType="INSTANCE",
                Targets=[{"Key": "tag:Patch Group", "Values": ["web", "db"]}, {"Key": "tag-key", "Values": ["Env"]}],
            ),
            "Task": task(
                {"Ref": "Window"},
                TaskArn="AWS-RunPatchBaseline",
                MaxConcurrency="10%",
                MaxErrors="0",
                Targets=[{"Key": "WindowTargetIds", "Values": [{"Ref": "Web"}]}],
                TaskInvocationParameters={
                    "MaintenanceWindowRunCommandParameters": {
                        "Parameters": {"Operation": ["Install"], "RebootOption": ["NoReboot"]}
                    }
                },
            ),
        },
    )
    (read,) = read_windows(template)
    assert (read.stack, read.logical_id, read.label) == ("Patching", "Window", "weekly")
    assert texts(read.name, read.schedule, read.time_zone) == ["weekly", "cron(0 4 ? * SUN *)", "Europe/Berlin"]
    assert texts(read.schedule_offset, read.duration, read.cutoff) == ["2", "4", "1"]
    assert texts(read.start_date, read.end_date) == ["2026-01-01T00:00:00+01:00", "2027-01-01T00:00:00+01:00"]
    (web,) = read.targets
    assert [(key.text(), texts(*values)) for key, values in web.filters_as_written] == [
        ("tag:Patch Group", ["web", "db"]),
        ("tag-key", ["Env"]),
    ]
    (task_read,) = read.tasks
    assert (task_read.logical_id, task_read.document.text()) == ("Task", "AWS-RunPatchBaseline")
    assert texts(task_read.max_concurrency, task_read.max_errors) == ["10%", "0"]
    assert parameters_of(task_read) == {"Operation": ["Install"], "RebootOption": ["NoReboot"]}
    assert task_read.target_references == {web.referent}


def test_a_value_knows_its_place(template: Path) -> None:
    content = {"Resources": {"W": window(Name="weekly", Duration=4)}}
    template.write_text(json.dumps(content, indent=1), encoding="utf-8")
    (read,) = read_windows(template)
    assert (read.duration.path, read.duration.name) == (("Resources", "W", "Properties", "Duration"), "Duration")
    assert (read.duration.line, read.cutoff.line) == (7, 5)


def test_a_window_alone_and_without_properties(template: Path) -> None:
    (read,) = read_windows(written(template, {"Window": {"Type": WINDOW}}))
    assert (read.stack, read.logical_id) == ("Patching", "Window")
    values = [read.name, read.schedule, read.time_zone, read.schedule_offset, read.duration, read.cutoff]
    assert set(texts(*values, read.start_date, read.end_date)) == {None}
    assert (read.targets, read.tasks) == ([], [])


def test_of_a_window_whose_properties_are_unknown_everything_is(template: Path) -> None:
    made = {"Fn::Transform": {"Name": "Windows"}}
    resources = {
        "W": {"Type": WINDOW, "Properties": made},
        "Target": {"Type": TARGET, "Properties": made},
        "Task": {"Type": TASK, "Properties": {"WindowId": {"Ref": "W"}, "TaskInvocationParameters": made}},
    }
    (read,) = read_windows(written(template, resources))
    assert read.label == "W"
    assert read.duration.function == '{"Fn::Transform":{"Name":"Windows"}}'
    (task_read,) = read.tasks
    assert task_read.parameter("Operation").is_unknown
    with pytest.raises(UnknownError) as caught:
        _ = task_read.parameters
    assert str(caught.value) == ('Parameters is unknown until deployment: \'{"Fn::Transform":{"Name":"Windows"}}\'')
    assert read.targets == []


@pytest.mark.parametrize(
    ("name", "label"), [("weekly", "weekly"), ({"Ref": "Name"}, "W"), (None, "W"), ("", "W"), (["a"], "['a']")]
)
def test_a_window_is_called_by_its_logical_id_where_its_name_is_not_known(
    template: Path, name: object, label: str
) -> None:
    (read,) = read_windows(written(template, {"W": window(Name=name)}))
    assert read.label == label


def test_every_window_has_its_own_targets_and_tasks(template: Path) -> None:
    written(
        template,
        {
            "A": window(),
            "B": window(),
            "TargetOfB": target({"Ref": "B"}),
            "TaskOfA": task({"Ref": "A"}),
            "AnotherOfA": task({"Ref": "A"}),
            "TaskOfAWindowElsewhere": task("mw-0123456789abcdef0"),
            "TaskOfNoWindow": {"Type": TASK},
        },
    )
    a, b = read_windows(template)
    assert [each.logical_id for each in a.tasks] == ["TaskOfA", "AnotherOfA"]
    assert [each.logical_id for each in a.targets] == []
    assert [each.logical_id for each in b.tasks] == []
    assert [each.logical_id for each in b.targets] == ["TargetOfB"]


@pytest.mark.parametrize(
    "reference",
    [{"Ref": "W"}, {"Fn::GetAtt": ["W", "WindowId"]}, {"Fn::Sub": "${W}"}],
    ids=["Ref", "GetAtt", "Sub"],
)
def test_a_target_belongs_to_the_window_that_it_refers_to(template: Path, reference: dict[str, Any]) -> None:
    (read,) = read_windows(written(template, {"W": window(), "T": target(reference)}))
    assert [each.logical_id for each in read.targets] == ["T"]


@pytest.mark.parametrize(
    "reference",
    [
        {"Ref": "Parameter"},
        {"Fn::GetAtt": ["Elsewhere", "WindowId"]},
        {"Fn::Sub": "${Parameter}"},
        {"Fn::Sub": "${W}-1"},
        {"Fn::ImportValue": "W"},
    ],
    ids=["Ref", "GetAtt", "Sub", "Sub in part", "ImportValue"],
)
def test_a_target_of_what_is_no_window_here_belongs_to_none(template: Path, reference: dict[str, Any]) -> None:
    (read,) = read_windows(written(template, {"W": window(), "T": target(reference)}))
    assert read.targets == []


def test_a_target_of_a_task_that_does_not_stand_in_the_template_is_not_dropped(template: Path) -> None:
    targets = [
        {"Key": "InstanceIds", "Values": ["i-0123456789abcdef0"]},
        {"Key": "WindowTargetIds", "Values": [{"Ref": "T"}, "0123abcd-elsewhere", {"Ref": "Parameter"}]},
    ]
    written(template, {"W": window(), "T": target({"Ref": "W"}), "Task": task({"Ref": "W"}, Targets=targets)})
    (read,) = read_windows(template)
    ((own, elsewhere, parameter),) = (each.target_ids for each in read.tasks)
    assert (own.reference, elsewhere.text(), parameter.function) == ("T", "0123abcd-elsewhere", '{"Ref":"Parameter"}')


def test_the_parameters_of_a_document_are_lists(template: Path) -> None:
    parameters = {"Operation": ["Scan"], "Many": ["a", "b"], "Plain": "text", "Empty": [], "Nothing": None}
    invocation = {"MaintenanceWindowRunCommandParameters": {"Parameters": parameters}}
    written(template, {"W": window(), "Task": task({"Ref": "W"}, TaskInvocationParameters=invocation)})
    ((read,),) = (each.tasks for each in read_windows(template))
    assert parameters_of(read) == {"Operation": ["Scan"], "Many": ["a", "b"], "Plain": ["text"], "Empty": []}
    first = [read.parameter(name) for name in ("Operation", "Plain", "Empty", "Missing")]
    assert texts(*first) == ["Scan", "text", None, None]
