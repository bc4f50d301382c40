"""The archive: a ``cdk.out`` or a template file, read into plain records.

What only the deployment knows stays what it is, a `Deferred`; nothing is guessed. Standard library, and PyYAML for
templates in YAML.
"""

from patching_constructs.template.intrinsics import Deferred, Text
from patching_constructs.template.records import (
    TARGET,
    TASK,
    WINDOW,
    TargetRecord,
    TaskRecord,
    WindowRecord,
    read_windows,
)

__all__ = [
    "TARGET",
    "TASK",
    "WINDOW",
    "Deferred",
    "TargetRecord",
    "TaskRecord",
    "Text",
    "WindowRecord",
    "read_windows",
]
