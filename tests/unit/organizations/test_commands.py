"""What the commands show of a StackSet: one schedule for each Region, named by it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from patching_constructs.cli.app import app
from tests.unit.organizations.sets import STACK_SET, ZONES, group, inner, stack_set, window, written

BOTH = group(*ZONES)
TARGET: dict[str, Any] = {
    "Type": "AWS::SSM::MaintenanceWindowTarget",
    "Properties": {
        "WindowId": {"Ref": "Window"},
        "ResourceType": "INSTANCE",
        "Targets": [{"Key": "tag:Env", "Values": ["prod"]}],
    },
}
TASK = {
    "Type": "AWS::SSM::MaintenanceWindowTask",
    "Properties": {
        "WindowId": {"Ref": "Window"},
        "TaskType": "RUN_COMMAND",
        "TaskArn": "AWS-RunPatchBaseline",
        "Priority": 1,
        "MaxConcurrency": "10%",
        "MaxErrors": "10%",
        "CutoffBehavior": "CANCEL_TASK",
        "ServiceRoleArn": "arn:aws:iam::111122223333:role/patching",
        "Targets": [{"Key": "WindowTargetIds", "Values": [{"Ref": "Target"}]}],
        "TaskInvocationParameters": {
            "MaintenanceWindowRunCommandParameters": {"Parameters": {"Operation": ["Install"]}}
        },
    },
}


def template(of: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return inner(Resources={"Window": of or window(), "Target": TARGET, "Task": TASK}, **more)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return written(tmp_path, {"Set": stack_set(BOTH)}, template())


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert result.exit_code in (0, 1), result.output
    return result.stdout


def test_the_calendar_has_each_region_at_its_own_time(path: Path) -> None:
    shown = run("calendar", path, "--from", "2027-01-01T00:00Z", "--next", 1)
    rows = [line.split() for line in shown.splitlines() if line.startswith("Sun")]
    assert [(row[2], row[3], row[-2], row[-1]) for row in rows] == [
        ("03:00-07:00", "CET", "weekly", "(eu-central-1)"),
        ("03:00-07:00", "EST", "weekly", "(us-east-1)"),
    ]


def test_the_calendar_as_json(path: Path) -> None:
    found = json.loads(run("calendar", path, "--from", "2027-01-01T00:00Z", "--next", 1, "--format", "json"))
    assert [(each["stack"], each["windowName"], each["start"]) for each in found["executions"]] == [
        ("outer/Set/eu-central-1", "weekly", "2027-01-03T02:00:00+00:00"),
        ("outer/Set/us-east-1", "weekly", "2027-01-03T08:00:00+00:00"),
    ]


def test_the_calendar_as_a_subscription_and_a_page(path: Path) -> None:
    events = run("calendar", path, "--from", "2027-01-01T00:00Z", "--next", 1, "--format", "ics").replace("\r\n ", "")
    summaries = [line.partition(":")[2] for line in events.splitlines() if line.startswith("SUMMARY")]
    region = "Install with reboot: prod (eu-central-1)"
    assert summaries == [region, "Install with reboot: prod (us-east-1)"]
    page = run("calendar", path, "--from", "2027-01-01T00:00Z", "--next", 1, "--format", "html")
    assert "weekly (eu-central-1)" in page
    assert "prod (us-east-1)" in page


def test_the_calendar_names_the_region_of_a_rollout(tmp_path: Path) -> None:
    ring = {"Rollout": {"Name": "Admin/Monthly", "Ring": "dev", "DaysAfter": 0}}
    of = window() | {"Metadata": {"PatchingConstructs": ring}}
    shown = run("calendar", written(tmp_path, {"Set": stack_set(BOTH)}, template(of)), "--next", 1)
    titles = [line for line in shown.splitlines() if line.startswith("rollout")]
    assert titles == [f"rollout Admin/Monthly ({region})" for region in ZONES]


def test_a_page_names_constructs_with_their_region(tmp_path: Path) -> None:
    of = window() | {"Metadata": {"aws:cdk:path": "Admin/Patching/Weekly/Resource"}}
    path = written(tmp_path, {"Set": stack_set(BOTH)}, template(of))
    page = run("calendar", path, "--from", "2027-01-01T00:00Z", "--next", 1, "--format", "html")
    assert "Admin/Patching/Weekly (us-east-1)" in page


def test_describe_coverage_and_capacity_name_the_region(path: Path) -> None:
    described = [line for line in run("describe", path).splitlines() if line.startswith(("window", "time zone"))]
    assert [line.rpartition("  ")[2].strip() for line in described] == [
        "weekly (stack outer/Set/eu-central-1)",
        "Europe/Berlin",
        "weekly (stack outer/Set/us-east-1)",
        "America/New_York",
    ]
    assert run("coverage", path).count("weekly (us-east-1)") == 1
    forecast = run("capacity", path, "--nodes", 10, "--minutes-per-node", 10)
    assert "weekly (eu-central-1)" in forecast
    assert "weekly (us-east-1)" in forecast


def test_one_region_can_be_selected(path: Path) -> None:
    shown = run("describe", path, "--stack", "outer/Set/us-east-1")
    assert "America/New_York" in shown
    assert "Europe/Berlin" not in shown


def test_a_schedule_of_several_regions_is_not_one_schedule(path: Path) -> None:
    shown = CliRunner().invoke(app, ["now", "--from-template", str(path), "--schedule", "weekly", "--dry-run"])
    listed = "outer/Set/{0}/Window (window weekly, stack outer/Set/{0})"
    assert shown.exit_code == 2
    assert f"specify one of {', '.join(listed.format(region) for region in ZONES)}" in shown.output


def test_now_runs_the_schedule_of_a_region(path: Path) -> None:
    name = "outer/Set/us-east-1/Window"
    found = json.loads(run("now", "--from-template", path, "--schedule", name, "--region", "us-east-1", "--dry-run"))
    assert found["sendCommand"]["DocumentName"] == "AWS-RunPatchBaseline"


# --- Findings -----------------------------------------------------------------------------------------

IGNORE = {"PatchingConstructs": {"Ignore": [{"rule": "Patching-WindowDuration", "reason": "A test"}]}}


def check(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("check", path, "--no-config", "--format", "json"))
    return found


def test_a_finding_of_all_regions_is_counted_once(tmp_path: Path) -> None:
    path = written(tmp_path, {"Set": stack_set(BOTH)}, template(window(Duration=25)))
    summary = check(path)["summary"]
    assert (summary["templates"], summary["errors"]) == (2, 1)


def test_a_finding_of_all_regions_at_their_own_times_is_counted_once(tmp_path: Path) -> None:
    resources = template()["Resources"]
    others = {
        "Other": window(Name="other"),
        "OtherTarget": TARGET | {"Properties": TARGET["Properties"] | {"WindowId": {"Ref": "Other"}}},
    }
    path = written(tmp_path, {"Set": stack_set(BOTH)}, inner(Resources=resources | others))
    found = [each for each in check(path)["findings"] if each["rule"] == "Patching-OverlappingWindows"]
    assert len(found) == 1


def test_findings_of_regions_that_differ_in_more_than_a_time_are_all_counted(tmp_path: Path) -> None:
    hours = {region: {"Hours": 25 + number} for number, region in enumerate(ZONES)}
    of = window(ScheduleTimezone="UTC", Duration={"Fn::FindInMap": ["Zones", {"Ref": "AWS::Region"}, "Hours"]})
    path = written(tmp_path, {"Set": stack_set(BOTH)}, template(of) | {"Mappings": {"Zones": hours}})
    assert check(path)["summary"]["errors"] == 2


@pytest.mark.parametrize("regions", [list(ZONES), ["us-east-1"]])
def test_what_a_template_ignores_counts_in_all_regions(tmp_path: Path, regions: list[str]) -> None:
    """Even if only one Region has the finding, the entry is used."""
    durations = {region: {"Zone": zone, "Hours": 25 if region in regions else 4} for region, zone in ZONES.items()}
    of = window(Duration={"Fn::FindInMap": ["Zones", {"Ref": "AWS::Region"}, "Hours"]}) | {"Metadata": IGNORE}
    path = written(tmp_path, {"Set": stack_set(BOTH)}, template(of) | {"Mappings": {"Zones": durations}})
    result = CliRunner().invoke(app, ["check", str(path), "--no-config", "--format", "json"])
    summary = json.loads(result.stdout)["summary"]
    assert (summary["errors"], summary["ignored"]) == (0, 1)
    assert "nothing was found" not in result.stderr


def test_a_rule_that_does_not_exist_is_noted_once(tmp_path: Path) -> None:
    metadata = {"PatchingConstructs": {"Ignore": [{"rule": "Patching-Nothing", "reason": "A test"}]}}
    path = written(tmp_path, {"Set": stack_set(BOTH)}, template(window() | {"Metadata": metadata}))
    assert CliRunner().invoke(app, ["check", str(path), "--no-config"]).stderr.count("rule of Ignore") == 1


def test_describe_shows_an_error_of_all_regions_in_each(tmp_path: Path) -> None:
    path = written(tmp_path, {"Set": stack_set(BOTH)}, template(window(Duration=25)))
    assert run("describe", path).count("Duration must be 1-24") >= 2


# --- Changes ------------------------------------------------------------------------------------------


def both(folder: Path, before: dict[str, Any], after: dict[str, Any]) -> tuple[Path, Path]:
    """Write a template with one StackSet, and with another."""
    for name in ("before", "after"):
        (folder / name).mkdir()
    return (
        written(folder / "before", {"Set": before}, template()),
        written(folder / "after", {"Set": after}, template()),
    )


def test_a_region_that_is_added_adds_its_windows(tmp_path: Path) -> None:
    before, after = both(tmp_path, stack_set(group("eu-central-1")), stack_set(BOTH))
    found = json.loads(run("diff", before, after, "--format", "json"))
    changed = [(each["kind"], each["status"], each["stack"]) for each in found["changes"]]
    assert changed == [("StackSet", "changed", "outer"), ("maintenance window", "added", "outer/Set/us-east-1")]


MORE = {
    "StackSetName": "patching",
    "PermissionModel": "SERVICE_MANAGED",
    "CallAs": "SELF",
    "AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False},
    "OperationPreferences": {"MaxConcurrentCount": 5, "FailureToleranceCount": 1},
}


RETARGETED = "retargeted: other accounts or Regions are selected than before"


def units(*ids: str, **more: object) -> dict[str, Any]:
    return {"DeploymentTargets": {"OrganizationalUnitIds": ids} | more, "Regions": list(ZONES)}


def test_describe_shows_the_accounts_that_get_the_schedules(tmp_path: Path) -> None:
    of = units("ou-ab12-22223333", "ou-ab12-11112222", AccountFilterType="DIFFERENCE", Accounts=["111122223333"])
    path = written(
        tmp_path, {"Set": stack_set(of, **MORE), "Other": stack_set(BOTH, TemplateURL="none.json")}, template()
    )
    shown = run("describe", path).partition("templates that are not read")[0]
    _, title, rows = shown.rpartition("StackSet  ")
    assert [re.split(r"\s{2,}", line) for line in f"{title}{rows}".split("\n") if line] == [
        ["StackSet", "patching (stack outer)"],
        ["organizational units of group 1", "ou-ab12-11112222, ou-ab12-22223333"],
        ["account filter of group 1", "DIFFERENCE (the units without the accounts)"],
        ["accounts of group 1", "111122223333"],
        ["Regions of group 1", "eu-central-1, us-east-1"],
        ["permission model", "SERVICE_MANAGED"],
        ["automatic deployment", "true"],
        ["stacks retained on account removal", "false"],
        ["concurrent accounts", "5"],
        ["tolerated failures in a Region", "1"],
    ]
    assert "Other" not in shown


@pytest.mark.parametrize("options", [[], ["--stack", "outer/Set/us-east-1"]])
def test_describe_shows_the_stack_set_of_some_schedules(path: Path, options: list[str]) -> None:
    found = json.loads(run("describe", path, "--format", "json", *options))
    assert [(each["type"], each["logicalId"]) for each in found["resources"]] == [(STACK_SET, "Set")]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (
            stack_set(units("ou-ab12-11112222"), **MORE),
            stack_set(units("ou-ab12-99992222"), **MORE),
            [RETARGETED, "organizational units of group 1: ou-ab12-11112222 -> ou-ab12-99992222"],
        ),
        (
            stack_set(units("ou-ab12-11112222", AccountFilterType="NONE"), **MORE),
            stack_set(units("ou-ab12-11112222", AccountFilterType="DIFFERENCE", Accounts=["111122223333"]), **MORE),
            [
                RETARGETED,
                "account filter of group 1: NONE (default) -> DIFFERENCE (the units without the accounts)",
                "accounts of group 1: none -> 111122223333",
            ],
        ),
        (
            stack_set(BOTH, **MORE),
            stack_set(BOTH, **MORE | {"AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": True}}),
            ["stacks retained on account removal: false -> true"],
        ),
        (
            stack_set(BOTH, **MORE),
            stack_set(BOTH, **MORE | {"AutoDeployment": {"Enabled": False}}),
            ["automatic deployment: true -> false", "stacks retained on account removal: false -> none"],
        ),
        (
            stack_set(BOTH, **MORE),
            stack_set(BOTH, **MORE | {"StackSetName": "other"}),
            ["name: patching -> other (replacement)"],
        ),
    ],
)
def test_a_change_of_the_accounts_that_get_the_schedules_is_a_difference(
    tmp_path: Path, before: dict[str, Any], after: dict[str, Any], lines: list[str]
) -> None:
    sides = both(tmp_path, before, after)
    result = CliRunner().invoke(app, ["diff", *map(str, sides)])
    title, *shown, _, _summary = result.stdout.splitlines()
    assert (result.exit_code, shown) == (1, [f"  {line}" for line in lines])
    assert title.startswith(("~ StackSet patching (stack outer)", "! StackSet other (stack outer) replaced"))
    found = json.loads(run("diff", *sides, "--format", "json"))["changes"]
    is_retargeted = RETARGETED in lines
    settings = len(lines) - is_retargeted
    assert [(each["kind"], len(each["resources"][0]["settings"])) for each in found] == [("StackSet", settings)]
    assert [each["effects"] for each in found] == [["retargeted"] if is_retargeted else []]
    assert "#### StackSet" in run("diff", *sides, "--format", "markdown")


def test_the_order_of_units_accounts_and_regions_is_no_difference(tmp_path: Path) -> None:
    accounts = ["111122223333", "444455556666"]
    one = units("ou-ab12-11112222", "ou-ab12-22223333", AccountFilterType="INTERSECTION", Accounts=accounts)
    other = units("ou-ab12-22223333", "ou-ab12-11112222", AccountFilterType="INTERSECTION", Accounts=accounts[::-1])
    other["Regions"].reverse()
    sides = both(tmp_path, stack_set(one), stack_set(other))
    assert run("diff", *sides) == "no differences\n"


@pytest.mark.parametrize("regions", [["eu-central-1"], list(ZONES)])
def test_a_template_can_have_another_file_name(tmp_path: Path, regions: list[str]) -> None:
    before = written(tmp_path, {"Set": stack_set(group(*regions))}, template())
    after = before.with_name("other.json")
    after.write_text(before.read_text(encoding="utf-8"), encoding="utf-8")
    assert run("diff", before, after) == "no differences\n"


def test_a_stack_set_of_one_region_can_have_another_logical_id(tmp_path: Path) -> None:
    """Each side has one stack with schedules."""
    before = written(tmp_path, {"Set": stack_set(group("eu-central-1"))}, template())
    after = before.with_name("other.json")
    after.write_text(json.dumps({"Resources": {"New": stack_set(group("eu-central-1"))}}), encoding="utf-8")
    found = json.loads(run("diff", before, after, "--format", "json"))["changes"]
    assert [(each["kind"], each["status"]) for each in found] == [("StackSet", "removed"), ("StackSet", "added")]
