"""Read the nodes of a resource data sync."""

from collections.abc import Iterator
from functools import partial

from patching_constructs._errors import PatchingError
from patching_constructs.cli.aws_errors import AwsError
from patching_constructs.cli.live.reading import Job, Reading
from patching_constructs.cli.report.synced_files import SyncedFiles
from patching_constructs.cli.report.synced_node import Item, items_of, synced_node
from patching_constructs.reporting.nodes import Node, Place
from patching_constructs.ssm.inventory import InventoryType, SyncedFile

_Key = tuple[Place, str]
_Files = dict[InventoryType, str]


def read_synced_nodes(files: SyncedFiles, reading: Reading) -> tuple[Node, ...]:
    """Return the nodes of a sync. What cannot be read is noted, and the node is left out.

    Args:
        files: the files of the sync.
        reading: what reads many files at the same time.

    Raises:
        AwsError: the files cannot be listed.
        PatchingError: there are none.
    """
    by_node: dict[_Key, _Files] = {}
    for key in files.keys():  # noqa: SIM118 - no mapping
        found = SyncedFile.from_key(key)
        if found is not None:
            place = Place(account=found.account, region=found.region)
            by_node.setdefault((place, found.node_id), {})[found.inventory_type] = key
    if not by_node:
        raise PatchingError(
            f"{files.name} has no files of a resource data sync",
            "specify the bucket with its prefix, or a folder to which its objects were copied",
            what="SOURCE",
        )
    jobs = [
        Job(read=partial(_read, files, node, place, own), what="nodes", place=place)
        for (place, node), own in sorted(by_node.items(), key=lambda each: (str(each[0][0]), each[0][1]))
    ]
    read = reading.each("Reading nodes", jobs)
    return tuple(node for each in read if each for node in each)


def _read(files: SyncedFiles, node_id: str, place: Place, own: _Files) -> list[Node]:
    """Return a node, or none for one that was terminated."""
    items: dict[InventoryType, list[Item]] = {}
    for kind, key in own.items():
        try:
            items[kind] = items_of(files.read(key))
        except (OSError, ValueError) as error:
            raise AwsError(f"{key}: {error}") from error
    try:
        return list(_none_or(synced_node(node_id, place, items)))
    except ValueError as error:
        raise AwsError(f"{', '.join(own.values())}: {error}") from error


def _none_or(node: Node | None) -> Iterator[Node]:
    if node is not None:
        yield node
