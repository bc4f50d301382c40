"""Rules of the two roles behind a task: one runs it, the other one publishes how it went.

Mixing the two up is the most reported fault in this corner of the service.
"""

from collections.abc import Iterator
from functools import partial

from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import API, GUIDE, rule
from patching_constructs.checks.rules._value_checks import for_each, literal, reported_at
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.properties.notification import NotificationEvent, NotificationType
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.iam import Role, statements
from patching_constructs.template.maintenance_windows import WindowTask
from patching_constructs.template.resource import Resource
from patching_constructs.template.value import Value, listed, shown

_NEWS = f"{GUIDE}monitoring-sns-notifications.html"
_PERMISSIONS = f"{GUIDE}configuring-maintenance-window-permissions-console.html"
_ARN = "arn:"
_SYSTEMS_MANAGER = "ssm.amazonaws.com"
# In China the name goes on, and in a template for everywhere it ends in a pseudo parameter.
_PREFIX = "ssm."


@rule(
    "NotificationRoles",
    Severity.ERROR,
    of="tasks",
    fix="Give the task a role that may pass the other one on, and the invocation a role that may publish.",
    page=_NEWS,
)
def notification_roles(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """A notification has both roles: the task's own, and the inner one that publishes."""
    config = task.invocation["NotificationConfig"]
    if not config["NotificationArn"].is_given:
        return
    roles = {
        "the task's ServiceRoleArn": task["ServiceRoleArn"],
        "the ServiceRoleArn of MaintenanceWindowRunCommandParameters": task.invocation["ServiceRoleArn"],
    }
    missing = [name for name, role in roles.items() if not role.is_given]
    if missing:
        yield Violation(config, f"Nobody is notified: {' and '.join(missing)} must be given.")


@rule(
    "NotificationValues",
    Severity.ERROR,
    of="tasks",
    fix=f"Write a topic's ARN, the events {', '.join(NotificationEvent)}, and the type Command or Invocation.",
    page=f"{API}API_NotificationConfig.html",
)
def notification_values(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """A notification names a topic, events and a type that there are."""
    config = task.invocation["NotificationConfig"]
    events = config["NotificationEvents"]
    yield from for_each([config["NotificationArn"]], partial(_topic, deployment))
    yield from for_each([events], _events)
    yield from literal(config["NotificationType"], NotificationType)


def _events(events: Value) -> Iterator[Outcome]:
    given = listed(events)
    for event in given:
        yield from literal(event, NotificationEvent)
    if events.is_given and not given:
        yield Violation(events, "NotificationEvents must be one or more, got none.")
    if len(given) > 1 and any(event.content == NotificationEvent.ALL for event in given):
        yield Violation(events, "NotificationEvents must be All alone, or others without it.")


def _topic(deployment: Deployment, arn: Value) -> Iterator[Outcome]:
    topic = deployment.resolve(arn)
    if topic is not None:
        if topic.type != "AWS::SNS::Topic":
            yield Violation(arn, f"NotificationArn names {topic.logical_id}, which is no topic.")
    elif arn.is_given and ":sns:" not in arn.shape and ":sns:" not in (arn.text() or ""):
        yield Violation(arn, f"NotificationArn must be a topic's ARN, got {shown(arn.content)}.")


@rule("RoleArn", Severity.ERROR, of="tasks", fix="Write the role's ARN: !GetAtt Role.Arn.", page=_PERMISSIONS)
def role_arn(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """A task's role and the inner one are named by their ARNs."""
    yield from for_each([task["ServiceRoleArn"], task.invocation["ServiceRoleArn"]], partial(_role_arn, deployment))


def _role_arn(deployment: Deployment, role: Value) -> Iterator[Outcome]:
    found = deployment.resolve(role)
    if found is not None:
        # What the Ref of a role comes to is its name.
        if isinstance(found, Role) and role.is_ref:
            yield Violation(role, f"ServiceRoleArn is the name of {found.logical_id}, not its ARN.")
    elif role.is_given and not role.shape.startswith(_ARN):
        text = role.text()
        if text is not None:
            yield Violation(role, f"ServiceRoleArn must be an ARN, got {shown(text)}.")


@rule(
    "RoleTrust",
    Severity.ERROR,
    of="service_roles",
    fix="Let the service ssm.amazonaws.com assume it.",
    page=_PERMISSIONS,
)
def role_trust(role: Role, _: Context) -> Iterator[Outcome]:
    """A role of a task can be assumed by Systems Manager."""
    trust = role["AssumeRolePolicyDocument"]
    services = [service for each in statements(trust) for service in _services(each)]
    if any(service.shape.startswith(_PREFIX) for service in services):
        return
    for service in services:
        service.known()
    yield Violation(trust, f"{role.logical_id} cannot be assumed by {_SYSTEMS_MANAGER}.")


def _services(statement: Value) -> list[Value]:
    return listed(statement["Principal"]["Service"]) if statement["Effect"].text() == "Allow" else []


@rule("SendCommandPermission", Severity.WARNING, of="tasks", fix="Allow it ssm:SendCommand.", page=_PERMISSIONS)
def send_command_permission(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """A task's role may send commands."""
    role = task["ServiceRoleArn"]
    if task.runs_command:
        yield from _allowed(deployment, role, deployment.resolve(role), "ssm:SendCommand")


@rule(
    "PassRolePermission", Severity.WARNING, of="tasks", fix="Allow it iam:PassRole on the publishing role.", page=_NEWS
)
def pass_role_permission(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """The role of a task that notifies may pass the publishing role on."""
    role = task["ServiceRoleArn"]
    if task.invocation["NotificationConfig"]["NotificationArn"].is_given:
        yield from _allowed(deployment, role, deployment.resolve(role), "iam:PassRole")


@rule("PublishPermission", Severity.WARNING, of="tasks", fix="Allow it sns:Publish on the topic.", page=_NEWS)
def publish_permission(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """The inner role of a task that notifies may publish."""
    if task.invocation["NotificationConfig"]["NotificationArn"].is_given:
        yield from _allowed(
            deployment,
            task.invocation["ServiceRoleArn"],
            deployment.resolve(task.invocation["ServiceRoleArn"]),
            "sns:Publish",
        )


def _allowed(deployment: Deployment, at: Value, role: Resource | None, action: str) -> Iterator[Outcome]:
    if isinstance(role, Role):
        with reported_at(at):
            if not deployment.allows(role, action):
                yield Violation(at, f"{role.logical_id} is not allowed {action} by any policy of the template.")
