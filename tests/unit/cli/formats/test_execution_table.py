"""The table of many executions takes few steps for each of them."""

from pathlib import Path

from typer.testing import CliRunner

from patching_constructs.cli.app import app
from tests.steps import counted
from tests.unit.cli.results.templates import template


def test_an_execution_takes_few_steps(tmp_path: Path) -> None:
    file = template(tmp_path, nightly={"Name": "nightly"})

    def steps(end: str) -> int:
        arguments = ["calendar", str(file), "--from", "2027-01-01", "--until", end]
        with counted() as found:
            assert CliRunner().invoke(app, arguments).exit_code == 0
        return found.count

    # What is loaded once is not counted twice.
    steps("2027-01-02")
    assert (steps("2027-11-27") - steps("2027-01-31")) / 300 < 1_500
