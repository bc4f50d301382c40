"""What a rule receives in addition to the resource: the deployment, at a point in time."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from patching_constructs.checks.installs import InstallPlan
from patching_constructs.checks.node_spelling import NodeSpelling
from patching_constructs.checks.patch_group_names import NamedValue, PatchGroupNames
from patching_constructs.checks.plan import WindowPlan
from patching_constructs.checks.reach import Reach
from patching_constructs.checks.window_steps import StepsOfWindows
from patching_constructs.ssm.reboot import Reboot
from patching_constructs.template.commands import Command
from patching_constructs.template.deployment import NOTHING_UNCHANGED, Deployment, Unchanged
from patching_constructs.template.node_reach import TargetHolder
from patching_constructs.template.reboots import Reboots, reboots_of
from patching_constructs.template.sources import Template
from patching_constructs.template.unknown import NOTHING_ASSUMED, Assumed
from patching_constructs.template.value import UnknownError


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
    def has_patching(self) -> bool:
        """Whether the templates certainly run a patch document."""
        return any(map(_is_patching, self.commands))

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
        """The nodes that are rebooted, also by a document of which only the name suggests that."""
        return Reach(self, lambda command: self._rebooting.of(command) is not Reboot.NONE)

    @cached_property
    def steps(self) -> StepsOfWindows:
        """The tasks of each window that patch or reboot nodes."""
        return StepsOfWindows(self, self._rebooting)

    @cached_property
    def _rebooting(self) -> Reboots:
        return reboots_of(self)

    # --- Nodes ----------------------------------------------------------------------------------------

    @cached_property
    def node_spelling(self) -> NodeSpelling:
        """The tags that patching commands select nodes by."""
        return NodeSpelling(self.node_reach)

    @cached_property
    def patch_group_names(self) -> PatchGroupNames:
        """The patch groups that targets and nodes name, and those of the baselines."""
        return PatchGroupNames(self.node_reach, self.baselines, [name for _, name in self.registered_groups])

    @property
    def patch_group_values(self) -> list[NamedValue]:
        """The values in targets and in tags of nodes that may name a patch group."""
        return self.patch_group_names.values

    @property
    def target_holders(self) -> list[TargetHolder]:
        """The parts of the templates that select nodes for commands."""
        return self.node_reach.holders


def _is_patching(command: Command) -> bool:
    try:
        return command.is_patching
    except UnknownError:
        return False
