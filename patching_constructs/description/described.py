"""What templates describe: schedules with their targets and tasks, baselines, documents, and StackSets of these."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Final

from patching_constructs.checks.acknowledgments import Acknowledgments
from patching_constructs.checks.engine import check_templates
from patching_constructs.checks.finding import Status
from patching_constructs.checks.rules import RULES
from patching_constructs.checks.selection import Excluder, Exclusion, select
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.template_ignores import TemplateIgnores
from patching_constructs.description.facts import Fact, facts_of
from patching_constructs.description.monitoring import monitoring_facts
from patching_constructs.description.stack_sets import deployers_of, stack_sets_of
from patching_constructs.template.baselines import Baseline
from patching_constructs.template.commands import Command
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.frozen_schedules import first_windows
from patching_constructs.template.gates import gate_of
from patching_constructs.template.maintenance_windows import MaintenanceWindow, WindowTask
from patching_constructs.template.monitoring import NOTHING_MONITORED, Monitoring, WindowMonitoring
from patching_constructs.template.reboots import Reboots, reboots_of
from patching_constructs.template.resource import Resource
from patching_constructs.template.runbooks import SsmDocument
from patching_constructs.template.scheduled_runs import ScheduledRun
from patching_constructs.template.sources import Template, by_place
from patching_constructs.template.stack_sets import StackSet
from patching_constructs.template.task_runs import commands_in
from patching_constructs.template.unread import UnreadTemplate, unread_of
from patching_constructs.template.value import Referent

NO_REBOOTS: Final = Reboots((), lambda _: None)
_ERRORS: Final = tuple(rule for rule in RULES if rule.severity is Severity.ERROR)


@dataclass(frozen=True, eq=False)
class Description:
    """What one resource does."""

    resource: Resource
    problems: Sequence[str] = ()
    """The errors that the linter reports."""
    of_others: Sequence[Fact] = ()
    """The facts about it that other resources decide, such as the alarms about a window."""

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """Everything that differs from the defaults, by the names of the properties."""
        return facts_of(self.resource) | {fact.name: fact for fact in self.of_others}


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A schedule with all that belongs to it, a baseline, a document, or a StackSet."""

    main: Description
    parts: Sequence[Description] = ()
    """The targets and tasks of a window, tasks in the order in which they run, each with the runbook of its gate."""
    commands: Sequence[Command] = ()
    """The documents that it runs."""
    runs: Sequence[ScheduledRun] = ()
    """What it schedules outside of maintenance windows."""
    rebooting: Reboots = NO_REBOOTS
    """Which of the documents reboot nodes."""
    window_names: Mapping[Referent, str] = field(default_factory=dict)
    """What to call the windows of its account and Region."""
    monitoring: WindowMonitoring = NOTHING_MONITORED
    """What monitors it, if it is a window."""

    @property
    def resource(self) -> Resource:
        """The resource that it is named after."""
        return self.main.resource


class Described:
    """Everything that some templates describe."""

    def __init__(self, templates: Sequence[Template], *, now: datetime) -> None:
        """Take the templates, and the current time, for the linter."""
        self._templates = templates
        self._now = now
        self._order = {template.scope: position for position, template in enumerate(templates)}
        self._deployments = [Deployment(together) for together in by_place(templates)]

    @property
    def unread(self) -> list[UnreadTemplate]:
        """The templates that were not read."""
        return unread_of(self._templates)

    @cached_property
    def subjects(self) -> list[Subject]:
        """The subjects in the order of the templates: windows, other schedules, baselines, documents, StackSets."""
        found = [subject for deployment in self._deployments for subject in self._subjects_of(deployment)]
        found += map(self._of_stack_set, stack_sets_of(self._deployments, self._deployers_of(found)))
        return sorted(found, key=lambda each: self._order[each.resource.template.scope])

    @cached_property
    def windows(self) -> list[tuple[MaintenanceWindow, Subject]]:
        """The maintenance windows."""
        return [(each.resource, each) for each in self.subjects if isinstance(each.resource, MaintenanceWindow)]

    @cached_property
    def runs(self) -> list[tuple[ScheduledRun, Subject]]:
        """What patches outside of maintenance windows on a schedule."""
        return [(run, each) for each in self.subjects for run in each.runs]

    @cached_property
    def others(self) -> list[Subject]:
        """The baselines, the documents, the targets and tasks of windows of other stacks, and the StackSets."""
        return [each for each in self.subjects if not each.runs and not isinstance(each.resource, MaintenanceWindow)]

    def only(self, windows: Sequence[MaintenanceWindow], runs: Sequence[ScheduledRun]) -> "Described":
        """Return the same with some of the schedules, their StackSets, and nothing else that is no schedule."""
        shown = {id(each) for each in (*windows, *runs)}
        found = Described(self._templates, now=self._now)
        schedules = [
            replace(each, runs=[run for run in each.runs if id(run) in shown])
            for each in self.subjects
            if id(each.resource) in shown or any(id(run) in shown for run in each.runs)
        ]
        deployers = self._deployers_of(schedules)
        found.subjects = schedules + [each for each in self.others if each.resource.referent in deployers]
        return found

    def _deployers_of(self, subjects: Iterable[Subject]) -> set[Referent]:
        return deployers_of((each.resource for each in subjects), self._templates)

    def _of_stack_set(self, stack_set: StackSet) -> Subject:
        return Subject(self._described(stack_set))

    def _subjects_of(self, deployment: Deployment) -> Iterator[Subject]:
        rebooting = reboots_of(deployment)
        names = {window.referent: window.label for window in deployment.windows}
        monitoring = Monitoring(deployment)
        for window in first_windows(deployment.windows):
            parts = [*window.targets, *_with_gates(sorted(window.tasks, key=priority_of))]
            commands = commands_in(window, deployment.command_of)
            monitored = monitoring.of(window)
            main = replace(self._described(window), of_others=[*monitoring_facts(window, monitored)])
            described = [*map(self._described, parts)]
            yield Subject(main, described, commands, (), rebooting, window_names=names, monitoring=monitored)
        by_resource: dict[int, list[ScheduledRun]] = {}
        for run in deployment.scheduled_runs:
            by_resource.setdefault(id(run.resource), []).append(run)
        for runs in by_resource.values():
            commands = [command for run in runs for command in run.commands]
            yield Subject(self._described(runs[0].resource), (), commands, runs, rebooting)
        gates = {id(gate) for window in deployment.windows for gate in _with_gates(window.tasks)}
        others: list[Resource] = [each for each in deployment.resources if isinstance(each, Baseline | SsmDocument)]
        others = [each for each in others if id(each) not in gates]
        others += [each for each in deployment.registrations if deployment.window_of(each) is None]
        for resource in others:
            yield Subject(self._described(resource))

    def _described(self, resource: Resource) -> Description:
        return Description(resource, self._problems.get((resource.template.scope, resource.logical_id), ()))

    @cached_property
    def _problems(self) -> dict[tuple[object, str], list[str]]:
        """The errors that the linter reports and that nobody ignores or acknowledges, by resource."""
        found: dict[tuple[object, str], list[str]] = {}
        ignores, acknowledgments = TemplateIgnores(self._templates), Acknowledgments()
        excluders = [
            Excluder(Exclusion.IGNORED, ignores.reason, is_in_source=True),
            Excluder(Exclusion.ACKNOWLEDGED, acknowledgments.reason, is_in_source=True),
        ]
        findings = check_templates(self._templates, now=self._now, rules=_ERRORS)
        for finding in select(findings, excluders).findings:
            if finding.status is Status.FAIL and finding.resource is not None:
                found.setdefault((finding.at.template.scope, finding.resource.logical_id), []).append(finding.problem)
        return found


def _with_gates(tasks: Iterable[WindowTask]) -> Iterator[Resource]:
    """Return each task, followed by the runbook of its gate."""
    for task in tasks:
        yield task
        if gate_of(task.runbook) and task.runbook is not None:
            yield task.runbook


def priority_of(task: Resource) -> float:
    """Return the priority of a task, lower ones run first; what is unknown until deployment comes last."""
    priority = task.at("Priority")
    number = None if priority.is_unknown else priority.number()
    return float("inf") if number is None else number
