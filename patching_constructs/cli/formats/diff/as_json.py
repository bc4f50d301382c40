"""What differs as JSON, for programs; see docs/reference/diff.schema.json."""

from collections.abc import Iterable
from typing import Any

from patching_constructs.cli.fact_labels import label_of
from patching_constructs.cli.fact_words import fact_in_words
from patching_constructs.cli.formats.diff.diff_report import DiffReport
from patching_constructs.cli.formats.diff.words import KINDS, notes_of
from patching_constructs.cli.formats.json_text import json_text
from patching_constructs.cli.formats.settings import content_json
from patching_constructs.cli.formats.unread import unread_json
from patching_constructs.description.comparison import FactChange, ResourceChange, SubjectChange
from patching_constructs.description.facts import Fact
from patching_constructs.description.next_executions import NextExecutions
from patching_constructs.template.resource_names import name_or_id
from patching_constructs.template.unread import UnreadTemplate


def render(report: DiffReport) -> str:
    """Write every change in one JSON object, most important first."""
    return json_text(
        {
            "changes": [_change(each) for each in report.comparison.changes],
            "unread": [*_unread("old", report.unread_old), *_unread("new", report.unread_new)],
        }
    )


def _unread(side: str, unread: Iterable[UnreadTemplate]) -> list[dict[str, Any]]:
    return [{"side": side} | unread_json(each) for each in unread]


def _change(change: SubjectChange) -> dict[str, Any]:
    resource = change.resource
    before, after = change.executions or (None, None)
    return {
        "kind": KINDS[resource.type],
        "status": change.status.value,
        "stack": resource.stack,
        "logicalId": resource.logical_id,
        "constructPath": resource.construct_path,
        "name": name_or_id(resource),
        "effects": [effect.value for effect in change.effects],
        "executionsBefore": _executions(before),
        "executionsAfter": _executions(after),
        "resources": [_resource(each) for each in change.resources],
    }


def _executions(executions: NextExecutions | None) -> dict[str, Any] | None:
    if executions is None:
        return None
    starts = [{"start": each.isoformat(), "timeZone": str(each.tzinfo)} for each in executions.starts]
    return {
        "starts": starts,
        "unknownReasons": list(executions.reasons),
        "assumptions": list(executions.assumptions),
    }


def _resource(change: ResourceChange) -> dict[str, Any]:
    resource = change.resource
    return {
        "type": resource.type,
        "logicalId": resource.logical_id,
        "previousLogicalId": change.before.resource.logical_id if change.before and change.is_renamed else None,
        "constructPath": resource.construct_path,
        "status": change.status.value,
        "settings": [_setting(each) for each in change.facts],
        "notes": list(notes_of(change)),
    }


def _setting(change: FactChange) -> dict[str, Any]:
    return {
        "property": change.either.name,
        "label": label_of(change.either),
        "before": _side(change.before),
        "after": _side(change.after),
        "replacement": change.replacement.value,
    }


def _side(fact: Fact | None) -> dict[str, Any] | None:
    return None if fact is None else {"value": content_json(fact.content), "description": fact_in_words(fact)}
