"""What becomes of the resources of templates, which every format of `adopt` shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from patching_constructs.adoption.plan import StackPlan
from patching_constructs.adoption.scope import stack_id
from patching_constructs.cli.adopted_source import AdoptedSource


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionReport:
    """What is adopted, what is different then, and what stays as it is."""

    source: AdoptedSource
    stacks: Sequence[StackPlan]
    directory: Path | None
    """Where the app was written to; None if it was not."""

    @property
    def is_adopted(self) -> bool:
        """Whether something is adopted."""
        return any(stack.adopted for stack in self.stacks)


def reason_for_id(stack: StackPlan) -> str | None:
    """Return why the id of a stack in the app is not its name; None if it is its name."""
    if stack.id == stack.name:
        return None
    if stack_id(stack.name) == stack.name:
        return "the app has another stack with this name"
    return "the name of a stack has letters, digits and hyphens, and begins with a letter"
