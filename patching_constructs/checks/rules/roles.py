"""Rules for the two roles of a task: the task role runs it, and the publishing role sends its notifications.

Confusing the two is the most commonly reported mistake with tasks.
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
from patching_constructs.template.value import UnknownError, Value, listed, shown

_NEWS = f"{GUIDE}monitoring-sns-notifications.html"
_PERMISSIONS = f"{GUIDE}configuring-maintenance-window-permissions-console.html"
_ARN = "arn:"
_SYSTEMS_MANAGER = "ssm.amazonaws.com"
# In China the name has a suffix, which can be a pseudo parameter.
_PREFIX = "ssm."
_SERVICE = ".amazonaws.com"
_INVOKE = "lambda:InvokeFunction"
_STARTED_BY = {
    "AUTOMATION": "ssm:StartAutomationExecution",
    "LAMBDA": _INVOKE,
    "STEP_FUNCTIONS": "states:StartExecution",
}


@rule(
    "NotificationRoles",
    Severity.ERROR,
    of="tasks",
    fix="Set ServiceRoleArn of MaintenanceWindowRunCommandParameters to a role that can publish to the topic.",
    page=_NEWS,
)
def notification_roles(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """A task with notifications must have a publishing role."""
    config = task.invocation["NotificationConfig"]
    if config["NotificationArn"].is_given and not task.invocation["ServiceRoleArn"].is_given:
        yield Violation(
            config, "NotificationConfig requires the ServiceRoleArn of MaintenanceWindowRunCommandParameters."
        )


@rule(
    "NotificationTaskRole",
    Severity.WARNING,
    of="tasks",
    fix="Set ServiceRoleArn of the task to a role that can pass the publishing role.",
    page=_NEWS,
)
def notification_task_role(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """A task with notifications should have its own task role."""
    config = task.invocation["NotificationConfig"]
    if config["NotificationArn"].is_given and not task["ServiceRoleArn"].is_given:
        yield Violation(
            config,
            "The task has no ServiceRoleArn, and AWS does not document whether the service-linked role can pass the "
            "publishing role.",
        )


@rule(
    "NotificationValues",
    Severity.ERROR,
    of="tasks",
    fix=f"Use the ARN of an SNS topic, the events {', '.join(NotificationEvent)}, and the type Command or Invocation.",
    page=f"{API}API_NotificationConfig.html",
)
def notification_values(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """NotificationConfig must have a topic ARN, events, and a type that Systems Manager supports."""
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
        yield Violation(events, "NotificationEvents must contain at least one event, got none.")
    if len(given) > 1 and any(event.content == NotificationEvent.ALL for event in given):
        yield Violation(events, "NotificationEvents must not combine All with other events.")


def _topic(deployment: Deployment, arn: Value) -> Iterator[Outcome]:
    topic = deployment.resolve(arn)
    if topic is not None:
        if topic.type != "AWS::SNS::Topic":
            yield Violation(arn, f"NotificationArn must refer to an SNS topic, got {topic.logical_id}.")
    elif arn.is_given and ":sns:" not in arn.shape and ":sns:" not in (arn.text() or ""):
        yield Violation(arn, f"NotificationArn must be the ARN of an SNS topic, got {shown(arn.content)}.")


@rule(
    "RoleArn",
    Severity.ERROR,
    of="tasks",
    fix="Set ServiceRoleArn to the ARN of the role, such as !GetAtt Role.Arn.",
    page=_PERMISSIONS,
)
def role_arn(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """ServiceRoleArn must be the ARN of a role."""
    yield from for_each([task["ServiceRoleArn"], task.invocation["ServiceRoleArn"]], partial(_role_arn, deployment))


def _role_arn(deployment: Deployment, role: Value) -> Iterator[Outcome]:
    found = deployment.resolve(role)
    if found is not None:
        # The Ref of a role returns its name.
        if isinstance(found, Role) and role.is_ref:
            yield Violation(role, f"ServiceRoleArn must be an ARN, got the name of {found.logical_id}.")
    elif role.is_given and not role.shape.startswith(_ARN):
        text = role.text()
        if text is not None:
            yield Violation(role, f"ServiceRoleArn must be an ARN, got {shown(text)}.")


@rule(
    "RoleTrust",
    Severity.ERROR,
    of="service_roles",
    fix="Allow the service principal ssm.amazonaws.com to assume the role.",
    page=_PERMISSIONS,
)
def role_trust(role: Role, _: Context) -> Iterator[Outcome]:
    """The role of a task must allow Systems Manager to assume it."""
    trust = role["AssumeRolePolicyDocument"]
    services = [service for each in statements(trust) for service in _services(each)]
    if any(service.shape.startswith(_PREFIX) for service in services):
        return
    for service in services:
        service.known()
    yield Violation(
        trust, f"The trust policy of {role.logical_id} does not allow {_SYSTEMS_MANAGER} to assume the role."
    )


def _services(statement: Value) -> list[Value]:
    return listed(statement["Principal"]["Service"]) if statement["Effect"].text() == "Allow" else []


@rule(
    "SendCommandPermission",
    Severity.WARNING,
    of="tasks",
    fix="Allow ssm:SendCommand in a policy of the role.",
    page=_PERMISSIONS,
)
def send_command_permission(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """The role of a Run Command task should allow ssm:SendCommand."""
    role = task["ServiceRoleArn"]
    if task.runs_command:
        yield from _allowed(deployment, role, deployment.resolve(role), "ssm:SendCommand")


@rule(
    "TaskPermission",
    Severity.WARNING,
    of="tasks",
    fix="Allow the action in a policy of the role.",
    page=_PERMISSIONS,
)
def task_permission(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """The role of an Automation, Lambda, or Step Functions task should allow the action that starts it."""
    action = _STARTED_BY.get(task["TaskType"].text() or "")
    if action is None or task.runs_command:
        return
    role = task["ServiceRoleArn"]
    for each in _allowed(deployment, role, deployment.resolve(role), action):
        is_open = action == _INVOKE and _may_allow_roles(deployment, task.document)
        yield UnknownError(role, "The policy of the function can allow it") if is_open else each


def _may_allow_roles(deployment: Deployment, function: Value) -> bool:
    """Return whether the policy of a function may allow a role to invoke it."""
    if deployment.resolve(function) is None:
        return True
    permissions = [each for each in deployment.resources if each.type == "AWS::Lambda::Permission"]
    return not all(each.at("Principal").shape.endswith(_SERVICE) for each in permissions)


@rule("PassRolePermission", Severity.WARNING, of="tasks", fix="Allow iam:PassRole on the publishing role.", page=_NEWS)
def pass_role_permission(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """The role of a task with notifications should allow iam:PassRole."""
    role = task["ServiceRoleArn"]
    if task.invocation["NotificationConfig"]["NotificationArn"].is_given:
        yield from _allowed(deployment, role, deployment.resolve(role), "iam:PassRole")


@rule("PublishPermission", Severity.WARNING, of="tasks", fix="Allow sns:Publish on the topic.", page=_NEWS)
def publish_permission(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """The publishing role of a task with notifications should allow sns:Publish."""
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
                yield Violation(at, f"No policy in the template allows {role.logical_id} to perform {action}.")
