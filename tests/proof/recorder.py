"""The plugin of pytest that records what marked tests show: ``--proof FILE``."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import pytest

from tests.proof.evidence import Evidence
from tests.proof.features import FEATURES
from tests.proof.record import Outcome, Record, Seen, seen, write

_TOOLS: Final = ("aws-cdk-lib", "botocore", "cdk-nag", "cfn-lint", "constructs")
Saw = Callable[..., None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--proof", type=Path, help="write the outcomes of the tests with the mark `proves` to this file")
    parser.addoption("--marks", type=Path, help="write the marks `proves` of all tests to this file")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "proves(feature, evidence): what the test shows, for docs/reference/evidence.md")
    path = config.getoption("--proof")
    if path is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(path, config))


def marks_of(item: pytest.Item) -> Iterator[tuple[str, str]]:
    """Return the feature and the kind of evidence of each mark of a test."""
    for mark in item.iter_markers("proves"):
        feature, evidence = mark.args
        if feature not in FEATURES:
            raise pytest.UsageError(f"{item.nodeid}: {feature!r} is not in tests/proof/features.py")
        yield feature, str(Evidence(evidence))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let the reports of tests have their marks, because the process that writes the record has only the reports."""
    for item in items:
        item.user_properties += [("proves", pair) for pair in dict.fromkeys(marks_of(item))]
    path = config.getoption("--marks")
    if path is not None:
        marks = {(_test(item.nodeid), *pair) for item in items for pair in marks_of(item)}
        path.write_text(json.dumps(sorted(marks)), encoding="utf-8")


def _test(nodeid: str) -> str:
    """Return the ID of a test without that of its case."""
    return nodeid.partition("[")[0]


@pytest.fixture
def saw(request: pytest.FixtureRequest) -> Saw:
    """Record what an emulator returned of a resource: ``saw(type, equal=[...], dropped=[...], fallback=False)``."""

    def record(
        kind: str, *, equal: list[str] | None = None, dropped: list[str] | None = None, fallback: bool = False
    ) -> None:
        given = {"type": kind, "equal": equal or [], "dropped": dropped or [], "fallback": int(fallback)}
        request.node.user_properties.append(("saw", given))

    return record


class Recorder:
    """Collects the reports of a session, and writes the record at its end."""

    def __init__(self, path: Path, config: pytest.Config) -> None:
        self.path, self.config = path, config
        self.outcomes: dict[tuple[str, str, str], Outcome] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.outcome == "passed":
            return
        properties: list[tuple[str, Any]] = list(report.user_properties)
        saw_all = [seen(**given) for name, given in properties if name == "saw"]
        for name, given in properties:
            if name == "proves":
                feature, evidence = given
                self._add(report, feature, evidence, saw_all)

    def _add(self, report: pytest.TestReport, feature: str, evidence: str, saw_all: list[Seen]) -> None:
        test = _test(report.nodeid)
        outcome = self.outcomes.setdefault((test, feature, evidence), Outcome(test, feature, evidence))
        setattr(outcome, report.outcome, getattr(outcome, report.outcome) + 1)
        if evidence == Evidence.EMULATOR:
            for each in saw_all:
                if rendered := each.of(FEATURES[feature]):
                    outcome.seen.setdefault(each.type, Seen(each.type)).add(rendered)

    def pytest_sessionfinish(self) -> None:
        command = "make integ" if self._is_deployed() else "make proof"
        today = datetime.now(tz=UTC).date().isoformat()
        tools = dict(_versions()) | (_emulator() if self._is_deployed() else {})
        write(self.path, Record(command, today, tools, list(self.outcomes.values())))

    def _is_deployed(self) -> bool:
        return any(each.evidence == Evidence.EMULATOR for each in self.outcomes.values())


def _versions() -> Iterator[tuple[str, Any]]:
    for tool in _TOOLS:
        try:
            yield tool, version(tool)
        except PackageNotFoundError:
            continue


def _emulator() -> dict[str, str]:
    """Return the version of the emulator, which has an environment of its own."""
    lock = Path(__file__).parents[1] / "integ" / "emulator" / "requirements.lock"
    return dict(re.findall(r"^(localstack-core)(?:\[\w+\])?==([\w.]+)", lock.read_text(encoding="utf-8"), re.MULTILINE))
