"""The properties that CloudFormation requires of windows, targets, tasks and baselines.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SSM.html
"""

from collections.abc import Mapping
from typing import Final

from patching_constructs.template.baselines import BASELINE
from patching_constructs.template.maintenance_windows import TARGET, TASK, WINDOW

REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    WINDOW: ("Name", "Schedule", "Duration", "Cutoff", "AllowUnassociatedTargets"),
    TARGET: ("WindowId", "ResourceType", "Targets"),
    TASK: ("WindowId", "TaskType", "TaskArn", "Priority"),
    BASELINE: ("Name",),
}
