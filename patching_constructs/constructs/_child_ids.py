"""The ids of the constructs of a window, and the ids that its tasks cannot have.

The ids are a public contract: a changed id replaces a live resource.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache
from itertools import chain
from typing import Final

from patching_constructs._errors import refusal
from patching_constructs.properties.task_actions import TaskType
from patching_constructs.ssm import limits
from patching_constructs.ssm.runbooks import RUNBOOK_PERMISSIONS

WINDOW: Final = "Resource"
AFTER_FREEZE: Final = "AfterFreeze"
"""What the id of a window that continues after a freeze begins with."""
# The CDK takes a child with this id for the one that the construct stands for, as it takes the window.
_DEFAULT_CHILD: Final = "Default"
RUNNERS: Final = {
    TaskType.RUN_COMMAND: "TaskRole",
    TaskType.AUTOMATION: "AutomationRole",
    TaskType.LAMBDA: "LambdaRole",
    TaskType.STEP_FUNCTIONS: "StepFunctionsRole",
}
"""The roles that run the tasks, by the type of the tasks."""


class OfTask(StrEnum):
    """What a task can have for itself, after its prefix."""

    PUBLISHER = "NotificationRole"
    GIVEN_ROLE = "GivenTaskRole"
    POLICY = "PassRolePolicy"

    def id_of(self, prefix: str) -> str:
        """Return the id for the task with a prefix."""
        return f"{prefix}{self}"


class OfGate(StrEnum):
    """What a gate consists of."""

    DOCUMENT = "GateDocument"
    ROLE = "GateRole"


def target_id(prefix: str, place: int) -> str:
    """Return the id of the target at a position in the list, which starts with 1."""
    return f"{prefix}Target" if place == 1 else f"{prefix}Target{place}"


def runbook_role_id(runbook: str) -> str:
    """Return the id of the role that a runbook runs with."""
    return f"{runbook}-Role"


def check_ids(tasks: Sequence[tuple[str, str]], fix: str) -> None:
    """Check the ids of all tasks of a window.

    Args:
        tasks: the id of each task, and the prefix of the ids of its roles and policies.
        fix: how to set another id.

    Raises:
        PatchingError: two tasks, or a task and another construct that the window can have, have the same id.
    """
    ids = [id_ for id_, _ in tasks]
    reserved = _of_window().union(*(_of_task(id_, prefix) for id_, prefix in tasks))
    for place, id_ in enumerate(ids):
        if id_ in ids[:place]:
            raise refusal("id", "of a task must be unique in the window", repr(id_), fix)
        if id_ in reserved or id_.startswith(AFTER_FREEZE):
            raise refusal("id", "of a task must not be that of another construct of the window", repr(id_), fix)


@cache
def _of_window() -> frozenset[str]:
    roles = (runbook_role_id(runbook) for runbook in RUNBOOK_PERMISSIONS)
    return frozenset(chain((WINDOW, _DEFAULT_CHILD), _targets(""), RUNNERS.values(), OfGate, roles))


def _of_task(id_: str, prefix: str) -> Iterator[str]:
    return chain(_targets(id_), (each.id_of(prefix) for each in OfTask))


def _targets(prefix: str) -> Iterator[str]:
    return (target_id(prefix, place) for place in range(1, limits.TASK_TARGETS + 1))
