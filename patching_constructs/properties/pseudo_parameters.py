"""Placeholders that a maintenance window replaces when a task runs.

https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-window-tasks-pseudo-parameters.html
"""

import re
from collections.abc import Container, Iterable, Iterator
from enum import StrEnum
from typing import Final

from patching_constructs._errors import refusal

NamedText = tuple[str, str]
"""A text, after what messages call the property that contains it."""

_PLACEHOLDER: Final = re.compile(r"\{\{\s*([A-Z_]+)\s*\}\}")


class PseudoParameter(StrEnum):
    """A placeholder in the parameters of a task, which the maintenance window replaces with the value of the run.

    In a longer text, use it in an f-string: ``f"window {PseudoParameter.WINDOW_ID}"``.
    """

    WINDOW_ID = "{{WINDOW_ID}}"
    """The id of the window."""
    WINDOW_TASK_ID = "{{WINDOW_TASK_ID}}"
    """The id of the task."""
    WINDOW_EXECUTION_ID = "{{WINDOW_EXECUTION_ID}}"
    """The id of the execution of the window."""
    TASK_EXECUTION_ID = "{{TASK_EXECUTION_ID}}"
    """The id of the execution of the task."""
    INVOCATION_ID = "{{INVOCATION_ID}}"
    """The id of the invocation."""
    WINDOW_TARGET_ID = "{{WINDOW_TARGET_ID}}"
    """The id of the window target. Only in a task with targets."""
    TARGET_TYPE = "{{TARGET_TYPE}}"
    """Whether the target selects nodes or is a resource group. Only in a task with targets."""
    TARGET_ID = "{{TARGET_ID}}"
    """The id of a node, or the ARN of a resource in a resource group. Only in a task with targets, and not in a Run
    Command task."""
    RESOURCE_ID = "{{RESOURCE_ID}}"
    """The id of a node, or of a resource in a resource group. Only in a task with targets, and not in a Run Command
    task."""


OF_A_RESOURCE: Final = frozenset({PseudoParameter.TARGET_ID, PseudoParameter.RESOURCE_ID})
"""Those that Systems Manager does not replace in a Run Command task."""
OF_A_RUN: Final = frozenset({PseudoParameter.WINDOW_EXECUTION_ID, PseudoParameter.TASK_EXECUTION_ID})
"""Those that are different in every execution of the window, but not for every target."""
OF_A_TARGET: Final = OF_A_RESOURCE | {PseudoParameter.WINDOW_TARGET_ID, PseudoParameter.TARGET_TYPE}
"""Those that have no value in a task without targets."""


def pseudo_parameters(texts: Iterable[str]) -> list[PseudoParameter]:
    """Return the placeholders in the texts, in the order in which they occur."""
    known = set(PseudoParameter)
    names = (name for text in texts if "{{" in text for name in _PLACEHOLDER.findall(text))
    return [PseudoParameter(written) for name in names if (written := f"{{{{{name}}}}}") in known]


def without_pseudo_parameters(text: str) -> str:
    """Return the text between the placeholders."""
    known = set(PseudoParameter)
    return _PLACEHOLDER.sub(lambda found: "" if f"{{{{{found[1]}}}}}" in known else found[0], text)


def check_in_a_command(texts: Iterable[NamedText]) -> None:
    """Check the placeholders in the parameters of a Run Command task.

    Raises:
        PatchingError: Systems Manager would not replace one of them.
    """
    for what, found in _found(texts, OF_A_RESOURCE):
        rule = f"must not contain {found.value}, which is not supported in a Run Command task"
        raise refusal(what, rule, repr(found.value), "a command runs on the node itself, so leave it out")


def check_without_targets(texts: Iterable[NamedText]) -> None:
    """Check the placeholders in what a task without targets passes.

    Raises:
        PatchingError: one of them stands for a target.
    """
    for what, found in _found(texts, OF_A_TARGET):
        rule = f"must not contain {found.value} in a task without targets"
        raise refusal(what, rule, repr(found.value), "set targets, or leave it out")


def _found(texts: Iterable[NamedText], searched: Container[str]) -> Iterator[tuple[str, PseudoParameter]]:
    return ((what, each) for what, text in texts for each in pseudo_parameters([text]) if each in searched)
