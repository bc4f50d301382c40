"""One model of CloudFormation templates: what a ``cdk.out`` or a template file deploys, read once for every command.

A value that is unknown until deployment stays unknown; nothing is guessed. Standard library, and PyYAML for templates
in YAML.
"""

from patching_constructs.template.deployment import Deployment
from patching_constructs.template.maintenance_windows import (
    TARGET,
    TASK,
    WINDOW,
    MaintenanceWindow,
    WindowTarget,
    WindowTask,
)
from patching_constructs.template.value import UnknownError, Value
from patching_constructs.template.windows import read_windows

__all__ = [
    "TARGET",
    "TASK",
    "WINDOW",
    "Deployment",
    "MaintenanceWindow",
    "UnknownError",
    "Value",
    "WindowTarget",
    "WindowTask",
    "read_windows",
]
