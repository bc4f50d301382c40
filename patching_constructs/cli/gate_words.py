"""The conditions of a gate in words, for every command and format."""

from collections.abc import Iterator, Mapping

from patching_constructs.cli.fact_words import content_in_words, fact_in_words
from patching_constructs.description.facts import GATE, Fact
from patching_constructs.ssm.gate_input import GateInput
from patching_constructs.template.value import Referent, Value


def gate_in_words(facts: Mapping[str, Fact], window_names: Mapping[Referent, str]) -> Iterator[str]:
    """Describe what must hold, so that a schedule with a gate patches, and for how long it does.

    Args:
        facts: the facts of the runbook of the gate.
        window_names: what to call the windows of its account and Region.
    """
    known = {name: facts[f"{GATE}.{name}"] for name in GateInput if f"{GATE}.{name}" in facts}
    words = {name: fact_in_words(fact) for name, fact in known.items()}
    if GateInput.CALENDARS in words:
        yield f"change calendars that must be open: {words[GateInput.CALENDARS]}"
    if GateInput.WINDOWS_BEFORE in words:
        before = names_of(known[GateInput.WINDOWS_BEFORE].value, window_names)
        yield (
            f"the last execution of {' or '.join(before)} must have succeeded: "
            f"ended at least {words[GateInput.BAKE_TIME]} ago, began at most {words[GateInput.MAX_AGE]} ago, "
            f"failed nodes: at most {words[GateInput.MAX_FAILED]}, "
            f"pending reboots: at most {words[GateInput.MAX_PENDING_REBOOTS]}"
        )
    yield (
        f"patching must begin within {words[GateInput.START_WITHIN]} of the start of the window, "
        f"and is canceled after {words[GateInput.LONGEST_RUN]}"
    )


def names_of(windows: Value, window_names: Mapping[Referent, str]) -> list[str]:
    """Return what to call windows: their names, or where they come from."""
    return [_name_of(each, window_names) for each in windows.each()]


def _name_of(window: Value, window_names: Mapping[Referent, str]) -> str:
    known = None if window.referent is None else window_names.get(window.referent)
    return known or content_in_words(window.written() if not window.is_unknown else window.function)
