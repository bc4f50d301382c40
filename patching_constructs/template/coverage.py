"""Which nodes are patched, by which baseline, and when: the nodes of templates with the commands that reach them.

Nodes with the same tags are one row. A target or a patch group without nodes in the templates is also a row, because
the nodes can be created elsewhere.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from patching_constructs.planning.coverage import Selection
from patching_constructs.planning.executions import NoteKind
from patching_constructs.planning.node_tags import NodeTags
from patching_constructs.properties.command import PatchOperation
from patching_constructs.schedule.occurrence import Occurrence
from patching_constructs.ssm.target_keys import PATCH_GROUP_KEYS, TAG
from patching_constructs.template.baselines import Baseline
from patching_constructs.template.commands import Command
from patching_constructs.template.coverage_gaps import GapKind
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.frozen_schedules import first_windows
from patching_constructs.template.maintenance_windows import MaintenanceWindow, WindowTask
from patching_constructs.template.node_groups import PATCH_GROUP_TAGS, NodeGroup
from patching_constructs.template.node_reach import Selector
from patching_constructs.template.patch_targets import FrozenTarget, PatchTargets, Unresolved, possible_operations
from patching_constructs.template.resource import Resource
from patching_constructs.template.resource_names import name_of, name_or_id
from patching_constructs.template.sources import Template, by_place
from patching_constructs.template.task_runs import runbook_commands
from patching_constructs.template.upcoming import upcoming_executions
from patching_constructs.template.upcoming_runs import upcoming_runs
from patching_constructs.template.value import UnknownError, Value

_ASSUMED: Final = NoteKind.START_ASSUMED
_MISSING: Final = {PatchOperation.INSTALL: GapKind.NO_INSTALL, PatchOperation.SCAN: GapKind.NO_SCAN}
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
    operations: frozenset[PatchOperation]
    """Scan or Install, or both where it is unknown until deployment. Empty where the operation is invalid."""
    next_execution: Occurrence | None
    """The next time when it runs, None where it is unknown or there is none."""
    assumptions: tuple[str, ...] = ()
    """What is assumed of that time, such as from when on a rate counts."""

    @property
    def started_by(self) -> Resource:
        """What starts it: the window, or the resource that runs the command."""
        return self.window or self.command.runner

    @property
    def name(self) -> Value:
        """The name of what starts it."""
        return name_of(self.started_by)

    @property
    def label(self) -> str:
        """The name; the logical id if there is none, or if it is unknown until deployment."""
        return f"{name_or_id(self.started_by)}{self.started_by.template.source.in_region}"

    @property
    def operation(self) -> PatchOperation | None:
        """The operation, None where it is unknown until deployment or invalid."""
        return next(iter(self.operations)) if len(self.operations) == 1 else None


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
    frozen: tuple[MaintenanceWindow, ...]
    """The frozen windows that select the nodes."""
    uncertain: frozenset[PatchOperation]
    """The operations of which the templates do not show if another command runs them on the nodes."""
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


@dataclass(frozen=True, slots=True)
class Coverage:
    """The nodes of templates, and what patches nodes that the templates do not show."""

    rows: tuple[NodeCoverage, ...]
    unresolved: tuple[Unresolved, ...]


def coverage(templates: Sequence[Template], *, after: datetime) -> Coverage:
    """Return the nodes that the templates create or select, with the commands that patch them.

    Args:
        templates: the templates, as `patching_constructs.template.reading.read_templates` returns them.
        after: an aware datetime; no execution that begins before it is listed.
    """
    deployments = [Deployment(together) for together in by_place(templates)]
    windows = [window for deployment in deployments for window in first_windows(deployment.windows)]
    upcoming = upcoming_executions(windows, after=after, count=1)
    executions = {
        id(each.owner): _Next(each.occurrence, tuple(note.text for note in each.notes if note.kind is _ASSUMED))
        for each in upcoming.executions
    }
    found = [_Rows(each, executions | _executions_of_runs(each, after)) for each in deployments]
    rows = tuple(row for each in found for row in each.read())
    unresolved = [each for one in found for each in one.targets.unresolved]
    # A scan and an install of one policy have the same resource.
    by_reason = {(each.resource.template.source, each.resource.logical_id, each.reason): each for each in unresolved}
    return Coverage(rows, tuple(by_reason.values()))


def _executions_of_runs(deployment: Deployment, after: datetime) -> dict[int, _Next]:
    """Return the next execution of every command that a schedule outside of windows runs, by its identity."""
    found: dict[int, _Next] = {}
    for execution in upcoming_runs(deployment.scheduled_runs, after=after, count=1).executions:
        for command in execution.run.commands:
            found.setdefault(id(command), _Next(execution.occurrence, execution.notes))
    return found


@dataclass(slots=True)
class _Selected:
    """Nodes that a target selects and that the templates do not create."""

    choice: Selection
    patch_group: str | None
    stacks: list[str] = field(default_factory=list)
    choices: list[Selection] = field(default_factory=list)
    """The selections that these nodes are a part of."""


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
        self.targets = PatchTargets(deployment)
        self._selectors = self.targets.selectors
        self._executions = executions
        self._runs: dict[int, PatchRun] = {}
        # The windows of a schedule with freezes start the same runbook.
        self._windows: dict[int, list[MaintenanceWindow]] = {}
        for window in deployment.windows:
            for command in runbook_commands(window):
                self._windows.setdefault(id(command), []).append(window)
        self._named: set[str | None] = set()
        self._registered: dict[str | None, list[Baseline]] = {}
        for (_, name), (baseline, _) in deployment.registered_groups.items():
            self._registered.setdefault(name, []).append(baseline)
        # The patch groups of the nodes that a selection reaches.
        self._reached: dict[int, set[str | None]] = {}

    def read(self) -> Iterator[NodeCoverage]:
        for nodes in self._alike():
            yield self._of_nodes(nodes)
        for selected in self._selected().values():
            yield self._of_selection(selected)
        for name in self._registered:
            if name is not None and name not in self._named:
                choice = {f"{TAG}{PATCH_GROUP_TAGS[0]}": frozenset([name])}
                yield self._of_selection(_Selected(choice, name, [each.stack for each in self._registered[name]]))

    def _alike(self) -> Iterable[_Nodes]:
        found: dict[Hashable, _Nodes] = {}
        for group in self._deployment.node_groups:
            node = self._selectors.relevant(group.node_tags)
            name = next((_shown(tag.value.identity) for tag in group.patch_tags), None)
            nodes = found.setdefault((node.identity, name), _Nodes(node, name))
            nodes.groups.append(group)
        return found.values()

    def _of_nodes(self, nodes: _Nodes) -> NodeCoverage:
        choices = list(self._selectors.reaching(nodes.node))
        for choice in choices:
            self._reached.setdefault(id(choice), set()).add(nodes.patch_group)
        tags = {tag.name: tag.value.identity for tag in nodes.groups[0].patch_tags} | dict(nodes.node.tags)
        filters = tuple((f"{TAG}{key}", (_shown(value),)) for key, value in tags.items())
        stacks = [group.resource.stack for group in nodes.groups]
        may_run = partial(self.targets.may_reach, nodes.node)
        return self._row(filters, nodes.patch_group, nodes.groups, choices, stacks=stacks, may_run=may_run)

    def _selected(self) -> dict[Hashable, _Selected]:
        """Return the nodes that targets select and that the templates do not create, by patch group."""
        found: dict[Hashable, _Selected] = {}
        for choice, selecting in self._selectors.selections():
            reached = self._reached.get(id(choice), set())
            key = next((key for key in choice if key in PATCH_GROUP_KEYS), None)
            values: list[Hashable] = sorted(choice[key], key=_shown) if key else [None]
            for value in values:
                name = None if value is None else _shown(value)
                if name not in reached and (name is not None or not reached):
                    selected = choice if key is None else {**choice, key: frozenset([value])}
                    nodes = found.setdefault(frozenset(selected.items()), _Selected(selected, name))
                    nodes.stacks += [each.holder.stack for each in selecting]
                    nodes.choices.append(choice)
        return found

    def _of_selection(self, selected: _Selected) -> NodeCoverage:
        filters = {key: tuple(sorted(map(_shown, values))) for key, values in selected.choice.items()}
        reaching = [*selected.choices, *self._selectors.reaching_all(selected.choice)]
        choices = list({id(choice): choice for choice in reaching}.values())
        may_run = partial(self.targets.may_reach_some, selected.choice)
        return self._row(
            tuple(filters.items()), selected.patch_group, [], choices, stacks=selected.stacks, may_run=may_run
        )

    def _row(
        self,
        filters: tuple[Filter, ...],
        patch_group: str | None,
        groups: Sequence[NodeGroup],
        choices: Iterable[Selection],
        *,
        stacks: Iterable[str],
        may_run: Callable[[PatchOperation], bool],
    ) -> NodeCoverage:
        self._named.add(patch_group)
        selecting = [each for choice in choices for each in self._selectors.items(choice)]
        commands = {id(each.command): each.command for each in selecting if isinstance(each, Selector)}
        frozen = {id(each.window): each.window for each in selecting if isinstance(each, FrozenTarget)}
        runs = tuple(map(self._run, commands.values()))
        known = frozenset[PatchOperation]().union(*(run.operations for run in runs))
        uncertain = frozenset(each for each in PatchOperation if each not in known and may_run(each))
        own = [] if patch_group is None else self._registered.get(patch_group, [])
        default = self._registered.get(None, [])
        gaps = list(_gaps_of_runs(runs, uncertain, is_frozen=bool(frozen)))
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
            frozen=tuple(frozen.values()),
            uncertain=uncertain,
            gaps=tuple(gaps),
        )

    def _run(self, command: Command) -> PatchRun:
        if id(command) not in self._runs:
            runner = command.runner
            window = self._window_of(runner) if isinstance(runner, WindowTask) else self._first_to_start(command)
            following = self._executions.get(id(command) if window is None else id(window))
            self._runs[id(command)] = PatchRun(
                command=command,
                window=window,
                operations=possible_operations(command),
                next_execution=following.occurrence if following else None,
                assumptions=following.assumptions if following else (),
            )
        return self._runs[id(command)]

    def _first_to_start(self, command: Command) -> MaintenanceWindow | None:
        """Return the window that starts the runbook of a command next; None if none does."""
        windows = self._windows.get(id(command), [])
        opens = [each for each in windows if id(each) in self._executions]
        return min(
            opens, key=lambda each: self._executions[id(each)].occurrence.start, default=next(iter(windows), None)
        )

    def _window_of(self, task: WindowTask) -> MaintenanceWindow | None:
        with suppress(UnknownError):
            return self._deployment.window_of(task)
        return None


def _gaps_of_runs(
    runs: Sequence[PatchRun], uncertain: frozenset[PatchOperation], *, is_frozen: bool
) -> Iterator[GapKind]:
    certain = {run.operation for run in runs}
    missing = [each for each in PatchOperation if each not in certain]
    is_invalid = any(not run.operations for run in runs)
    is_undecided = bool(missing) and any(len(run.operations) > 1 for run in runs)
    if is_invalid:
        yield GapKind.INVALID_OPERATION
    if is_undecided:
        yield GapKind.UNKNOWN_OPERATION
    if runs and not is_invalid and not is_undecided:
        yield from (_MISSING[each] for each in missing if each not in uncertain)
    if is_frozen:
        yield GapKind.FROZEN
    if uncertain:
        yield GapKind.UNKNOWN
    elif not runs and not is_frozen:
        yield GapKind.NOT_SELECTED
    if runs and all(run.window is not None and run.next_execution is None for run in runs):
        yield GapKind.NO_EXECUTION


def _shown(value: Hashable) -> str:
    return value if isinstance(value, str) else "unknown until deployment"
