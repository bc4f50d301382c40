"""The report, the function of a monitoring and a resource data sync call the same nodes non-compliant."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from patching_constructs.cli.live.patches import patch_state
from patching_constructs.cli.report.synced_node import synced_node
from patching_constructs.evidence.compliance import is_non_compliant
from patching_constructs.reporting.nodes import Place
from patching_constructs.ssm.inventory import InventoryType
from tests.unit.cli.report.fleet import BASELINE, state
from tests.unit.cli.report.synced import ACCOUNT, REGION, item, summary

COUNTS = ("MissingCount", "FailedCount", "InstalledRejectedCount", "InstalledPendingRebootCount")
counts = st.dictionaries(st.sampled_from(COUNTS), st.integers(0, 2))


@given(counts, st.integers(0, 2), st.booleans())
def test_the_same_patch_states_are_non_compliant(
    found: dict[str, int],
    available: int,
    is_required: bool,  # noqa: FBT001
) -> None:
    answer = state(1, **found, AvailableSecurityUpdateCount=available)
    reported = replace(patch_state(answer), are_available_updates_required=is_required)
    by_function = is_non_compliant(answer, {BASELINE} if is_required else ())
    assert by_function == (not reported.is_compliant)

    status = "NON_COMPLIANT" if is_required else "COMPLIANT"
    items = {
        InventoryType.PATCH_SUMMARY: [summary(**{name: str(count) for name, count in found.items()})],
        InventoryType.COMPLIANCE_ITEM: [item("KB1", "AvailableSecurityUpdate", status)] * available,
    }
    node = synced_node("i-1", Place(account=ACCOUNT, region=REGION), items)
    assert node is not None
    assert node.state is not None
    assert by_function == (not node.state.is_compliant)
