"""What becomes of the resources of templates as JSON, for programs; see docs/reference/adopt.schema.json."""

from typing import Any

from patching_constructs.adoption.adopted import Adopted, Kept, Note
from patching_constructs.adoption.plan import StackPlan
from patching_constructs.cli.formats.adoption.adoption_report import AdoptionReport, reason_for_id
from patching_constructs.cli.formats.json_text import json_text


def render(report: AdoptionReport) -> str:
    """Write what becomes of each stack in one JSON object."""
    source = report.source
    return json_text(
        {
            "directory": None if report.directory is None else str(report.directory),
            "stacks": [_stack(each) for each in report.stacks],
            "unsupported": [_note(each) for each in source.notes],
            "ofStacks": [{"id": id_, "stack": name} for id_, name in source.of_stacks.items()],
        }
    )


def _stack(stack: StackPlan) -> dict[str, Any]:
    return {
        "stack": stack.name,
        "id": stack.id if stack.adopted else None,
        "idReason": reason_for_id(stack) if stack.adopted else None,
        "adopted": [_adopted(each) for each in stack.adopted],
        "differences": [_note(each) for each in stack.notes],
        "kept": [_kept(each) for each in stack.kept],
        "otherResources": stack.other_resources,
    }


def _adopted(adopted: Adopted) -> dict[str, Any]:
    return {"construct": adopted.kind, "id": adopted.id, "logicalIds": list(adopted.handles)}


def _note(note: Note) -> dict[str, Any]:
    return {"logicalId": note.logical_id, "message": note.text}


def _kept(kept: Kept) -> dict[str, Any]:
    return {"logicalId": kept.logical_id, "resourceType": kept.type, "reason": kept.reason}
