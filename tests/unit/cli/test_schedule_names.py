"""How a person names a schedule: by its window, its logical id, its construct id or its construct path."""

import json
from pathlib import Path

import aws_cdk as cdk
import pytest
from constructs import Construct

from patching_constructs import PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression
from patching_constructs.cli.schedule_names import find_schedule
from patching_constructs.template import WINDOW, MaintenanceWindow, read_windows
from tests.refusals import refused
from tests.unit.cli.run_command.fakes import ran


def make_schedule(scope: Construct, name: str, window_name: str | None = None) -> PatchSchedule:
    return PatchSchedule(
        scope,
        name,
        schedule=ScheduleExpression.daily(hour=4),
        targets=[PatchTarget.patch_group("web")],
        operation=PatchOperation.SCAN,
        window_name=window_name,
    )


def make_fleet(app: cdk.App) -> None:
    """Make schedules in stacks, a stage, a nested stack and a construct, two of them with the same id."""
    patching = cdk.Stack(app, "Patching")
    make_schedule(patching, "Nightly")
    make_schedule(patching, "Monthly", window_name="monthly-scan")
    make_schedule(cdk.NestedStack(patching, "Inner"), "Nested")
    make_schedule(Construct(cdk.Stack(app, "Databases"), "Cluster"), "Monthly")
    make_schedule(cdk.Stack(cdk.Stage(app, "Prod"), "Patching"), "Nightly")
    cdk.CfnResource(patching, "ByHand", type=WINDOW, properties={"Name": "by-hand", "Duration": 4, "Cutoff": 1})


# The CDK's command line asks for paths in the template, `python app.py` alone does not.
CONTEXTS = {"the command line": {"aws:cdk:enable-path-metadata": True}, "python app.py": {}}


@pytest.fixture(scope="module", params=list(CONTEXTS.values()), ids=list(CONTEXTS))
def fleet(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("fleet") / "cdk.out"
    app = cdk.App(outdir=str(directory), context=request.param, analytics_reporting=False)
    make_fleet(app)
    app.synth()
    return directory


NAMES = {
    "a window's name": ("monthly-scan", "Patching/Monthly"),
    "a construct id": ("Cluster/Monthly", "Databases/Cluster/Monthly"),
    "a construct id that is the only one": ("Nested", "Patching/Inner/Nested"),
    "a path": ("Patching/Monthly", "Patching/Monthly"),
    "a path that another stage's ends with": ("Patching/Nightly", "Patching/Nightly"),
    "a path through a stage": ("Prod/Patching/Nightly", "Prod/Patching/Nightly"),
    "a path as the template has it": ("Patching/Monthly/Resource", "Patching/Monthly"),
    "the end of a path": ("Inner/Nested", "Patching/Inner/Nested"),
    "a window without a construct": ("ByHand", "Patching/ByHand"),
}


@pytest.mark.parametrize(("name", "path"), NAMES.values(), ids=NAMES.keys())
def test_a_schedule_is_found_by(fleet: Path, name: str, path: str) -> None:
    assert find_schedule(read_windows(fleet), name).schedule_path == path


def test_a_schedule_is_found_by_its_logical_id(fleet: Path) -> None:
    windows = read_windows(fleet)
    (nested,) = [each for each in windows if each.schedule_path == "Patching/Inner/Nested"]
    assert find_schedule(windows, nested.logical_id) == nested
    assert find_schedule(windows, f"{nested.stack}/{nested.logical_id}") == nested


def test_now_accepts_a_construct_id(fleet: Path) -> None:
    done = ran("--from-template", str(fleet), "--schedule", "Nested", "--dry-run")
    assert done.code == 0


def test_a_name_of_several_schedules_is_refused_with_their_paths_and_stacks(fleet: Path) -> None:
    windows = {each.schedule_path: each for each in read_windows(fleet)}
    scan, database = windows["Patching/Monthly"], windows["Databases/Cluster/Monthly"]
    assert refused(lambda: find_schedule(list(windows.values()), "Monthly")) == (
        "--schedule must name one schedule, got 'Monthly', which matches 2 schedules; specify one of "
        f"Patching/Monthly (window monthly-scan, logical id {scan.logical_id}, stack Patching), "
        f"Databases/Cluster/Monthly (window {database.label}, logical id {database.logical_id}, stack Databases)"
    )


# --- Names that no schedule has -----------------------------------------------------------------------


def written(file: Path, *names: str) -> list[MaintenanceWindow]:
    content = {name: {"Type": WINDOW, "Properties": {"Name": name.lower()}} for name in names}
    file.write_text(json.dumps({"Resources": content}), encoding="utf-8")
    return read_windows(file)


LISTED = "Patching/Weekly (window weekly, stack Patching), Patching/Daily (window daily, stack Patching)"
REFUSALS = {
    "a slip": ("Wekly", f"got 'Wekly'; did you mean 'Weekly'? The template has {LISTED}"),
    "a slip in a path": (
        "Patching/Dayly",
        f"got 'Patching/Dayly'; did you mean 'Patching/Daily'? The template has {LISTED}",
    ),
    "nothing near": ("x" * 10, f"got 'xxxxxxxxxx'; the template has {LISTED}"),
    "none": (None, f"got none; the template has {LISTED}"),
    "an empty one": ("", f"got none; the template has {LISTED}"),
    "an end of a path that is no name": ("/Resource", f"got '/Resource'; the template has {LISTED}"),
}


@pytest.mark.parametrize(("name", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_another_name_is_refused_with_all_that_there_are(tmp_path: Path, name: str | None, message: str) -> None:
    windows = written(tmp_path / "Patching.template.json", "Weekly", "Daily")
    expected = f"--schedule must name a schedule in the template, {message}"
    assert refused(lambda: find_schedule(windows, name)) == expected


def test_of_many_schedules_the_first_ten_are_listed(tmp_path: Path) -> None:
    windows = written(tmp_path / "Patching.template.json", *(f"Window{number:02}" for number in range(12)))
    message = refused(lambda: find_schedule(windows, "none of them"))
    assert message.count("(window window") == 10
    assert message.endswith("Patching/Window09 (window window09, stack Patching) and 2 more")


def test_the_option_s_own_name_is_used(tmp_path: Path) -> None:
    windows = written(tmp_path / "Patching.template.json")
    assert refused(lambda: find_schedule(windows, "weekly", option="SCHEDULE")) == (
        "SCHEDULE must name a schedule in the template, got 'weekly'; the template has no schedules"
    )
