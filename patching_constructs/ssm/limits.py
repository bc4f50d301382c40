"""Limits and patterns of the service, each with its source.

``[model]`` is the botocore service model ``ssm/2014-11-06``, which describes what the API accepts.
"""

import re
from typing import Final

# --- Maintenance windows [model: CreateMaintenanceWindow] ---------------------------------------------
SCHEDULE_LENGTH: Final = 256
SCHEDULE_OFFSET_DAYS: Final = (1, 6)
DURATION_HOURS: Final = (1, 24)
CUTOFF_HOURS: Final = (0, 23)
DESCRIPTION_LENGTH: Final = 128
WINDOW_NAME_LENGTH: Final = 128
RESOURCE_NAME_SHORTEST: Final = 3
WINDOW_NAME: Final = re.compile(r"[a-zA-Z0-9_\-.]{3,128}")
WINDOW_ID: Final = re.compile(r"mw-[0-9a-f]{17}")
OWNER_INFORMATION_LENGTH: Final = 128
# "Faster than five minutes is not supported", for cron expressions; rates are not mentioned:
# https://docs.aws.amazon.com/systems-manager/latest/userguide/reference-cron-and-rate-expressions.html
SHORTEST_INTERVAL_MINUTES: Final = 5

# Quotas of an account and Region: https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm
WINDOWS: Final = 50
WINDOW_TASKS: Final = 20
WINDOW_TARGETS: Final = 100
# "Number of concurrent executions of maintenance windows"
CONCURRENT_EXECUTIONS: Final = 5


def leaves_time(cutoff: float, duration: float) -> bool:
    """Return whether a task can start: none starts in the last ``cutoff`` hours of ``duration``."""
    return cutoff < duration


# --- Targets [model: Targets, TargetKey, TargetValues] ------------------------------------------------
TARGET_FILTERS: Final = 5
TARGET_VALUES: Final = 50
# "up to five values" for each key of a Run Command target, although the API accepts more:
# https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-multiple.html
TAG_VALUES: Final = 5
# https://docs.aws.amazon.com/general/latest/gr/aws_tagging.html
TAG_KEY_LENGTH: Final = 128
TAG_VALUE_LENGTH: Final = 256
# TargetKey allows letters and numbers of all scripts, spaces and these; a tag key in EC2 can also contain a +.
TAG_KEY: Final = re.compile(r"(?:[^\W_]|[ _.:/=\-@])*")
NODE_ID: Final = re.compile(r"i-(?:[0-9a-f]{8}|[0-9a-f]{17})|mi-[0-9a-f]{17}")
# The resource types of managed nodes, case-sensitive; the service rejected AWS::EC2::INSTANCE:
# https://github.com/hashicorp/terraform-provider-aws/issues/14511
NODE_TYPES: Final = ("AWS::EC2::Instance", "AWS::SSM::ManagedInstance")
RESOURCE_TYPE: Final = re.compile(r"AWS::[A-Za-z0-9]+::[A-Za-z0-9]+")

# --- Tasks [model: RegisterTaskWithMaintenanceWindow, MaintenanceWindowRunCommandParameters] ----------
TASK_TARGETS: Final = 10
START_TIMEOUT_SECONDS: Final = (30, 2_592_000)
# StepTimeoutSeconds of AWS-RunPatchBaseline; its pattern in ssm/documents.json allows the same range.
EXECUTION_TIMEOUT_SECONDS: Final = (1, 36_000)
# executionTimeout of AWS-RunShellScript and AWS-RunPowerShellScript.
SCRIPT_TIMEOUT_SECONDS: Final = (1, 172_800)
KEY_PREFIX_LENGTH: Final = 500
COMMENT_LENGTH: Final = 100
LOG_GROUP_LENGTH: Final = 512
CURRENT_DOCUMENT_VERSIONS: Final = ("$DEFAULT", "$LATEST")
DOCUMENT_VERSION: Final = re.compile(r"\$DEFAULT|\$LATEST|[1-9][0-9]*")
TARGET_ID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# [model: MaintenanceWindowTaskArn, DocumentName]
DOCUMENT_NAME: Final = re.compile(r"[a-zA-Z0-9_\-.]{3,128}|arn:\S{1,1596}")
# "Documents can be up to 64 KB": https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm
DOCUMENT_SIZE: Final = 64 * 1024
# [model: MaintenanceWindowLambdaParameters, MaintenanceWindowStepFunctionsParameters]
PAYLOAD_LENGTH: Final = 4096
QUALIFIER_LENGTH: Final = 128
INPUT_LENGTH: Final = 4096
EXECUTION_NAME_LENGTH: Final = 80
# https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
NOT_IN_AN_EXECUTION_NAME: Final = re.compile(r"""[\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]""")
# 8000 characters in base64.
CLIENT_CONTEXT_LENGTH: Final = 6000
# "The IAM policy for Maintenance Windows requires that you add the prefix SSM" to the names of functions and state
# machines: https://docs.aws.amazon.com/systems-manager/latest/userguide/mw-cli-task-options.html
TASK_NAME_PREFIX: Final = "SSM"
# MaxConcurrency and MaxErrors are strings of at most seven characters.
RATE_CONTROL_COUNT: Final = 9_999_999
RATE_CONTROL_PERCENTAGE: Final = 100

# --- Patch baselines [model: CreatePatchBaseline, PatchRule, PatchFilter, PatchSource] ----------------
BASELINE_NAME_LENGTH: Final = 128
BASELINE_DESCRIPTION_LENGTH: Final = 1024
BASELINE_ID: Final = re.compile(r"[a-zA-Z0-9_\-:/]{20,128}")
BASELINE_RULES: Final = 10
# Five in CloudFormation's schema, but four in the API that it calls.
RULE_FILTERS: Final = 4
FILTER_VALUES: Final = 20
FILTER_VALUE_LENGTH: Final = 64
APPROVAL_DAYS: Final = (0, 360)
LISTED_PATCHES: Final = 50
LISTED_PATCH_LENGTH: Final = 100
BASELINE_SOURCES: Final = 20
SOURCE_NAME: Final = re.compile(r"[a-zA-Z0-9_\-.]{3,50}")
SOURCE_PRODUCTS: Final = 20
SOURCE_PRODUCT_LENGTH: Final = 128
SOURCE_CONFIGURATION_LENGTH: Final = 1024
BASELINES: Final = 50
# "Patch groups per patch baseline": https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm
BASELINE_PATCH_GROUPS: Final = 25

# --- Resource data syncs [model: ResourceDataSyncName, ResourceDataSyncS3Prefix] -----------------------
# "Resource data syncs": https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm
SYNCS: Final = 5
SYNC_NAME_LENGTH: Final = 64
SYNC_PREFIX_LENGTH: Final = 256
# https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
ORGANIZATION_ID: Final = re.compile(r"o-[a-z0-9]{10,32}")
# https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
ACCOUNT_ID: Final = re.compile(r"[0-9]{12}")
# https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
DATABASE_NAME: Final = re.compile(r"[a-z0-9_]{1,255}")
