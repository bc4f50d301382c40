"""What a rule is handed beside the resource that it looks at: the deployment, at a moment."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from patching_constructs.checks.plan import WindowPlan
from patching_constructs.checks.reach import Reach
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.sources import Template


class Context(Deployment):
    """A deployment at a moment, with what several rules compare its windows and commands by."""

    def __init__(self, templates: Sequence[Template], *, now: datetime) -> None:
        """Take the templates of one account and Region, and the moment to look from."""
        super().__init__(templates)
        self.now = now

    @cached_property
    def plan(self) -> WindowPlan:
        """Which of its windows overlap, and when too many are open."""
        return WindowPlan(self.windows, self.now)

    @cached_property
    def scans(self) -> Reach:
        """The nodes that are scanned."""
        return Reach(self, lambda command: command.scans)

    @cached_property
    def reboots(self) -> Reach:
        """The nodes that something reboots: an install, or a document that says so by its name."""
        return Reach(self, lambda command: command.reboots)
