"""What a rule receives in addition to the resource: the deployment, at a point in time."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from patching_constructs.checks.installs import InstallPlan
from patching_constructs.checks.plan import WindowPlan
from patching_constructs.checks.reach import Reach
from patching_constructs.template.deployment import NOTHING_UNCHANGED, Deployment, Unchanged
from patching_constructs.template.sources import Template
from patching_constructs.template.unknown import NOTHING_ASSUMED, Assumed


class Context(Deployment):
    """A deployment at a point in time, with data about its windows and commands that several rules need."""

    def __init__(
        self,
        templates: Sequence[Template],
        *,
        now: datetime,
        assumed: Assumed = NOTHING_ASSUMED,
        unchanged: Unchanged = NOTHING_UNCHANGED,
    ) -> None:
        """Take the templates of one account and Region, and the current time; see `Deployment`."""
        super().__init__(templates, assumed, unchanged)
        self.now = now

    def assuming(self, assumed: Assumed) -> "Context":
        """Return the same deployment with the values of some parameters and conditions."""
        return Context(self.templates, now=self.now, assumed=assumed, unchanged=self.unchanged_by(assumed))

    @cached_property
    def plan(self) -> WindowPlan:
        """The overlaps of its windows, and when too many are open."""
        return WindowPlan(self.windows, self.now)

    @cached_property
    def installs(self) -> InstallPlan:
        """What installs outside of its windows while something else installs on the same nodes."""
        return InstallPlan(self, self.now)

    @cached_property
    def scans(self) -> Reach:
        """The nodes that are scanned."""
        return Reach(self, lambda command: command.scans)

    @cached_property
    def reboots(self) -> Reach:
        """The nodes that are rebooted, by an install or by a document with a name that suggests a reboot."""
        return Reach(self, lambda command: command.reboots)
