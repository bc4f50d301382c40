"""What a construct takes over from a template, and what stays there."""

from collections.abc import Sequence
from dataclasses import dataclass

from patching_constructs.adoption.code import Statement


@dataclass(frozen=True, slots=True)
class Note:
    """What is different, in words."""

    logical_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Dependency:
    """An explicit dependency of a resource on another one."""

    handle: str
    """The L1 construct of the resource."""
    on: str
    """The logical id of the other one."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """A construct with the resources that it synthesizes to."""

    kind: str
    """The class of the construct."""
    id: str
    statements: Sequence[Statement]
    handles: dict[str, str]
    """The L1 construct of each resource by its logical id."""
    notes: Sequence[Note] = ()
    dependencies: Sequence[Dependency] = ()

    @property
    def logical_id(self) -> str:
        """The logical id of the window or the baseline, which is the first one."""
        return next(iter(self.handles))


@dataclass(frozen=True, slots=True)
class Kept:
    """A resource that stays in the template as it is."""

    logical_id: str
    type: str
    reason: str
