"""``check``, ``calendar`` and ``describe`` say the same of every template: they ask one planner."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.checks.engine import check_templates
from patching_constructs.checks.finding import Finding, Status
from patching_constructs.checks.severity import Severity
from patching_constructs.cli import descriptions
from patching_constructs.planning.executions import NoteKind
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.reading import read_templates
from patching_constructs.template.resource import Resource
from patching_constructs.template.upcoming import Upcoming, upcoming_executions
from patching_constructs.template.windows import windows_of
from tests.unit.checks.test_corpus import CORPUS, TODAY, name
from tests.unit.checks.test_engine import NOWHERE, assembled, window, written

YEAR = timedelta(days=366)
OVERLAP, AT_ONCE = "Patching-OverlappingWindows", "Patching-ConcurrentWindows"
NEVER_OPENS = {"Patching-ScheduleNeverRuns", "Patching-NoUpcomingExecution"}
MOMENT = re.compile(r"on (\d{4}-\d{2}-\d{2}) at (\d{2}:\d{2}) UTC")

TEMPLATES = sorted(file for file in CORPUS.rglob("*") if file.suffix in {".yaml", ".json"} and file.parent != CORPUS)


def moment(finding: Finding) -> datetime:
    found = MOMENT.search(finding.problem)
    assert found
    return datetime.fromisoformat(f"{found[1]}T{found[2]}:00+00:00")


def key(window: MaintenanceWindow) -> tuple[str, str]:
    return window.stack, window.template.source.qualified(window.logical_id)


class Said:
    """What both commands say of a path."""

    def __init__(self, path: Path, ahead: timedelta = YEAR) -> None:
        templates = read_templates(path)
        self.windows = windows_of(templates)
        # A window by itself meets no other, however far one looks.
        until = TODAY + (ahead if len(self.windows) > 1 else timedelta(days=1))
        self.upcoming = upcoming_executions(self.windows, after=TODAY, until=until)
        # What is found of windows that a template does not have costs nothing to leave out.
        self.findings = check_templates(templates, now=TODAY) if self.windows else []
        self.positions = {id(each): position for position, each in enumerate(self.windows)}

    def found(self, rule: str, status: Status = Status.FAIL) -> dict[tuple[str, str], Finding]:
        return {
            (each.source.stack, each.logical_id or ""): each
            for each in self.findings
            if each.rule.id == rule and each.status is status
        }

    def agrees_on(self, words: str, rule: str, *resources: Resource) -> None:
        """Check that the words for resources call a value invalid where the linter does, and only there."""
        places = {(each.stack, each.logical_id) for each in resources}
        if "(invalid)" in words:
            # A parameter can have the value.
            assert places & (self.found(rule).keys() | self.found(rule, Status.UNKNOWN).keys())
        else:
            assert not places & self.found(rule).keys()

    @property
    def overlaps(self) -> dict[tuple[str, str], datetime]:
        """The windows of the calendar that overlap with one that stands before them, and when first."""
        first: dict[tuple[str, str], datetime] = {}
        for pair, at in self.upcoming.plan.overlaps.items():
            later = max((each.owner for each in pair), key=lambda owner: self.positions[id(owner)])
            first[key(later)] = min(at, first.get(key(later), at))
        return first


@pytest.mark.sweep
@pytest.mark.parametrize("file", TEMPLATES, ids=name)
def test_check_calendar_and_describe_agree(file: Path) -> None:
    said = Said(file)
    check_and_calendar_agree(said)
    check_and_describe_agree_on_invalid_values(said)


def check_and_calendar_agree(said: Said) -> None:
    unknown_here = said.found(OVERLAP, Status.UNKNOWN)
    overlaps = {window: moment(finding) for window, finding in said.found(OVERLAP).items()}
    # Whether two resources with different conditions are made together is up to the deployment.
    assert overlaps == {window: at for window, at in said.overlaps.items() if window not in unknown_here}
    pairs = [{each.owner.logical_id for each in pair} for pair in said.upcoming.plan.overlaps]
    for finding in said.found(OVERLAP).values():
        (other,) = re.findall(r"overlaps with (\w+),", finding.problem)
        assert {finding.logical_id, other} in pairs
    excess = {key(window.owner): at for window, at in said.upcoming.plan.excess.items()}
    assert {window: moment(finding) for window, finding in said.found(AT_ONCE).items()} == excess

    # Windows with executions, and windows whose executions are unknown.
    unknown = {key(each.window) for each in said.upcoming.unknown}
    planned = {key(each.owner) for each in upcoming_executions(said.windows, after=TODAY, count=1).executions}
    silent = {window for rule in NEVER_OPENS for window in said.found(rule)}
    assert {key(each) for each in said.windows} - planned - unknown == silent - unknown
    invalid = {key(each.window) for each in said.upcoming.unknown if each.is_invalid}
    assert invalid <= {
        (each.source.stack, each.logical_id) for each in said.findings if each.severity is Severity.ERROR
    }


def check_and_describe_agree_on_invalid_values(said: Said) -> None:
    """Where the linter reports an operation, a reboot option or a key, its description says that it is invalid."""
    for each in said.windows:
        for task in each.tasks:
            operation, reboot = descriptions.operation_in_words(task), descriptions.reboot_in_words(task)
            said.agrees_on(operation, "Patching-Operation", task)
            if operation.startswith("Install"):
                said.agrees_on(reboot, "Patching-RebootOption", task)
        said.agrees_on(descriptions.targets_in_words(each), "Patching-TargetKey", *each.targets)


def test_the_corpus_has_overlaps_and_windows_at_once() -> None:
    folders = [CORPUS / "violating" / rule for rule in (OVERLAP, AT_ONCE)]
    said = [Said(file) for file in TEMPLATES if file.parent in folders]
    assert sum(bool(each.overlaps) for each in said) > 3
    assert sum(bool(each.upcoming.plan.excess) for each in said) > 2


# --- Where they did not agree -------------------------------------------------------------------------


def both(path: Path, ahead: timedelta = YEAR) -> tuple[int, int, Upcoming]:
    """Return how many overlaps both find, and the calendar."""
    said = Said(path, ahead)
    assert set(said.overlaps) == set(said.found(OVERLAP))
    assert {key(each.owner) for each in said.upcoming.plan.excess} == set(said.found(AT_ONCE))
    return len(said.overlaps), len(said.upcoming.plan.excess), said.upcoming


def fleet(*windows: dict[str, Any]) -> dict[str, Any]:
    """Write windows with a target and a task each; ``targets`` are what the target selects."""
    resources: dict[str, Any] = {}
    for number, properties in enumerate(windows):
        targets = properties.get("targets", [{"Key": "tag:Patch Group", "Values": ["web"]}])
        own = window("web", **{each: value for each, value in properties.items() if each != "targets"})
        own["Target"]["Properties"] |= {"WindowId": {"Ref": f"Window{number}"}, "Targets": targets}
        own["Task"]["Properties"]["WindowId"] = {"Ref": f"Window{number}"}
        own["Task"]["Properties"]["Targets"][0]["Values"] = [{"Ref": f"Target{number}"}]
        resources |= {f"{kind}{number}": resource for kind, resource in own.items()}
    return resources


def tag(key: str, *values: object) -> dict[str, Any]:
    return {"targets": [{"Key": key, "Values": list(values)}]}


def test_two_stages_without_an_environment_are_not_one_place(tmp_path: Path) -> None:
    for stage in ("assembly-dev", "assembly-prod"):
        (tmp_path / stage).mkdir()
        assembled(tmp_path / stage, {stage: NOWHERE}, **{stage: fleet({}, {})})
    stages = {
        stage: {"type": "cdk:cloud-assembly", "properties": {"directoryName": stage}}
        for stage in ("assembly-dev", "assembly-prod")
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": stages}), encoding="utf-8")
    assert both(tmp_path)[:2] == (2, 0)


def test_two_stacks_of_one_stage_without_an_environment_may_be_in_one_place(tmp_path: Path) -> None:
    said = Said(assembled(tmp_path, {"A": NOWHERE, "B": NOWHERE}, A=fleet({}), B=fleet({})))
    assert set(said.overlaps) == set(said.found(OVERLAP, Status.UNKNOWN)) == {("B", "Window0")}
    (note,) = {note.text for each in said.upcoming.executions for note in each.notes}
    assert note == (
        "web is open at the same time and can select the same nodes, "
        "if both are deployed to the same account and Region"
    )


def test_a_frozen_window_matters_to_no_other(tmp_path: Path) -> None:
    windows = fleet(*[{}] * 7)
    for number in range(1, 7):
        windows[f"Window{number}"]["Metadata"] = {"PatchingConstructs": {"Frozen": True}}
        del windows[f"Task{number}"]
    overlaps, excess, upcoming = both(written(tmp_path / "a.json", windows))
    assert (overlaps, excess) == (0, 0)
    assert len(upcoming.executions) > 7
    assert not any(each.notes for each in upcoming.executions)


def test_a_window_does_not_overlap_itself(tmp_path: Path) -> None:
    template = written(tmp_path / "a.json", fleet({"Schedule": "rate(5 minutes)"}, {"Schedule": "rate(5 minutes)"}))
    overlaps, _, upcoming = both(template, timedelta(days=2))
    assert overlaps == 1
    assert {len(each.overlaps) for each in upcoming.executions} == {1}
    assert all(each.has(NoteKind.OPEN_ALREADY) for each in upcoming.executions[2:])


def test_a_window_that_opens_again_and_again_is_one_window(tmp_path: Path) -> None:
    hourly = {"Schedule": "cron(0 * * * ? *)", "Duration": 24}
    week = timedelta(days=7)
    for windows, excess in ((5, 0), (6, 1)):
        template = written(tmp_path / "a.json", fleet(*[hourly | tag("tag:Role", str(n)) for n in range(windows)]))
        assert both(template, week)[1] == excess


def test_a_fast_window_hides_no_overlap(tmp_path: Path) -> None:
    fast = [{"Schedule": "rate(5 minutes)"} | tag("tag:Role", f"fast{number}") for number in range(40)]
    resources = fleet(*fast, {"Schedule": "cron(0 4 1 10 ? *)"}, {"Schedule": "cron(0 6 1 10 ? *)"})
    said = Said(written(tmp_path / "a.json", resources), ahead=timedelta(days=1))
    ((window_, finding),) = said.found(OVERLAP).items()
    assert (window_[1], moment(finding)) == ("Window41", datetime(2027, 10, 1, 6, tzinfo=UTC))


def test_parameters_of_the_same_name_in_two_stacks_are_two_values(tmp_path: Path) -> None:
    parameter = tag("tag:Role", {"Ref": "Role"})
    assert both(written(tmp_path / "a.json", fleet(parameter, parameter)))[0] == 1
    (tmp_path / "out").mkdir()
    here = "aws://111111111111/eu-central-1"
    two = assembled(tmp_path / "out", {"A": here, "B": here}, A=fleet(parameter), B=fleet(parameter))
    assert both(two)[0] == 0


def test_an_import_is_one_value_in_two_stacks(tmp_path: Path) -> None:
    imported, here = tag("tag:Role", {"Fn::ImportValue": "Role"}), "aws://111111111111/eu-central-1"
    assert both(assembled(tmp_path, {"A": here, "B": here}, A=fleet(imported), B=fleet(imported)))[0] == 1


def test_a_list_from_one_parameter_is_one_value(tmp_path: Path) -> None:
    listed = {"targets": [{"Key": "tag:Role", "Values": {"Ref": "Roles"}}]}
    assert both(written(tmp_path / "a.json", fleet(listed, listed)))[0] == 1


def test_any_value_of_a_tag_and_one_of_them_share_nodes(tmp_path: Path) -> None:
    assert both(written(tmp_path / "a.json", fleet(tag("tag-key", "Env"), tag("tag:Env", "dev"))))[0] == 1
    assert both(written(tmp_path / "b.json", fleet(tag("tag-key", "Env"), tag("tag:Role", "web"))))[0] == 0


def test_keys_that_are_not_known_share_nothing(tmp_path: Path) -> None:
    unknown = {"targets": [{"Key": {"Fn::Sub": "tag:${Key}"}, "Values": ["dev"]}]}
    assert both(written(tmp_path / "a.json", fleet(unknown, unknown)))[0] == 0


AGREED: dict[str, tuple[dict[str, Any], int]] = {
    "a time zone beside a rate": ({"Schedule": "rate(1 hour)", "ScheduleTimezone": "Asia/Tokyo"}, 1),
    "a time zone beside a moment": ({"Schedule": "at(2027-01-03T03:00:00)", "ScheduleTimezone": "Asia/Tokyo"}, 1),
    "no such time zone beside a rate": ({"Schedule": "rate(1 day)", "ScheduleTimezone": "Mars/Olympus"}, 0),
    "an empty time zone and empty dates": ({"ScheduleTimezone": "", "StartDate": "", "EndDate": ""}, 1),
    "an offset that is no number": ({"ScheduleOffset": "some"}, 0),
    "half an hour": ({"Duration": 2.5}, 0),
    "a cutoff that is unknown until deployment": ({"Cutoff": {"Ref": "Hours"}}, 1),
    "a cutoff that is longer than the window": ({"Cutoff": 5}, 0),
    "no cutoff": ({"Cutoff": None}, 0),
    "a start date without an offset": ({"StartDate": "2027-01-01T00:00:00"}, 0),
    "a length beyond all time": ({"Duration": 999999999}, 0),
    "a negative length": ({"Duration": -5}, 0),
}


@pytest.mark.parametrize(("properties", "overlaps"), AGREED.values(), ids=AGREED.keys())
def test_both_read_a_window_alike(tmp_path: Path, properties: dict[str, Any], overlaps: int) -> None:
    assert both(written(tmp_path / "a.json", fleet({}, properties)))[0] == overlaps


def test_both_say_where_they_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patching_constructs.planning.conflicts._STEPS", 600)
    monkeypatch.setattr("patching_constructs.planning.executions._STEPS", 600)
    monkeypatch.setattr("patching_constructs.planning.executions._STEPS_PER_EXECUTION", 0)
    daily = [{"Schedule": f"cron(0 {hour} * * ? *)", "Duration": 1, "Cutoff": 0} for hour in range(6)]
    said = Said(written(tmp_path / "a.json", fleet(*daily)))
    beyond = [each for each in said.findings if "beyond" in each.problem]
    assert {(each.logical_id, each.status) for each in beyond} == {("Window0", Status.UNKNOWN)}
    # Six windows have a hundred steps each.
    assert sorted(each.reason for each in beyond) == [
        "The windows run so often that concurrency is not computed beyond 2027-03-01",
        "The windows run so often that overlaps are not computed beyond 2027-03-01",
    ]
    assert said.upcoming.computed_until == datetime(2027, 2, 28, tzinfo=UTC)
