"""The class of each resource type that is read, and the resources of templates."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from patching_constructs.template.alarms import ALARM, Alarm
from patching_constructs.template.associations import ASSOCIATION, Association
from patching_constructs.template.auto_scaling import (
    AUTO_SCALING_GROUP,
    ECS_CAPACITY_PROVIDER,
    EKS_NODE_GROUP,
    AutoScalingGroup,
    EcsCapacityProvider,
    EksNodeGroup,
)
from patching_constructs.template.baselines import BASELINE, Baseline
from patching_constructs.template.commands import name_in_arn
from patching_constructs.template.endpoints import ENDPOINT, Endpoint
from patching_constructs.template.event_rules import EVENT_RULE, EventRule
from patching_constructs.template.frozen_schedules import link_parts
from patching_constructs.template.iam import POLICIES, ROLE, Policy, Role
from patching_constructs.template.instances import INSTANCE, LAUNCH_TEMPLATE, Node
from patching_constructs.template.maintenance_windows import (
    TARGET,
    TASK,
    WINDOW,
    MaintenanceWindow,
    Registration,
    WindowTarget,
    WindowTask,
)
from patching_constructs.template.patch_policies import CONFIGURATION_MANAGER, ConfigurationManager
from patching_constructs.template.resource import Resource
from patching_constructs.template.runbooks import DOCUMENT, SsmDocument
from patching_constructs.template.scheduler import SCHEDULE, Schedule
from patching_constructs.template.sources import Template
from patching_constructs.template.stack_sets import STACK_SET, StackSet
from patching_constructs.template.state_machines import STATE_MACHINES, StateMachine
from patching_constructs.template.value import Referent

_CLASSES: Final[dict[str, type[Resource]]] = {
    TARGET: WindowTarget,
    TASK: WindowTask,
    ASSOCIATION: Association,
    BASELINE: Baseline,
    ROLE: Role,
    **dict.fromkeys(POLICIES, Policy),
    INSTANCE: Node,
    LAUNCH_TEMPLATE: Node,
    AUTO_SCALING_GROUP: AutoScalingGroup,
    EKS_NODE_GROUP: EksNodeGroup,
    ECS_CAPACITY_PROVIDER: EcsCapacityProvider,
    EVENT_RULE: EventRule,
    DOCUMENT: SsmDocument,
    SCHEDULE: Schedule,
    **dict.fromkeys(STATE_MACHINES, StateMachine),
    CONFIGURATION_MANAGER: ConfigurationManager,
    ALARM: Alarm,
    ENDPOINT: Endpoint,
    STACK_SET: StackSet,
}


def resources_of(templates: Sequence[Template]) -> Iterator[Resource]:
    """Return the resources of templates, each window with the targets and tasks that are registered with it."""
    found: list[Resource | None] = []
    registrations: dict[Referent | None, list[Registration]] = {}
    written = [(template, *resource) for template in templates for resource in template.resources()]
    for template, logical_id, content in written:
        kind = str(content.get("Type"))
        resource = None if kind == WINDOW else _CLASSES.get(kind, Resource)(template, logical_id, content)
        found.append(resource)
        if isinstance(resource, Registration) and not resource.is_left_out:
            registrations.setdefault(resource.window_id.referent, []).append(resource)
    _add_runbooks(found)
    windows = {
        (template.scope, logical_id): MaintenanceWindow(
            template, logical_id, content, registrations.get((template.scope, logical_id), ())
        )
        for (template, logical_id, content), resource in zip(written, found, strict=True)
        if resource is None
    }
    link_parts(windows)
    for (template, logical_id, _), resource in zip(written, found, strict=True):
        yield resource or windows[template.scope, logical_id]


def _add_runbooks(resources: Iterable[Resource | None]) -> None:
    """Add to each task the document of the templates that it runs."""
    known = list(resources)
    documents: dict[Referent | None, SsmDocument] = {
        each.referent: each for each in known if isinstance(each, SsmDocument)
    }
    for task in known if documents else ():
        if isinstance(task, WindowTask):
            task.runbook = documents.get(name_in_arn(task.document).referent)
