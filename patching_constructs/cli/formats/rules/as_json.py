"""The rules as JSON, for programs; see docs/reference/rules.schema.json."""

from patching_constructs.cli.formats.json_text import json_text
from patching_constructs.cli.formats.rules.rule_list import RuleList


def render(listed: RuleList) -> str:
    """Write the rules as one JSON object."""
    rules = [
        {
            "id": rule.id,
            "severity": rule.severity,
            "title": rule.title,
            "fix": rule.fix,
            "documentationUrl": rule.page,
        }
        for rule in listed.rules
    ]
    return json_text({"rules": rules})
