"""The view of the nodes and the model of the command line agree on what is compliant."""

import inspect
from datetime import UTC, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from patching_constructs import PatchComplianceReport
from patching_constructs.reporting.nodes import Node, NodeStatus, Place
from patching_constructs.reporting.patches import PatchState
from patching_constructs.reporting.report import EVIDENCE_LIMIT
from tests.unit.compliance_report.athena import Athena
from tests.unit.compliance_report.conftest import NOW
from tests.unit.compliance_report.synced import SyncedFolder, patch, summary

LIMIT = timedelta(days=3)
PLACE = Place(account="111122223333", region="eu-central-1")
COUNTS = {"missing": "MissingCount", "failed": "FailedCount"}
COUNTS |= {"rejected": "InstalledRejectedCount", "pending_reboot": "InstalledPendingRebootCount"}
STATUSES = {
    "COMPLIANT": NodeStatus.COMPLIANT,
    "NON_COMPLIANT": NodeStatus.NON_COMPLIANT,
    "NO_EVIDENCE": NodeStatus.NO_EVIDENCE,
}

states = st.builds(
    PatchState,
    operation=st.just("Scan"),
    ended=st.integers(0, 2 * LIMIT // timedelta(seconds=1)).map(lambda seconds: NOW - timedelta(seconds=seconds))
    | st.sampled_from([NOW - LIMIT, NOW - LIMIT - timedelta(seconds=1)]),
    is_reported_non_compliant=st.booleans(),
    **{name: st.sampled_from([0, 0, 0, 1, 12]) for name in COUNTS},
)


def write(folder: SyncedFolder, node: Node) -> None:
    state = node.state
    if state is None:
        folder.node(node.id)
        return
    counts: dict[str, Any] = {key: str(getattr(state, name)) for name, key in COUNTS.items()}
    scanned = summary(OperationEndTime=f"{state.ended.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", **counts)
    update = patch("KB1", "AvailableSecurityUpdate") if state.is_reported_non_compliant else patch("KB1", "Installed")
    folder.node(node.id, scanned=scanned, items=[update])


@settings(max_examples=15)
@given(given_states=st.lists(states | st.none(), min_size=1, max_size=30))
def test_the_view_and_the_model_agree(template: Any, given_states: list[PatchState | None]) -> None:
    nodes = [Node(id=f"i-{number}", place=PLACE, state=state) for number, state in enumerate(given_states)]
    with TemporaryDirectory() as path:
        for node in nodes:
            write(SyncedFolder(Path(path)), node)
        rows = Athena(template, Path(path), NOW).select("SELECT node_id, compliance FROM nodes")
    viewed = {row["node_id"]: STATUSES[row["compliance"]] for row in rows}
    assert viewed == {node.id: node.status(NOW, LIMIT) for node in nodes}


def test_the_default_limits_agree() -> None:
    default = inspect.signature(PatchComplianceReport.__init__).parameters["evidence_limit"].default
    assert default == EVIDENCE_LIMIT
