"""The actions of IAM policies that read maintenance windows and their executions.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
"""

import re
from typing import Final

ACTION: Final = re.compile(r"ssm:[a-zA-Z]+")
READ: Final = (
    "ssm:DescribeMaintenanceWindowExecutions",
    "ssm:DescribeMaintenanceWindowTargets",
    "ssm:DescribeMaintenanceWindowTasks",
    "ssm:GetMaintenanceWindow",
    "ssm:GetMaintenanceWindowTask",
)
"""With resource-level permissions."""
READ_EVERY_WINDOW: Final = (
    "ssm:DescribeMaintenanceWindowExecutionTaskInvocations",
    "ssm:DescribeMaintenanceWindowExecutionTasks",
    "ssm:DescribeMaintenanceWindowSchedule",
    "ssm:DescribeMaintenanceWindows",
    "ssm:GetMaintenanceWindowExecution",
    "ssm:GetMaintenanceWindowExecutionTask",
    "ssm:GetMaintenanceWindowExecutionTaskInvocation",
)
"""Without resource-level permissions."""
UPDATE: Final = ("ssm:UpdateMaintenanceWindow",)
CANCEL: Final = ("ssm:CancelMaintenanceWindowExecution",)
