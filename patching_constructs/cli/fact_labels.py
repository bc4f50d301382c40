"""What to call the properties of resources."""

import re
from typing import Final

from patching_constructs.description.facts import FREEZES, FROZEN, Fact
from patching_constructs.template.associations import ASSOCIATION
from patching_constructs.template.runbooks import DOCUMENT

_PREFIXES: Final = (
    "TaskInvocationParameters.MaintenanceWindowRunCommandParameters.",
    "TaskInvocationParameters.MaintenanceWindowAutomationParameters.",
    "TaskInvocationParameters.MaintenanceWindowLambdaParameters.",
    "TaskInvocationParameters.MaintenanceWindowStepFunctionsParameters.",
)
LABELS: Final = {
    "AdministrationRoleARN": "administration role",
    "AllowUnassociatedTargets": "unregistered targets",
    "ApplyOnlyAtCronInterval": "only on schedule",
    "ApprovalRules.PatchRules": "rule",
    "ApprovedPatches": "approved patches",
    "ApprovedPatchesComplianceLevel": "compliance level of approved patches",
    "ApprovedPatchesEnableNonSecurity": "non-security updates of approved patches",
    "AssociationName": "name",
    "AutoDeployment.Enabled": "automatic deployment",
    "AutoDeployment.RetainStacksOnAccountRemoval": "stacks retained on account removal",
    "AvailableSecurityUpdatesComplianceStatus": "available security updates",
    "CalendarNames": "change calendars",
    "CallAs": "deployed as",
    "Capabilities": "capabilities",
    "Capacity": "capacity",
    "CloudWatchOutputConfig.CloudWatchLogGroupName": "log group",
    "CloudWatchOutputConfig.CloudWatchOutputEnabled": "output to CloudWatch Logs",
    "Comment": "comment",
    "Condition": "created if",
    "Cutoff": "cutoff",
    "CutoffBehavior": "cutoff behavior",
    "DefaultBaseline": "default baseline",
    "Description": "description",
    "DocumentVersion": "document version",
    "Duration": "duration",
    "EndDate": "end date",
    "ExecutionRoleName": "execution role",
    "Frozen": "frozen",
    "Gate.AfterWindowIds": "gate: window before",
    "Gate.BakeTimeSeconds": "gate: bake time",
    "Gate.Calendars": "gate: change calendars",
    "Gate.LongestRunSeconds": "gate: canceled after",
    "Gate.MaxAgeSeconds": "gate: maximum age",
    "Gate.MaxFailed": "gate: failed nodes",
    "Gate.MaxPendingReboots": "gate: pending reboots",
    "Gate.Script": "gate: scripts",
    "Gate.StartWithinSeconds": "gate: start within",
    "GlobalFilters.PatchFilters": "global filters",
    "ManagedExecution.Active": "managed execution",
    "MaxConcurrency": "concurrency",
    "MaxErrors": "error threshold",
    "Monitoring.Alarms": "alarms",
    "Monitoring.Destinations": "alarms and events to",
    "Monitoring.Events": "reported events",
    "Name": "name",
    "NotificationConfig.NotificationArn": "notification topic",
    "NotificationConfig.NotificationEvents": "notification events",
    "NotificationConfig.NotificationType": "notification type",
    "OperatingSystem": "operating system",
    "OperationPreferences.ConcurrencyMode": "concurrency mode",
    "OperationPreferences.FailureToleranceCount": "tolerated failures in a Region",
    "OperationPreferences.FailureTolerancePercentage": "tolerated failures in a Region in percent",
    "OperationPreferences.MaxConcurrentCount": "concurrent accounts",
    "OperationPreferences.MaxConcurrentPercentage": "concurrent accounts in percent",
    "OperationPreferences.RegionConcurrencyType": "Region concurrency",
    "OperationPreferences.RegionOrder": "order of Regions",
    "OutputS3BucketName": "output bucket",
    "OutputS3KeyPrefix": "output prefix",
    "OwnerInformation": "owner information",
    "Parameters.BaselineOverride": "baseline override",
    "Parameters.InstallOverrideList": "install override list",
    "Parameters.OnExitHookDocName": "on-exit hook",
    "Parameters.Operation": "operation",
    "Parameters.PostInstallHookDocName": "post-install hook",
    "Parameters.PreInstallHookDocName": "pre-install hook",
    "Parameters.RebootOption": "reboot option",
    "Parameters.SnapshotId": "snapshot",
    "Parameters.StepTimeoutSeconds": "execution timeout",
    "PatchGroups": "patch groups",
    "PermissionModel": "permission model",
    "Priority": "priority",
    "RejectedPatches": "rejected patches",
    "RejectedPatchesAction": "action on rejected patches",
    "ResourceType": "target type",
    "Rollout.BakeHours": "bake time in hours",
    "Rollout.DaysAfter": "days after the schedule of the rollout",
    "Rollout.Name": "rollout",
    "Rollout.Ring": "ring",
    "Schedule": "schedule",
    "ScheduleExpression": "schedule",
    "ScheduleExpressionTimezone": "time zone",
    "ScheduleOffset": "schedule offset",
    "ScheduleTimezone": "time zone",
    "ServiceRoleArn": "task role",
    "Sources": "source",
    "StackSetName": "name",
    "StartDate": "start date",
    "State": "state",
    "Tags": "tags",
    "Targets": "targets",
    "TaskArn": "document",
    "TaskType": "task type",
    "TimeoutSeconds": "start timeout",
}
"""What to call a property; others are called by their names in CloudFormation."""
_DEFINITION: Final = re.compile(r"ConfigurationDefinitions\.(?P<place>[0-9]+)\.(?:Parameters\.)?(?P<name>.+)")
_GROUP: Final = re.compile(r"StackInstancesGroup\.(?P<place>[0-9]+)\.(?:DeploymentTargets\.)?(?P<name>.+)")
_TARGET: Final = re.compile(r"(?:Targets\.(?P<place>[0-9]+)|Target)\.(?P<name>.+)")
_LABELS_OF_TARGETS: Final = {
    "Arn": "ARN",
    "DocumentName": "document",
    "Id": "ID",
    "RoleArn": "role",
    "RunCommandParameters.RunCommandTargets": "nodes",
}
_LABELS_OF_DEFINITIONS: Final = {
    "ConfigurationOptionsInstallNextInterval": "wait for the install schedule",
    "ConfigurationOptionsInstallValue": "install schedule",
    "ConfigurationOptionsPatchOperation": "operation",
    "ConfigurationOptionsScanNextInterval": "wait for the scan schedule",
    "ConfigurationOptionsScanValue": "scan schedule",
    "OutputLogEnableS3": "output to Amazon S3",
    "PatchPolicyName": "policy name",
    "RateControlConcurrency": "concurrency",
    "RateControlErrorThreshold": "error threshold",
    "RebootOption": "reboot option",
    "SelectedPatchBaselines": "baselines",
    "TargetAccounts": "accounts",
    "TargetInstances": "nodes",
    "TargetOrganizationalUnits": "organizational units",
    "TargetRegions": "Regions",
    "TargetTagKey": "tag key",
    "TargetTagValue": "tag value",
    "TargetType": "target type",
    "Type": "type",
}
_LABELS_OF_GROUPS: Final = {
    "AccountFilterType": "account filter",
    "Accounts": "accounts",
    "AccountsUrl": "file of accounts",
    "OrganizationalUnitIds": "organizational units",
    "ParameterOverrides": "parameters",
    "Regions": "Regions",
}
_LABELS_OF_TASKS: Final = {
    f"{_PREFIXES[0]}ServiceRoleArn": "notification role",
    f"{_PREFIXES[3]}Name": "execution name",
}
# The command of a gate is a step of its runbook.
_LABELS_OF_TYPES: Final = {
    (ASSOCIATION, "Name"): "document",
    (DOCUMENT, "ServiceRoleArn"): "notification role",
}


def label_of(fact: Fact) -> str:
    """Return what to call a property: ``concurrency``."""
    name = fact.name
    if name in _LABELS_OF_TASKS:
        return _LABELS_OF_TASKS[name]
    if (fact.resource_type, name) in _LABELS_OF_TYPES:
        return _LABELS_OF_TYPES[fact.resource_type, name]
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    if definition := _DEFINITION.fullmatch(name):
        name, place = definition["name"], definition["place"]
        return f"{_LABELS_OF_DEFINITIONS.get(name, name)} of definition {place}"
    if group := _GROUP.fullmatch(name):
        return f"{_LABELS_OF_GROUPS.get(group['name'], group['name'])} of group {group['place']}"
    if target := _TARGET.fullmatch(name):
        return _label_of_target(target["name"], target["place"])
    list_name, _, place = name.rpartition(".")
    if list_name == FREEZES:
        return LABELS[FROZEN]
    if place.isdecimal() and list_name in LABELS:
        return f"{LABELS[list_name]} {place}"
    return LABELS.get(name, name)


def _label_of_target(name: str, place: str | None) -> str:
    """Return what to call a property of a target of EventBridge, also of its input: ``operation of target 1``."""
    given = name.removeprefix("Input.")
    known = LABELS.get(given) or LABELS.get(f"Parameters.{given}") or _LABELS_OF_TARGETS.get(given, given)
    if place is None:
        return "target" if name == "Arn" else known
    return f"{known} of target {place}"
