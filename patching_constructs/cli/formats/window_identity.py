"""Which window an entry of a JSON document is about."""

from patching_constructs.cli.formats.targets import value_json
from patching_constructs.template import MaintenanceWindow


def identity_json(window: MaintenanceWindow) -> dict[str, str | None]:
    """Write the stack, the ids and the name of a window."""
    return {
        "stack": window.stack,
        "logicalId": window.logical_id,
        "constructPath": window.schedule_path,
        "windowName": value_json(window.name),
    }
