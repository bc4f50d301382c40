"""What there is in the emulator, so that what a destroyed stack has left over is seen."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from tests.integ.emulator.process import Emulator

BOOTSTRAP: Final = "CDKToolkit"
_DELETED: Final = "DELETE_COMPLETE"

# Of each kind: the service, the operation that lists it, the key of the list, and the key of the name.
LISTS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "maintenance window": ("ssm", "describe_maintenance_windows", "WindowIdentities", "WindowId"),
    "patch baseline": ("ssm", "describe_patch_baselines", "BaselineIdentities", "BaselineId"),
    "role": ("iam", "list_roles", "Roles", "RoleName"),
    "instance profile": ("iam", "list_instance_profiles", "InstanceProfiles", "InstanceProfileName"),
    "topic": ("sns", "list_topics", "Topics", "TopicArn"),
    "rule": ("events", "list_rules", "Rules", "Name"),
    "alarm": ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    "log group": ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    "bucket": ("s3", "list_buckets", "Buckets", "Name"),
}


def everything(emulator: Emulator) -> list[str]:
    """Return the stacks and resources of an account, except what the service provides."""
    return sorted([*_stacks(emulator), *_resources(emulator)])


def _stacks(emulator: Emulator) -> Iterator[str]:
    for stack in _pages(emulator, "cloudformation", "list_stacks", "StackSummaries"):
        if stack["StackStatus"] != _DELETED:
            yield f"stack {stack['StackName']}"


def _resources(emulator: Emulator) -> Iterator[str]:
    for kind, (service, operation, key, name) in LISTS.items():
        for each in _pages(emulator, service, operation, key):
            if not str(each.get("BaselineName", "")).startswith("AWS-"):
                yield f"{kind} {each[name]}"


def _pages(emulator: Emulator, service: str, operation: str, key: str) -> Iterator[Mapping[str, Any]]:
    client = emulator.client(service)
    if client.can_paginate(operation):
        for page in client.get_paginator(operation).paginate():
            yield from page[key]
    else:
        call: Callable[[], Mapping[str, Any]] = getattr(client, operation)
        yield from call()[key]
