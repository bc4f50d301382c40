"""The types of the properties of windows, targets, tasks and baselines.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SSM.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from patching_constructs.template.baselines import BASELINE
from patching_constructs.template.maintenance_windows import TARGET, TASK, WINDOW
from patching_constructs.template.required_properties import REQUIRED


class Scalar(StrEnum):
    """A type without parts."""

    TEXT = "a string"
    NUMBER = "a number"
    TRUTH = "true or false"
    JSON = "a mapping"
    """Its keys are not those of CloudFormation."""


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values of one type."""

    item: "PropertyType"


@dataclass(frozen=True, slots=True)
class Properties:
    """A mapping with known keys."""

    types: "Mapping[str, PropertyType]"
    required: tuple[str, ...] = ()


PropertyType: TypeAlias = Scalar | ListOf | Properties

TAGS: Final = ListOf(Properties({"Key": Scalar.TEXT, "Value": Scalar.TEXT}, ("Key", "Value")))
_TEXTS: Final = ListOf(Scalar.TEXT)
_TARGETS: Final = ListOf(Properties({"Key": Scalar.TEXT, "Values": _TEXTS}, ("Key", "Values")))
_WINDOW: Final = Properties(
    {
        "AllowUnassociatedTargets": Scalar.TRUTH,
        "Cutoff": Scalar.NUMBER,
        "Description": Scalar.TEXT,
        "Duration": Scalar.NUMBER,
        "EndDate": Scalar.TEXT,
        "Name": Scalar.TEXT,
        "Schedule": Scalar.TEXT,
        "ScheduleOffset": Scalar.NUMBER,
        "ScheduleTimezone": Scalar.TEXT,
        "StartDate": Scalar.TEXT,
        "Tags": TAGS,
    },
    REQUIRED[WINDOW],
)
_TARGET: Final = Properties(
    {
        "Description": Scalar.TEXT,
        "Name": Scalar.TEXT,
        "OwnerInformation": Scalar.TEXT,
        "ResourceType": Scalar.TEXT,
        "Targets": _TARGETS,
        "WindowId": Scalar.TEXT,
    },
    REQUIRED[TARGET],
)
_RUN_COMMAND: Final = Properties(
    {
        "CloudWatchOutputConfig": Properties(
            {"CloudWatchLogGroupName": Scalar.TEXT, "CloudWatchOutputEnabled": Scalar.TRUTH}
        ),
        "Comment": Scalar.TEXT,
        "DocumentHash": Scalar.TEXT,
        "DocumentHashType": Scalar.TEXT,
        "DocumentVersion": Scalar.TEXT,
        "NotificationConfig": Properties(
            {"NotificationArn": Scalar.TEXT, "NotificationEvents": _TEXTS, "NotificationType": Scalar.TEXT},
            ("NotificationArn",),
        ),
        "OutputS3BucketName": Scalar.TEXT,
        "OutputS3KeyPrefix": Scalar.TEXT,
        "Parameters": Scalar.JSON,
        "ServiceRoleArn": Scalar.TEXT,
        "TimeoutSeconds": Scalar.NUMBER,
    }
)
_INVOCATION: Final = Properties(
    {
        "MaintenanceWindowRunCommandParameters": _RUN_COMMAND,
        "MaintenanceWindowAutomationParameters": Properties(
            {"DocumentVersion": Scalar.TEXT, "Parameters": Scalar.JSON}
        ),
        "MaintenanceWindowLambdaParameters": Properties(
            {"ClientContext": Scalar.TEXT, "Payload": Scalar.TEXT, "Qualifier": Scalar.TEXT}
        ),
        "MaintenanceWindowStepFunctionsParameters": Properties({"Input": Scalar.TEXT, "Name": Scalar.TEXT}),
    }
)
_TASK: Final = Properties(
    {
        "CutoffBehavior": Scalar.TEXT,
        "Description": Scalar.TEXT,
        "LoggingInfo": Properties(
            {"Region": Scalar.TEXT, "S3Bucket": Scalar.TEXT, "S3Prefix": Scalar.TEXT}, ("Region", "S3Bucket")
        ),
        "MaxConcurrency": Scalar.TEXT,
        "MaxErrors": Scalar.TEXT,
        "Name": Scalar.TEXT,
        "Priority": Scalar.NUMBER,
        "ServiceRoleArn": Scalar.TEXT,
        "Targets": _TARGETS,
        "TaskArn": Scalar.TEXT,
        "TaskInvocationParameters": _INVOCATION,
        "TaskParameters": Scalar.JSON,
        "TaskType": Scalar.TEXT,
        "WindowId": Scalar.TEXT,
    },
    REQUIRED[TASK],
)
_FILTERS: Final = Properties({"PatchFilters": ListOf(Properties({"Key": Scalar.TEXT, "Values": _TEXTS}))})
_RULE: Final = Properties(
    {
        "ApproveAfterDays": Scalar.NUMBER,
        "ApproveUntilDate": Scalar.TEXT,
        "ComplianceLevel": Scalar.TEXT,
        "EnableNonSecurity": Scalar.TRUTH,
        "PatchFilterGroup": _FILTERS,
    }
)
_BASELINE: Final = Properties(
    {
        "ApprovalRules": Properties({"PatchRules": ListOf(_RULE)}),
        "ApprovedPatches": _TEXTS,
        "ApprovedPatchesComplianceLevel": Scalar.TEXT,
        "ApprovedPatchesEnableNonSecurity": Scalar.TRUTH,
        "AvailableSecurityUpdatesComplianceStatus": Scalar.TEXT,
        "DefaultBaseline": Scalar.TRUTH,
        "Description": Scalar.TEXT,
        "GlobalFilters": _FILTERS,
        "Name": Scalar.TEXT,
        "OperatingSystem": Scalar.TEXT,
        "PatchGroups": _TEXTS,
        "RejectedPatches": _TEXTS,
        "RejectedPatchesAction": Scalar.TEXT,
        "Sources": ListOf(
            Properties({"Configuration": Scalar.TEXT, "Name": Scalar.TEXT, "Products": _TEXTS}),
        ),
        "Tags": TAGS,
    },
    REQUIRED[BASELINE],
)
PROPERTY_TYPES: Final[Mapping[str, Properties]] = {WINDOW: _WINDOW, TARGET: _TARGET, TASK: _TASK, BASELINE: _BASELINE}
"""By the type of the resource."""
