"""The values that properties have where a template does not give them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SSM.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Scheduler.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Events.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stackset.html
"""

from typing import Final

from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.targets import TargetResourceType
from patching_constructs.ssm.documents import find_document
from patching_constructs.template.associations import ASSOCIATION
from patching_constructs.template.baselines import BASELINE
from patching_constructs.template.event_rules import EVENT_RULE
from patching_constructs.template.maintenance_windows import RUN_COMMAND, TARGET, TASK, WINDOW
from patching_constructs.template.scheduler import SCHEDULE
from patching_constructs.template.stack_sets import STACK_SET
from patching_constructs.template.update_behavior import general_name

_NO: Final = "false"
_AUTOMATION: Final = "TaskInvocationParameters.MaintenanceWindowAutomationParameters"
_COMMAND: Final = "TaskInvocationParameters.MaintenanceWindowRunCommandParameters"
_DEFAULTS: Final[dict[str, dict[str, str]]] = {
    WINDOW: {"AllowUnassociatedTargets": _NO, "ScheduleTimezone": "UTC"},
    # Required; what nearly every target is.
    TARGET: {"ResourceType": TargetResourceType.INSTANCE.value},
    TASK: {
        "CutoffBehavior": CutoffBehavior.CONTINUE_TASK.value,
        # Required; what nearly every task is.
        "TaskType": RUN_COMMAND,
        f"{_AUTOMATION}.DocumentVersion": "$DEFAULT",
        f"{_COMMAND}.DocumentVersion": "$DEFAULT",
        f"{_COMMAND}.CloudWatchOutputConfig.CloudWatchOutputEnabled": _NO,
    },
    BASELINE: {
        "ApprovedPatchesComplianceLevel": "UNSPECIFIED",
        "ApprovedPatchesEnableNonSecurity": _NO,
        "DefaultBaseline": _NO,
        "OperatingSystem": "WINDOWS",
        "RejectedPatchesAction": "ALLOW_AS_DEPENDENCY",
    },
    ASSOCIATION: {
        "ApplyOnlyAtCronInterval": _NO,
        "ComplianceSeverity": "UNSPECIFIED",
        "DocumentVersion": "$DEFAULT",
        "SyncCompliance": "AUTO",
    },
    EVENT_RULE: {"EventBusName": "default", "State": "ENABLED"},
    SCHEDULE: {
        "FlexibleTimeWindow.Mode": "OFF",
        "GroupName": "default",
        "ScheduleExpressionTimezone": "UTC",
        "State": "ENABLED",
    },
    STACK_SET: {
        "CallAs": "SELF",
        "ManagedExecution.Active": _NO,
        "OperationPreferences.ConcurrencyMode": "STRICT_FAILURE_TOLERANCE",
        "OperationPreferences.RegionConcurrencyType": "SEQUENTIAL",
        "StackInstancesGroup.*.DeploymentTargets.AccountFilterType": "NONE",
    },
}
"""By resource type, with ``*`` for any item of a list."""


def default_of(resource_type: str, name: str, document: str | None) -> str | None:
    """Return the default of a property, None where it has none, or none that AWS documents.

    Args:
        resource_type: the type of the resource.
        name: the property, with dots between its keys.
        document: the document that the resource runs, whose parameters have defaults of their own.
    """
    own = _DEFAULTS.get(resource_type, {}).get(general_name(name))
    found = find_document(document)
    _, is_parameter, parameter = name.partition("Parameters.")
    if own is not None or found is None or not is_parameter:
        return own
    described = found.parameters.get(parameter.rpartition(".")[2])
    return described.default if described is not None and isinstance(described.default, str) else None
