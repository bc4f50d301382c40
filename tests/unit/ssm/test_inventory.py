"""The keys and attributes of the files of a resource data sync."""

import pytest

from patching_constructs.ssm.inventory import ATTRIBUTES, NON_COMPLIANT_COUNTS, AttributeKind, InventoryType, SyncedFile

_PLACE = "accountid=111122223333/region=eu-central-1/resourcetype=ManagedInstanceInventory"


@pytest.mark.parametrize("prefix", ["", "inventory/", "a/b/"])
@pytest.mark.parametrize("kind", InventoryType)
def test_a_key_has_type_account_region_and_node(prefix: str, kind: InventoryType) -> None:
    key = f"{prefix}{kind}/{_PLACE}/i-0123456789abcdef0.json"
    assert SyncedFile.from_key(key) == SyncedFile(kind, "111122223333", "eu-central-1", "i-0123456789abcdef0")


@pytest.mark.parametrize(
    "key",
    [
        "AWS:InstanceInformation/accountid=111122223333/test.json",
        f"AWS:Application/{_PLACE}/i-0123456789abcdef0.json",
        f"AWS:PatchSummary/{_PLACE}/i-0123456789abcdef0.json.gz",
        f"AWS:PatchSummary/{_PLACE}/",
        "results/0123.csv",
    ],
)
def test_other_files_have_no_key_of_a_sync(key: str) -> None:
    assert SyncedFile.from_key(key) is None


def test_every_type_has_attributes() -> None:
    assert set(ATTRIBUTES) == set(InventoryType)


def test_what_makes_a_node_non_compliant_is_counted_in_its_summary() -> None:
    counts = {name for name, kind in ATTRIBUTES[InventoryType.PATCH_SUMMARY].items() if kind is AttributeKind.COUNT}
    assert set(NON_COMPLIANT_COUNTS) <= counts
