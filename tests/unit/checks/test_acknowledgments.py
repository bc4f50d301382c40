"""The command line heeds what an app acknowledges, as far as its ``cdk.out`` contains it."""

import json
from pathlib import Path
from typing import Any, Final

import aws_cdk as cdk
import pytest
from constructs import Construct
from typer.testing import CliRunner

from patching_constructs import PatchingChecks
from patching_constructs.cli.app import app as command_line
from tests.unit.checks.test_nag import METADATA, NOW, acknowledge, app, construct_at, window

__all__ = ["app"]
UNTOLD: Final = METADATA["reported by neither the template nor the assembly"]


def left_by_check(app: cdk.App) -> list[str | None]:
    """Return the logical ids of the late windows that the command line reports in the ``cdk.out`` of an app."""
    app.synth()
    checked = CliRunner().invoke(command_line, ["check", app.outdir, "--no-config", "--format", "json"])
    findings = json.loads(checked.stdout)["findings"]
    return [each["logicalId"] for each in findings if each["rule"] == "Patching-CutoffBelowDuration"]


@pytest.mark.parametrize("context", METADATA.values(), ids=METADATA)
@pytest.mark.parametrize("rule", ["Patching-CutoffBelowDuration", "Patching::Patching-CutoffBelowDuration"])
@pytest.mark.parametrize(
    ("place", "left"),
    [
        ("Prod/Fleet", []),
        ("Prod/Fleet/Web", ["Own", "Nested"]),
        ("Prod/Fleet/Inner", ["Web", "Own"]),
        ("Prod/Other", ["Web", "Own", "Nested"]),
    ],
)
def test_the_command_line_reads_acknowledgments_of_a_cdk_out(
    tmp_path: Path, context: dict[str, bool], rule: str, place: str, left: list[str]
) -> None:
    app = cdk.App(outdir=str(tmp_path / "cdk.out"), context=context)
    stage = cdk.Stage(app, "Prod")
    stack = cdk.Stack(stage, "Fleet")
    cdk.Stack(stage, "Other")
    window(Construct(stack, "Web"), cutoff=4).override_logical_id("Web")
    window(stack, cutoff=4).override_logical_id("Own")
    window(cdk.NestedStack(stack, "Inner"), cutoff=4).override_logical_id("Nested")
    acknowledge(construct_at(app, place), rule)
    # Without the path of a construct, what is acknowledged on its stack applies.
    if context == UNTOLD and place == "Prod/Fleet/Web":
        left = ["Web", "Own", "Nested"]
    assert left_by_check(app) == left


@pytest.mark.parametrize(("written", "left"), [(False, ["Window"]), (True, [])])
def test_what_is_acknowledged_above_the_stacks_can_be_written_into_the_templates(
    app: cdk.App, left: list[str], *, written: bool
) -> None:
    window(cdk.Stack(app, "Fleet"), cutoff=4)
    acknowledge(app, "Patching-CutoffBelowDuration")
    cdk.Validations.of(app).add_plugins(PatchingChecks(app, now=NOW, write_suppressions_to_cloud_formation=written))
    assert left_by_check(app) == left


@pytest.mark.parametrize("place", ["", "Prod"])
def test_what_is_acknowledged_above_the_stacks_is_read_from_the_validation_report(app: cdk.App, place: str) -> None:
    stack = cdk.Stack(cdk.Stage(app, "Prod"), "Fleet")
    window(stack, cutoff=4)
    window(cdk.NestedStack(stack, "Inner"), cutoff=4)
    acknowledge(construct_at(app, place), "Patching::Patching-CutoffBelowDuration")
    cdk.Validations.of(app).add_plugins(PatchingChecks(app, now=NOW))
    assert left_by_check(app) == []
    (Path(app.outdir) / "validation-report.json").unlink()
    assert left_by_check(app) == ["Window", "Window"]


def suppressed(**changes: Any) -> dict[str, Any]:
    """Write a validation report of an acknowledged finding."""
    resource = {"templatePath": "Fleet.template.json", "logicalId": "Window"}
    constructs = [{"cloudFormationResource": resource}]
    violation = {"acknowledgedId": "Patching::Patching-CutoffBelowDuration", "violatingConstructs": constructs}
    return {"pluginReports": [{"suppressedViolations": [violation | changes]}]}


@pytest.mark.parametrize(
    ("report", "left"),
    [
        (suppressed(), []),
        (suppressed(acknowledgedId="Patching::Patching-WindowWithoutTask"), ["Window"]),
        (suppressed(acknowledgedId="AwsSolutions::Patching-CutoffBelowDuration"), ["Window"]),
        (suppressed(acknowledgedId=None), ["Window"]),
        (suppressed(violatingConstructs=[{"cloudFormationResource": "text"}, "text"]), ["Window"]),
        (suppressed(violatingConstructs=None), ["Window"]),
        ({"pluginReports": ["text"]}, ["Window"]),
        ([], ["Window"]),
    ],
)
def test_a_validation_report_is_read_whatever_it_has(app: cdk.App, report: Any, left: list[str]) -> None:
    window(cdk.Stack(app, "Fleet"), cutoff=4)
    app.synth()
    (Path(app.outdir) / "validation-report.json").write_text(json.dumps(report), encoding="utf-8")
    assert left_by_check(app) == left
