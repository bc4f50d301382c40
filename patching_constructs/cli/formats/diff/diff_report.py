"""What `diff` writes, in whatever format."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from patching_constructs.description.comparison import ChangeStatus, Comparison
from patching_constructs.template.unread import UnreadTemplate


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffReport:
    """What differs between two cloud assemblies or templates."""

    old: str
    """The old side, as it was typed."""
    new: str
    comparison: Comparison
    unread_old: Sequence[UnreadTemplate] = ()
    """The templates of the old side that were not read, so that what differs in them is missing."""
    unread_new: Sequence[UnreadTemplate] = ()
    to_file: bool = False
    """Whether it is written to a file, and not to a terminal or a pipe."""

    @property
    def summary(self) -> str:
        """How many schedules, baselines and documents differ: ``2 changed, 1 removed``."""
        counts = Counter(each.status for each in self.comparison.changes)
        named = [f"{counts[status]} {status}" for status in ChangeStatus if counts[status]]
        return ", ".join(named) or "no differences"
