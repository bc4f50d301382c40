"""Which nodes are patched, by which baseline, and when: the nodes of templates with the commands that reach them.

Nodes with the same tags are one row. A target or a patch group without nodes in the templates is also a row, because
the nodes can be created elsewhere.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from patching_constructs.planning.coverage import Selection
from patching_constructs.planning.executions import NoteKind
from patching_constructs.planning.node_tags import NodeTags
from patching_constructs.properties.command import PatchOperation
from patching_constructs.schedule.occurrence import Occurrence
from patching_constructs.ssm.target_keys import PATCH_GROUP_KEYS, TAG
from patching_constructs.template.baselines import Baseline
from patching_constructs.template.commands import Command
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.maintenance_windows import MaintenanceWindow, WindowTask
from patching_constructs.template.node_groups import PATCH_GROUP_TAGS, NodeGroup
from patching_constructs.template.node_reach import Selector
from patching_constructs.template.sources import Template, by_place
from patching_constructs.template.upcoming import upcoming_executions
from patching_constructs.template.upcoming_runs import upcoming_runs
from patching_constructs.template.value import UnknownError


class GapKind(StrEnum):
    """A reason why nodes are not patched, or not as intended."""

    NOT_SELECTED = "notSelected"
    """No command of the templates selects the nodes."""
    NO_INSTALL = "noInstall"
    """No command of the templates installs patches."""
    NO_SCAN = "noScan"
    """No command of the templates scans."""
    NO_EXECUTION = "noExecution"
    """None of the commands has an upcoming execution."""
    NO_PATCH_GROUP = "noPatchGroup"
    """The nodes have no patch group."""
    NO_BASELINE = "noBaseline"
    """No baseline of the templates applies to the patch group."""
    UNKNOWN = "unknown"
    """It is unknown until deployment if a command selects the nodes, or what it does."""


GAPS: Mapping[GapKind, str] = {
    GapKind.NOT_SELECTED: "no window or association selects these nodes",
    GapKind.NO_INSTALL: "nothing installs patches",
    GapKind.NO_SCAN: "nothing scans between installs",
    GapKind.NO_EXECUTION: "no upcoming execution is known",
    GapKind.NO_PATCH_GROUP: "no patch group, so the default baseline applies",
    GapKind.NO_BASELINE: "no baseline in the templates, so the default baseline applies unless another stack has one",
    GapKind.UNKNOWN: "unknown until deployment if another command selects these nodes",
}


_ASSUMED: Final = NoteKind.START_ASSUMED
Filter = tuple[str, tuple[str, ...]]
"""A key of targets with values, of which any matches."""


@dataclass(frozen=True, slots=True)
class _Next:
    """The next execution of a window or of a schedule, and what is assumed of it."""

    occurrence: Occurrence
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchRun:
    """A command that patches nodes, and when it runs next."""

    command: Command
    window: MaintenanceWindow | None
    """The window that it runs in, None for a command outside of the windows of the templates."""
    operation: str | None
    """Scan or Install, None where it is unknown until deployment."""
    next_execution: Occurrence | None
    """The next time when it runs, None where it is unknown or there is none."""
    assumptions: tuple[str, ...] = ()
    """What is assumed of that time, such as from when on a rate counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeCoverage:
    """Nodes with the same tags, and the commands that patch them."""

    filters: tuple[Filter, ...]
    """The tags that distinguish them from other nodes, or that a target selects them by: keys with values."""
    patch_group: str | None
    stacks: tuple[str, ...]
    groups: tuple[NodeGroup, ...]
    """The resources of the templates that create them. Empty for nodes that are created elsewhere."""
    own_baselines: tuple[Baseline, ...]
    """The baselines that are registered for the patch group, one for each operating system."""
    default_baselines: tuple[Baseline, ...]
    """The default baselines of the templates, which apply where the patch group has none."""
    runs: tuple[PatchRun, ...]
    gaps: tuple[GapKind, ...]

    @property
    def baselines(self) -> tuple[Baseline, ...]:
        """The baselines that apply: those of the patch group, or otherwise the default ones."""
        return self.own_baselines or self.default_baselines

    def runs_of(self, operation: PatchOperation) -> list[PatchRun]:
        """Return the commands with an operation."""
        return [run for run in self.runs if run.operation == operation]

    @property
    def next_execution(self) -> Occurrence | None:
        """The earliest of the next executions."""
        found = [run.next_execution for run in self.runs if run.next_execution is not None]
        return min(found, key=lambda each: each.start, default=None)


def coverage(templates: Sequence[Template], *, after: datetime) -> list[NodeCoverage]:
    """Return the nodes that the templates create or select, with the commands that patch them.

    Args:
        templates: the templates, as `patching_constructs.template.reading.read_templates` returns them.
        after: an aware datetime; no execution that begins before it is listed.
    """
    deployments = [Deployment(together) for together in by_place(templates)]
    windows = [window for deployment in deployments for window in deployment.windows]
    upcoming = upcoming_executions(windows, after=after, count=1)
    executions = {
        id(each.owner): _Next(each.occurrence, tuple(note.text for note in each.notes if note.kind is _ASSUMED))
        for each in upcoming.executions
    }
    return [row for each in deployments for row in _Rows(each, executions | _executions_of_runs(each, after)).read()]


def _executions_of_runs(deployment: Deployment, after: datetime) -> dict[int, _Next]:
    """Return the next execution of every command that a schedule outside of windows runs, by its identity."""
    found: dict[int, _Next] = {}
    for execution in upcoming_runs(deployment.scheduled_runs, after=after, count=1).executions:
        for command in execution.run.commands:
            found.setdefault(id(command), _Next(execution.occurrence, execution.notes))
    return found


@dataclass(slots=True)
class _Nodes:
    """Nodes with the same tags."""

    node: NodeTags
    patch_group: str | None
    groups: list[NodeGroup] = field(default_factory=list)


class _Rows:
    """The rows of a deployment."""

    def __init__(self, deployment: Deployment, executions: Mapping[int, _Next]) -> None:
        self._deployment = deployment
        self._reach = deployment.node_reach
        self._executions = executions
        self._runs: dict[int, PatchRun] = {}
        self._named: set[str | None] = set()
        self._registered: dict[str | None, list[Baseline]] = {}
        for (_, name), (baseline, _) in deployment.registered_groups.items():
            self._registered.setdefault(name, []).append(baseline)
        # The patch groups of the nodes that a selection reaches.
        self._reached: dict[int, set[str | None]] = {}

    def read(self) -> Iterator[NodeCoverage]:
        for nodes in self._alike():
            yield self._of_nodes(nodes)
        for choice, selectors in self._reach.selectors.selections():
            yield from self._of_selection(choice, selectors)
        for name in self._registered:
            if name is not None and name not in self._named:
                filters = ((f"{TAG}{PATCH_GROUP_TAGS[0]}", (name,)),)
                yield self._row(filters, name, [], [], stacks=[each.stack for each in self._registered[name]])

    def _alike(self) -> Iterable[_Nodes]:
        found: dict[Hashable, _Nodes] = {}
        for group in self._deployment.node_groups:
            node = self._reach.relevant(group.node_tags)
            name = next((_shown(tag.value.identity) for tag in group.patch_tags), None)
            nodes = found.setdefault((node.identity, name), _Nodes(node, name))
            nodes.groups.append(group)
        return found.values()

    def _of_nodes(self, nodes: _Nodes) -> NodeCoverage:
        choices = list(self._reach.selectors.reaching(nodes.node))
        for choice in choices:
            self._reached.setdefault(id(choice), set()).add(nodes.patch_group)
        is_uncertain = not choices and self._reach.may_reach(nodes.node)
        selectors = [each for choice in choices for each in self._reach.selectors.items(choice)]
        tags = {tag.name: tag.value.identity for tag in nodes.groups[0].patch_tags} | dict(nodes.node.tags)
        filters = tuple((f"{TAG}{key}", (_shown(value),)) for key, value in tags.items())
        stacks = [group.resource.stack for group in nodes.groups]
        return self._row(filters, nodes.patch_group, nodes.groups, selectors, stacks=stacks, is_uncertain=is_uncertain)

    def _of_selection(self, choice: Selection, selectors: Sequence[Selector]) -> Iterator[NodeCoverage]:
        """Return the nodes that a target selects and that the templates do not create, by patch group."""
        reached = self._reached.get(id(choice), set())
        key = next((key for key in choice if key in PATCH_GROUP_KEYS), None)
        names = sorted(map(_shown, choice[key])) if key else [None]
        for name in names:
            if name not in reached and (name is not None or not reached):
                filters = {other: tuple(sorted(map(_shown, values))) for other, values in choice.items()}
                filters |= {key: (name,)} if key and name is not None else {}
                stacks = [each.holder.stack for each in selectors]
                yield self._row(tuple(filters.items()), name, [], selectors, stacks=stacks)

    def _row(
        self,
        filters: tuple[Filter, ...],
        patch_group: str | None,
        groups: Sequence[NodeGroup],
        selectors: Iterable[Selector],
        *,
        stacks: Iterable[str],
        is_uncertain: bool = False,
    ) -> NodeCoverage:
        self._named.add(patch_group)
        runs = tuple(self._run(command) for command in {id(each.command): each.command for each in selectors}.values())
        own = [] if patch_group is None else self._registered.get(patch_group, [])
        default = self._registered.get(None, [])
        gaps = list(_gaps_of_runs(runs, is_uncertain=is_uncertain))
        if patch_group is None and any(group.node_tags.is_complete for group in groups):
            gaps.append(GapKind.NO_PATCH_GROUP)
        elif patch_group is not None and not own and not default:
            gaps.append(GapKind.NO_BASELINE)
        return NodeCoverage(
            filters=filters,
            patch_group=patch_group,
            stacks=tuple(dict.fromkeys(stacks)),
            groups=tuple(groups),
            own_baselines=tuple(own),
            default_baselines=tuple(default),
            runs=runs,
            gaps=tuple(gaps),
        )

    def _run(self, command: Command) -> PatchRun:
        if id(command) not in self._runs:
            runner = command.runner
            window = self._window_of(runner) if isinstance(runner, WindowTask) else None
            following = self._executions.get(id(command) if window is None else id(window))
            self._runs[id(command)] = PatchRun(
                command=command,
                window=window,
                operation=_operation(command),
                next_execution=following.occurrence if following else None,
                assumptions=following.assumptions if following else (),
            )
        return self._runs[id(command)]

    def _window_of(self, task: WindowTask) -> MaintenanceWindow | None:
        with suppress(UnknownError):
            return self._deployment.window_of(task)
        return None


def _gaps_of_runs(runs: Sequence[PatchRun], *, is_uncertain: bool) -> Iterator[GapKind]:
    operations = {run.operation for run in runs}
    if is_uncertain or None in operations:
        yield GapKind.UNKNOWN
        return
    if not runs:
        yield GapKind.NOT_SELECTED
        return
    if PatchOperation.INSTALL not in operations:
        yield GapKind.NO_INSTALL
    if PatchOperation.SCAN not in operations:
        yield GapKind.NO_SCAN
    if all(run.window is not None and run.next_execution is None for run in runs):
        yield GapKind.NO_EXECUTION


def _operation(command: Command) -> str | None:
    try:
        return "Install" if command.installs else "Scan" if command.scans else None
    except UnknownError:
        return None


def _shown(value: Hashable) -> str:
    return value if isinstance(value, str) else "unknown until deployment"
