"""The ids of the rules, as options, templates and configurations name them."""

from typing import Final

from patching_constructs._errors import PatchingError, refusal
from patching_constructs._validation import nearest
from patching_constructs.checks.rule import Rule
from patching_constructs.checks.rules import RULES
from patching_constructs.template.value import shown

RULES_BY_ID: Final = {rule.id: rule for rule in RULES}


def check_rule_id(what: str, rule_id: object) -> Rule:
    """Return the rule of an id.

    Args:
        what: the option or the key that has the id.
        rule_id: the id, such as Patching-WindowWithoutTask.

    Raises:
        PatchingError: no rule has the id; the message names the most similar one.
    """
    rule = RULES_BY_ID.get(rule_id) if isinstance(rule_id, str) else None
    if rule is None:
        raise unknown_rule(what, rule_id)
    return rule


def unknown_rule(what: str, rule_id: object) -> PatchingError:
    """Return the error about the id of no rule, with the most similar id."""
    similar = nearest(rule_id, RULES_BY_ID) if isinstance(rule_id, str) else None
    fix = f"did you mean {similar}?" if similar else "list the rules with patching-constructs check --list-rules"
    return refusal(what, "must be the id of a rule", shown(rule_id), fix)
