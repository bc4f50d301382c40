"""``patching-constructs diff``: what a change of templates changes for the nodes."""

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from patching_constructs.cli.app import app
from patching_constructs.template import TARGET
from tests.steps import counted
from tests.unit.cli.commands.diffs import (
    ASSOCIATION,
    AT,
    BASELINE,
    NO_REBOOT,
    changes,
    lines,
    run,
    sides,
    tag,
    weekly,
    written,
)
from tests.unit.cli.commands.test_describe import INSTALL
from tests.unit.cli.formats.schemas import validator

# --- Exit codes ---------------------------------------------------------------------------------------


def test_no_differences(tmp_path: Path) -> None:
    old, new = sides(tmp_path, weekly(), weekly())
    assert run(old, new) == (0, "no differences\n", "")
    assert run(old, new, "--format", "markdown") == (0, "### Patching: no differences\n", "")


def test_the_two_forms_of_an_attribute_are_equal(tmp_path: Path) -> None:
    one = weekly(Description={"Fn::GetAtt": ["Role", "Arn"]})
    old, new = sides(tmp_path, one, weekly(Description={"Fn::GetAtt": "Role.Arn"}))
    assert run(old, new) == (0, "no differences\n", "")


def test_a_path_that_does_not_exist_is_exit_code_2(tmp_path: Path) -> None:
    old = written(tmp_path / "old.json", weekly())
    missing = tmp_path / "missing.json"
    message = f"{missing}: no such file or directory\n"
    assert run(old, missing) == (2, "", message)


def test_an_invalid_time_is_exit_code_2(tmp_path: Path) -> None:
    old, new = sides(tmp_path, weekly(), weekly())
    message = "--at must be an ISO 8601 date or time such as 2027-01-31, got 'soon'\n"
    assert run(old, new, "--at", "soon") == (2, "", message)


def test_one_side_can_be_standard_input(tmp_path: Path) -> None:
    file = written(tmp_path / "fleet.json", weekly())
    result = CliRunner().invoke(app, ["diff", "-", str(file)], input=file.read_text(encoding="utf-8"))
    assert (result.exit_code, result.stdout) == (0, "no differences\n")
    assert run("-", "-") == (2, "", "OLD and NEW cannot both be standard input, got - and -\n")


def test_the_output_goes_to_a_file(tmp_path: Path) -> None:
    old, new = sides(tmp_path, weekly(), weekly(INSTALL))
    code, text, _ = run(old, new, "-o", tmp_path / "diff.txt")
    assert (code, text) == (1, "")
    assert (tmp_path / "diff.txt").read_text(encoding="utf-8").endswith("1 changed\n")


# --- The text -----------------------------------------------------------------------------------------


def test_a_schedule_that_moves_and_starts_to_install(tmp_path: Path) -> None:
    new = weekly(INSTALL, Schedule="cron(0 5 ? * TUE#2 *)", ScheduleOffset=3, ScheduleTimezone="Europe/Berlin")
    new["Target0"]["Properties"]["Targets"] = [{"Key": "tag:Patch Group", "Values": ["web", "api"]}]
    new["Task"]["Properties"]["MaxConcurrency"] = "50%"
    assert lines(tmp_path, weekly(), new) == [
        "~ maintenance window weekly (stack fleet)",
        "  reboots: nodes can reboot, which they could not before",
        "  installs: patches can be installed, which they could not before",
        "  moved: the next executions are at other times",
        "  widened: nodes can be selected that were not selected before",
        "  next executions: Sun 2027-01-03 04:00 UTC, Sun 2027-01-10 04:00 UTC, Sun 2027-01-17 04:00 UTC "
        "-> Fri 2027-01-15 05:00 CET, Fri 2027-02-12 05:00 CET, Fri 2027-03-12 05:00 CET",
        "  runs: At 04:00, only on Sunday, UTC "
        "-> At 05:00, 3 days after the second Tuesday of the month, Europe/Berlin",
        "  schedule: cron(0 4 ? * SUN *) -> cron(0 5 ? * TUE#2 *)",
        "  schedule offset: none -> 3",
        "  time zone: UTC (default) -> Europe/Berlin",
        "  ~ target Target0",
        "    targets: Patch Group = web -> Patch Group = api | web",
        "  ~ task Task",
        "    concurrency: 10% -> 50%",
        "    operation: Scan -> Install",
        "1 changed",
    ]


def test_resources_that_are_added_and_removed(tmp_path: Path) -> None:
    old = weekly() | {"Base": BASELINE}
    new = weekly() | {"Daily": ASSOCIATION}
    assert lines(tmp_path, old, new) == [
        "- baseline base (stack fleet) removed",
        "+ State Manager association daily (stack fleet) added",
        "  next executions: none -> Fri 2027-01-01 03:00 UTC, Sat 2027-01-02 03:00 UTC, Sun 2027-01-03 03:00 UTC",
        "  document: AWS-RunPatchBaseline",
        "  name: daily",
        "  schedule: cron(0 3 * * ? *)",
        "  operation: Scan",
        "  targets: Patch Group = web",
        "1 removed, 1 added",
    ]


def test_a_window_that_is_removed(tmp_path: Path) -> None:
    found = lines(tmp_path, weekly(), {})
    assert found[:3] == [
        "- maintenance window weekly (stack fleet) removed",
        "  unscanned: this schedule no longer scans nodes",
        "  next executions: Sun 2027-01-03 04:00 UTC, Sun 2027-01-10 04:00 UTC, Sun 2027-01-17 04:00 UTC -> none",
    ]
    assert found[-3:] == ["  - target Target0 removed", "  - task Task removed", "1 removed"]


def test_a_baseline_that_is_replaced(tmp_path: Path) -> None:
    new = deepcopy(BASELINE)
    new["Properties"]["OperatingSystem"] = "DEBIAN"
    assert lines(tmp_path, {"Base": BASELINE}, {"Base": new}) == [
        "! baseline base (stack fleet) replaced",
        "  operating system: UBUNTU -> DEBIAN (replacement)",
        "1 replaced",
    ]


LONG: list[tuple[str, list[Any], Any]] = [
    ("ApprovedPatches", [f"KB{number}" for number in range(1_200)], "KB0"),
    ("ApprovalRules", [{"ApproveAfterDays": number} for number in range(1_200)], {"ApproveAfterDays": 0}),
]


@pytest.mark.parametrize(("name", "items", "other"), LONG, ids=["patches", "rules"])
def test_the_last_item_of_a_list_that_is_too_long_differs(
    tmp_path: Path, name: str, items: list[Any], other: Any
) -> None:
    old, new = (
        {"Base": BASELINE | {"Properties": {name: {"PatchRules": each} if name == "ApprovalRules" else each}}}
        for each in (items, [*items[:-1], other])
    )
    assert run(*sides(tmp_path, old, old)) == (0, "no differences\n", "")
    code, text, errors = run(*sides(tmp_path, old, new))
    assert (code, errors) == (1, "")
    assert re.search(r"\.\.\. \([0-9a-f]{12}\)", text)


def test_rules_are_aligned_unless_there_are_more_than_the_service_accepts(tmp_path: Path) -> None:
    """The time of an alignment of many equal items can grow with the cube of their number."""
    old, new = (with_rules(*(place % 2 for place in range(start, start + 300))) for start in (0, 1))
    assert len(lines(tmp_path, old, new)) == 300 + 2
    assert steps_of_diff(tmp_path, 200) < 5 * steps_of_diff(tmp_path, 50)


def steps_of_diff(folder: Path, number: int) -> int:
    """Return the steps of comparing two baselines with a number of rules that are equal to every second other one."""
    old, new = (with_rules(*(place % 2 for place in range(start, start + number))) for start in (0, 1))
    files = sides(folder, old, new)
    with counted() as steps:
        run(*files)
    return steps.count


def with_rules(*days: int) -> dict[str, Any]:
    rules = {"PatchRules": [{"ApproveAfterDays": each} for each in days]}
    return {"Base": BASELINE | {"Properties": BASELINE["Properties"] | {"ApprovalRules": rules}}}


RULES: dict[str, tuple[tuple[int, ...], tuple[int, ...], list[str]]] = {
    "inserted": ((7, 14), (3, 7, 14), ["rule 1: none -> all patches; approved 3 days after release"]),
    "removed": ((3, 7), (7,), ["rule 1: all patches; approved 3 days after release -> none"]),
    "changed": (
        (3, 7),
        (3, 8),
        ["rule 2: all patches; approved 7 days after release -> all patches; approved 8 days after release"],
    ),
    "in another order": (
        (3, 7),
        (7, 3),
        [
            "rule 1: none -> all patches; approved 7 days after release",
            "rule 2: all patches; approved 7 days after release -> none",
        ],
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), RULES.values(), ids=RULES.keys())
def test_the_rules_of_a_baseline(
    tmp_path: Path, old: tuple[int, ...], new: tuple[int, ...], expected: list[str]
) -> None:
    found = lines(tmp_path, with_rules(*old), with_rules(*new))
    assert [line.strip() for line in found if "rule " in line] == expected


def test_a_construct_with_another_logical_id_is_replaced(tmp_path: Path) -> None:
    baseline = BASELINE | {"Metadata": {"aws:cdk:path": "Fleet/Base/Resource"}}
    assert lines(tmp_path, {"Base1": baseline}, {"Base2": baseline}) == [
        "! baseline base (stack fleet) replaced",
        "  Fleet/Base",
        "  logical id: Base1 -> Base2 (replacement)",
        "  the deployment fails if the old baseline still has its patch groups: remove them in a deployment before",
        "1 replaced",
    ]


def test_a_new_error_of_the_linter(tmp_path: Path) -> None:
    found = lines(tmp_path, weekly(), weekly({"Operation": ["Instal"]}))
    assert "    invalid: Operation must be one of Scan, Install, got 'Instal'." in found


def test_important_changes_come_first(tmp_path: Path) -> None:
    def fleet(*windows: dict[str, Any]) -> dict[str, Any]:
        text = [
            json.dumps(each).replace('"Window"', f'"Window{place}"').replace('"Target0"', f'"Target{place}"')
            for place, each in enumerate(windows)
        ]
        found: dict[str, Any] = {}
        for place, each in enumerate(map(json.loads, text)):
            found |= {name if name != "Task" else f"Task{place}": resource for name, resource in each.items()}
        return found

    names = ("comment", "moved", "installs", "reboots")
    old = fleet(*[weekly(Name=name) for name in names])
    new = fleet(
        weekly(Name="comment", Description="new"),
        weekly(Name="moved", Duration=4, Schedule="cron(0 5 ? * SUN *)"),
        weekly(NO_REBOOT, Name="installs"),
        weekly(INSTALL, Name="reboots"),
    )
    assert [each["name"] for each in changes(tmp_path, old, new)] == ["reboots", "installs", "moved", "comment"]


# --- Unknown values -----------------------------------------------------------------------------------


def parameterized(folder: Path, name: str, parameter: dict[str, Any], value: object) -> Path:
    return written(folder / name / "fleet.json", weekly(Duration=value), Parameters={"Hours": parameter})


def test_a_parameter_with_another_default(tmp_path: Path) -> None:
    old = parameterized(tmp_path, "old", {"Type": "Number", "Default": 4}, {"Ref": "Hours"})
    new = parameterized(tmp_path, "new", {"Type": "Number", "Default": 8, "Description": "Hours."}, {"Ref": "Hours"})
    text = run(old, new, *AT)[1]
    assert (
        "  duration: unknown until deployment: parameter Hours (default 4) "
        "-> unknown until deployment: parameter Hours (default 8)\n"
    ) in text


def test_a_parameter_with_another_type(tmp_path: Path) -> None:
    old = parameterized(tmp_path, "old", {"Type": "Number"}, {"Ref": "Hours"})
    new = parameterized(tmp_path, "new", {"Type": "String"}, {"Ref": "Hours"})
    code, text, _ = run(old, new, *AT)
    assert code == 1
    assert '{\\"Type\\":\\"Number\\"}' in text
    assert '{\\"Type\\":\\"String\\"}' in text


def test_a_condition_with_another_meaning(tmp_path: Path) -> None:
    def side(name: str, stage: str) -> Path:
        content = weekly(Duration={"Fn::If": ["IsProd", 4, 8]})
        conditions = {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, stage]}}
        parameters = {"Stage": {"Type": "String"}}
        return written(tmp_path / name / "fleet.json", content, Conditions=conditions, Parameters=parameters)

    code, text, _ = run(side("old", "prod"), side("new", "production"), *AT)
    assert code == 1
    assert "Fn::Equals" in text


def test_use_defaults(tmp_path: Path) -> None:
    old = parameterized(tmp_path, "old", {"Type": "Number", "Default": 4}, {"Ref": "Hours"})
    new = parameterized(tmp_path, "new", {"Type": "Number", "Default": 4}, 4)
    assert run(old, new)[0] == 1
    assert run(old, new, "--use-defaults") == (0, "no differences\n", "")


def test_two_templates_with_other_names_are_one_stack(tmp_path: Path) -> None:
    old, new = written(tmp_path / "a.json", weekly()), written(tmp_path / "b.json", weekly())
    assert run(old, new) == (0, "no differences\n", "")


def test_stacks_are_compared_by_their_names(tmp_path: Path) -> None:
    def assembly(name: str, *stacks: str) -> Path:
        artifacts = {
            stack: {
                "type": "aws:cloudformation:stack",
                "environment": "aws://111122223333/eu-west-1",
                "properties": {"templateFile": written(tmp_path / name / f"{stack}.json", weekly()).name},
            }
            for stack in stacks
        }
        (tmp_path / name / "manifest.json").write_text(json.dumps({"artifacts": artifacts}), encoding="utf-8")
        return tmp_path / name

    _, text, _ = run(assembly("old", "A", "B"), assembly("new", "B", "C"), *AT, "--format", "json")
    found = [(each["stack"], each["status"]) for each in json.loads(text)["changes"]]
    assert found == [("A", "removed"), ("C", "added")]


def test_a_target_of_a_window_of_another_stack(tmp_path: Path) -> None:
    def content(value: str) -> dict[str, Any]:
        properties = {"WindowId": {"Fn::ImportValue": "Window"}, "ResourceType": "INSTANCE"}
        return {"Other": {"Type": TARGET, "Properties": properties | {"Targets": [tag("tag:Env", value)]}}}

    assert lines(tmp_path, content("dev"), content("prod")) == [
        "~ target Other (stack fleet)",
        "  targets: Env = dev -> Env = prod",
        "1 changed",
    ]


def test_templates_that_cannot_be_read_are_listed(tmp_path: Path) -> None:
    nested = {"Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://example.com/a"}}}
    old, new = sides(tmp_path, weekly(), weekly() | nested)
    code, text, _ = run(old, new)
    assert code == 0
    assert text.splitlines()[0] == f"templates that are not read ({new})"
    document = json.loads(run(old, new, "--format", "json")[1])
    validator("diff").validate(document)
    assert [(each["side"], each["logicalId"]) for each in document["unread"]] == [("new", "Nested")]
    assert "#### Templates that are not read" in run(old, new, "--format", "markdown")[1]


def test_times_have_units(tmp_path: Path) -> None:
    found = "\n".join(lines(tmp_path, weekly(Duration=4, Cutoff=1), weekly(Duration=6, Cutoff=2)))
    assert "duration: 4 h -> 6 h" in found
    assert "cutoff: 1 h -> 2 h" in found


def test_a_document_with_new_versions_is_not_replaced(tmp_path: Path) -> None:
    def document(line: str, **properties: str) -> dict[str, Any]:
        content = {"schemaVersion": "2.2", "mainSteps": [{"inputs": {"runCommand": [line]}}]}
        given = {"DocumentType": "Command", "Content": content} | properties
        return {"Drain": {"Type": "AWS::SSM::Document", "Properties": given}}

    new_version = {"UpdateMethod": "NewVersion"}
    kept = lines(tmp_path / "kept", document("a", **new_version), document("b", **new_version))
    assert "replacement" not in "".join(kept)
    replaced = lines(tmp_path / "replaced", document("a"), document("b"))
    assert replaced[-2].endswith("(perhaps replacement)")
