"""Which nodes a target selects: the entries of ``Targets``, each a key with values.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Target.html
"""

from collections.abc import Iterable

from patching_constructs.planning.coverage import Selection, selection_of
from patching_constructs.ssm.target_keys import INSTANCE_IDS, PATCH_GROUP_KEYS
from patching_constructs.template.value import Value


def selection(entries: Iterable[Value]) -> Selection:
    """Return the nodes that the entries of a target select.

    Raises:
        UnknownError: a key is unknown until deployment.
    """
    return selection_of(
        (entry["Key"].text() or "", [value.identity for value in entry["Values"].each()]) for entry in entries
    )


def is_by_id(entry: Value) -> bool:
    """Return whether an entry selects nodes by their ids.

    Raises:
        UnknownError: the key is unknown until deployment.
    """
    return entry["Key"].text() == INSTANCE_IDS


def patch_groups(entries: Iterable[Value]) -> list[Value]:
    """Return the patch groups that the entries select by name.

    Raises:
        UnknownError: a key is unknown until deployment.
    """
    return [value for each in entries if each["Key"].text() in PATCH_GROUP_KEYS for value in each["Values"].items()]
