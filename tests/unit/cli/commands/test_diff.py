"""``patching-constructs diff``: what a change of templates changes for the nodes."""

import json
import subprocess
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from patching_constructs.cli.app import app
from patching_constructs.template import TARGET, TASK, WINDOW
from tests.unit.cli.commands.test_describe import INSTALL, ON_TARGET, WEB, WEEKLY, resources
from tests.unit.cli.formats.schemas import validator

AT = ("--at", "2027-01-01")
SCAN = {"Operation": ["Scan"]}
NO_REBOOT = INSTALL | {"RebootOption": ["NoReboot"]}
BASELINE = {
    "Type": "AWS::SSM::PatchBaseline",
    "Properties": {"Name": "base", "PatchGroups": ["web"], "OperatingSystem": "UBUNTU"},
}
ASSOCIATION: dict[str, Any] = {
    "Type": "AWS::SSM::Association",
    "Properties": {
        "Name": "AWS-RunPatchBaseline",
        "AssociationName": "daily",
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "Parameters": SCAN,
        "Targets": WEB,
    },
}


@pytest.fixture(autouse=True)
def plain_output(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)


def weekly(parameters: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    """Write a window with a target and a task that scans."""
    return resources(WEEKLY | properties, targets=[WEB], parameters=parameters or SCAN)


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["diff", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def written(file: Path, content: dict[str, Any], **sections: Any) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(sections | {"Resources": content}), encoding="utf-8")
    return file


def sides(folder: Path, old: dict[str, Any], new: dict[str, Any]) -> tuple[Path, Path]:
    return written(folder / "old" / "fleet.json", old), written(folder / "new" / "fleet.json", new)


def lines(folder: Path, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return the lines of the text, without blank ones."""
    code, text, errors = run(*sides(folder, old, new), *AT)
    assert (code, errors) == (1, "")
    return [line for line in text.splitlines() if line]


def changes(folder: Path, old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, Any]]:
    code, text, _ = run(*sides(folder, old, new), *AT, "--format", "json")
    document = json.loads(text)
    validator("diff").validate(document)
    assert code == (1 if document["changes"] else 0)
    found: list[dict[str, Any]] = document["changes"]
    return found


def effects(folder: Path, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    (change,) = changes(folder, old, new)
    found: list[str] = change["effects"]
    return found


# --- Exit codes ---------------------------------------------------------------------------------------


def test_no_differences(tmp_path: Path) -> None:
    old, new = sides(tmp_path, weekly(), weekly())
    assert run(old, new) == (0, "no differences\n", "")
    assert run(old, new, "--format", "markdown") == (0, "### Patching: no differences\n", "")


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
    assert found[:2] == [
        "- maintenance window weekly (stack fleet) removed",
        "  next executions: Sun 2027-01-03 04:00 UTC, Sun 2027-01-10 04:00 UTC, Sun 2027-01-17 04:00 UTC -> none",
    ]
    assert found[-3:] == ["  - target Target0 removed", "  - task Task removed", "1 removed"]


def test_a_baseline_that_is_replaced(tmp_path: Path) -> None:
    new = deepcopy(BASELINE)
    new["Properties"]["OperatingSystem"] = "DEBIAN"  # type: ignore[index]
    assert lines(tmp_path, {"Base": BASELINE}, {"Base": new}) == [
        "! baseline base (stack fleet) replaced",
        "  operating system: UBUNTU -> DEBIAN (replacement)",
        "1 replaced",
    ]


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


# --- What needs attention -----------------------------------------------------------------------------


def targets(*filters: dict[str, Any]) -> dict[str, Any]:
    content = weekly()
    content["Target0"]["Properties"]["Targets"] = list(filters)
    return content


def tag(key: str, *values: object) -> dict[str, Any]:
    return {"Key": key, "Values": list(values)}


WIDENED: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], bool]] = {
    "another value": ([tag("tag:Env", "dev")], [tag("tag:Env", "dev", "prod")], True),
    "one value less": ([tag("tag:Env", "dev", "prod")], [tag("tag:Env", "dev")], False),
    "one filter less": ([tag("tag:Env", "dev"), tag("tag:Role", "web")], [tag("tag:Env", "dev")], True),
    "one filter more": ([tag("tag:Env", "dev")], [tag("tag:Env", "dev"), tag("tag:Role", "web")], False),
    "any value of a tag": ([tag("tag:Env", "dev")], [tag("tag-key", "Env")], True),
    "one value of a tag": ([tag("tag-key", "Env")], [tag("tag:Env", "dev")], False),
    "other ids": ([tag("InstanceIds", "i-01234567")], [tag("InstanceIds", "i-01234568")], True),
    "another unknown value": ([tag("tag:Env", {"Ref": "One"})], [tag("tag:Env", {"Ref": "Two"})], True),
    "an unknown key": ([tag("tag:Env", "dev")], [{"Key": {"Ref": "Key"}, "Values": ["dev"]}], True),
    "an unknown key and one filter more": (
        [{"Key": {"Ref": "Key"}, "Values": ["dev"]}],
        [{"Key": {"Ref": "Key"}, "Values": ["dev"]}, tag("tag:Env", "dev")],
        True,
    ),
}


@pytest.mark.parametrize(("old", "new", "is_widened"), WIDENED.values(), ids=WIDENED.keys())
def test_targets_that_select_more(
    tmp_path: Path, old: list[dict[str, Any]], new: list[dict[str, Any]], is_widened: object
) -> None:
    assert effects(tmp_path, targets(*old), targets(*new)) == (["widened"] if is_widened else [])


def test_the_order_of_values_and_filters_is_no_difference(tmp_path: Path) -> None:
    one, other = [tag("tag:Env", "dev", "prod"), tag("tag:Role", "web")], [tag("tag:Role", "web")]
    assert changes(tmp_path, targets(*one), targets(*other, tag("tag:Env", "prod", "dev"))) == []


def test_the_order_of_the_targets_of_a_task_is_a_difference(tmp_path: Path) -> None:
    def content(*names: str) -> dict[str, Any]:
        found = resources(WEEKLY, targets=[WEB, [tag("tag:Env", "dev")]], parameters=SCAN)
        references = [{"Ref": name} for name in names]
        found["Task"]["Properties"]["Targets"] = [{"Key": "WindowTargetIds", "Values": references}]
        return found

    assert changes(tmp_path, content("Target0", "Target1"), content("Target1", "Target0")) != []


def test_a_task_that_names_more_nodes(tmp_path: Path) -> None:
    def content(*ids: str) -> dict[str, Any]:
        found = weekly()
        found["Task"]["Properties"]["Targets"] = [tag("InstanceIds", *ids)]
        return found

    assert effects(tmp_path, content("i-01234567"), content("i-01234567", "i-01234568")) == ["widened"]


def associated(**properties: Any) -> dict[str, Any]:
    return {"Daily": ASSOCIATION | {"Properties": ASSOCIATION["Properties"] | properties}}


ASSOCIATIONS: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "another time": ({}, {"ScheduleExpression": "cron(0 4 * * ? *)"}, ["moved"]),
    "an install": ({}, {"Parameters": INSTALL}, ["reboots", "installs"]),
    "an install that may be": ({}, {"Parameters": {"Operation": [{"Ref": "Op"}]}}, ["reboots", "installs"]),
    "an install that was possible": ({"Parameters": {"Operation": [{"Ref": "Op"}]}}, {"Parameters": INSTALL}, []),
    "all nodes": ({}, {"Targets": [tag("InstanceIds", "*")]}, ["widened"]),
    "fewer nodes": ({"Targets": [tag("InstanceIds", "*")]}, {}, []),
    "no schedule": ({}, {"ScheduleExpression": None}, ["moved"]),
}


@pytest.mark.parametrize(("old", "new", "expected"), ASSOCIATIONS.values(), ids=ASSOCIATIONS.keys())
def test_a_change_of_an_association(
    tmp_path: Path, old: dict[str, Any], new: dict[str, Any], expected: list[str]
) -> None:
    assert effects(tmp_path, associated(**old), associated(**new)) == expected


def test_a_schedule_that_is_not_frozen_any_more(tmp_path: Path) -> None:
    frozen = {name: each for name, each in weekly(INSTALL).items() if name != "Task"}
    frozen["Window"] = frozen["Window"] | {"Metadata": {"PatchingConstructs": {"Frozen": True}}}
    (change,) = changes(tmp_path, frozen, weekly(INSTALL))
    assert change["effects"] == ["reboots", "installs"]
    assert [(each["type"], each["status"]) for each in change["resources"]] == [(WINDOW, "changed"), (TASK, "added")]


def test_the_same_times_in_another_form_are_not_moved(tmp_path: Path) -> None:
    (change,) = changes(tmp_path, weekly(), weekly(Schedule="cron(0 4 ? * 1 *)"))
    assert (change["effects"], change["executionsBefore"]) == ([], None)


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


# --- Markdown -----------------------------------------------------------------------------------------


def test_markdown_of_tasks_and_baselines(tmp_path: Path) -> None:
    task = {"Type": TASK, "Properties": ON_TARGET | {"WindowId": {"Ref": "Window"}}}
    new = {name: each for name, each in weekly().items() if name != "Task"} | {"Task2": task}
    code, text, _ = run(*sides(tmp_path, weekly() | {"Base": BASELINE}, new), *AT, "--format", "markdown")
    assert code == 1
    assert text.splitlines() == [
        "### Patching: 1 removed, 1 changed",
        "",
        "#### baseline base (stack fleet): removed",
        "",
        "#### maintenance window weekly (stack fleet): changed",
        "",
        "| | before | after |",
        "|---|---|---|",
        "| task Task |  | **removed** |",
        "| task Task2: targets |  | `WindowTargetIds = Target0` |",
        "| task Task2: priority |  | `1` |",
        "| task Task2: concurrency |  | `10%` |",
        "| task Task2: error threshold |  | `0` |",
        "",
        "- invalid: Required properties are missing: TaskArn.",
    ]


def test_markdown_warns_of_what_is_dangerous(tmp_path: Path) -> None:
    _, text, _ = run(*sides(tmp_path, weekly(), weekly(INSTALL)), *AT, "--format", "markdown")
    assert text == (
        "### Patching: 1 changed\n"
        "\n"
        "#### maintenance window weekly (stack fleet): changed\n"
        "\n"
        "> [!WARNING]\n"
        "> - **Reboots**: nodes can reboot, which they could not before\n"
        "> - **Installs**: patches can be installed, which they could not before\n"
        "\n"
        "| | before | after |\n"
        "|---|---|---|\n"
        "| task Task: operation | `Scan` | `Install` |\n"
    )


def test_markdown_in_values_is_text(tmp_path: Path) -> None:
    _, text, _ = run(
        *sides(tmp_path, weekly(Name="a|b<b>"), weekly(Name="a|b<b>", Description="`x` | @team\n# h")),
        "--format",
        "markdown",
    )
    assert "#### maintenance window a\\|b\\<b\\> (stack fleet): changed" in text
    assert "| description | `none` | `` `x` \\| @team # h `` |" in text


# --- Revisions of a repository ------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose first commit scans, and whose file installs."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    file = written(tmp_path / "templates" / "fleet.json", weekly())
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *command], check=True, cwd=tmp_path)  # noqa: S607
    return written(file, weekly(INSTALL))


def test_a_template_is_compared_with_a_revision(repository: Path) -> None:
    code, text, errors = run("HEAD:templates/fleet.json", repository, *AT)
    assert (code, errors) == (1, "")
    assert "    operation: Scan -> Install\n" in text
    assert run("HEAD:templates/fleet.json", "HEAD:templates/fleet.json") == (0, "no differences\n", "")


@pytest.mark.parametrize("side", ["nothing:templates/fleet.json", "HEAD:templates", "HEAD:missing.json"])
def test_a_revision_that_cannot_be_read(repository: Path, side: str) -> None:
    code, text, errors = run(side, repository)
    assert (code, text) == (2, "")
    # The reason is a message of git, which differs between its versions.
    assert errors.startswith(f"{side}: git cannot read it: ")
    assert errors.endswith("; specify a template, as in HEAD~1:template.json\n")


def test_an_option_is_no_revision(repository: Path) -> None:
    side = "--batch:templates/fleet.json"
    message = f"{side} must be a path, or a revision and a path such as HEAD~1:template.json, got {side!r}\n"
    assert run("--", side, repository) == (2, "", message)


def test_a_revision_without_a_file_is_a_path(repository: Path) -> None:
    assert run("HEAD:", repository) == (2, "", "HEAD:: no such file or directory\n")


def test_a_file_of_a_revision_that_is_no_template(repository: Path) -> None:
    repository.write_text("[]", encoding="utf-8")
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, "commit", "-q", "-am", "second"], check=True)  # noqa: S607
    message = "HEAD:templates/fleet.json: it is not a CloudFormation template: it is a list\n"
    assert run("HEAD:templates/fleet.json", repository) == (2, "", message)


def test_a_revision_requires_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    message = "HEAD:templates/fleet.json: reading a revision requires git; install it\n"
    assert run("HEAD:templates/fleet.json", repository) == (2, "", message)


def test_a_path_with_a_colon_is_a_path(tmp_path: Path) -> None:
    file = written(tmp_path / "a:b.json", weekly())
    assert run(file, file) == (0, "no differences\n", "")


# --- Laws ---------------------------------------------------------------------------------------------

GOOD = sorted((Path(__file__).parents[3] / "corpus" / "good").glob("*.*"))


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.name)
def test_a_template_does_not_differ_from_itself(file: Path) -> None:
    assert run(file, file)[0] == 0


@pytest.mark.parametrize(("one", "other"), list(pairwise(GOOD)), ids=lambda file: file.name)
def test_a_change_backwards_has_the_same_differences(one: Path, other: Path) -> None:
    def found(old: Path, new: Path) -> set[tuple[str, str, str]]:
        document = json.loads(run(old, new, *AT, "--format", "json")[1])
        validator("diff").validate(document)
        return {
            (resource["type"], setting["property"], resource["status"])
            for change in document["changes"]
            for resource in change["resources"]
            for setting in resource["settings"]
        }

    backwards = {"added": "removed", "removed": "added"}
    assert found(one, other) == {(kind, name, backwards.get(way, way)) for kind, name, way in found(other, one)}
