"""An account with windows that were made by hand, or by Terraform modules."""

from typing import Any

from tests.unit.cli.live.aws import FakeAws, paged

SCAN, INSTALL, BY_HAND = (f"mw-{number:017x}" for number in (1, 2, 3))
ROLE = "arn:aws:iam::123456789012:role/patching"
# As the public modules make them: one window each to scan and to install, whose targets are patch groups.
WINDOWS: dict[str, dict[str, Any]] = {
    SCAN: {
        "WindowId": SCAN,
        "Name": "ops-prod-scan",
        "Schedule": "cron(0 0 18 ? * WED *)",
        "Duration": 3,
        "Cutoff": 1,
        "AllowUnassociatedTargets": False,
        "Enabled": True,
    },
    INSTALL: {
        "WindowId": INSTALL,
        "Name": "ops-prod-install",
        "Schedule": "cron(0 0 21 ? * WED *)",
        "ScheduleTimezone": "Europe/Berlin",
        "Duration": 3,
        "Cutoff": 1,
        "AllowUnassociatedTargets": False,
        "Enabled": True,
    },
    BY_HAND: {
        "WindowId": BY_HAND,
        "Name": "drain",
        "Description": "Before the release",
        "Schedule": "rate(7 days)",
        "Duration": 2,
        "Cutoff": 0,
        "AllowUnassociatedTargets": True,
        "Enabled": False,
    },
}
TARGETS: dict[str, list[tuple[str, list[str], str | None]]] = {
    SCAN: [("a1", ["web", "db"], None)],
    INSTALL: [("b1", ["web"], "web-nodes"), ("b2", ["db"], "db-nodes")],
    BY_HAND: [("c1", ["web"], None)],
}


def task_id(letter: str) -> str:
    return f"{letter * 8}-0000-0000-0000-{letter * 12}"


def target_id(name: str) -> str:
    return f"{name * 4}-0000-0000-0000-{name * 6}"


def patch_task(window: str, letter: str, targets: list[str], **parameters: str) -> dict[str, Any]:
    return {
        "WindowId": window,
        "WindowTaskId": task_id(letter),
        "Targets": [{"Key": "WindowTargetIds", "Values": [target_id(each) for each in targets]}],
        "TaskArn": "AWS-RunPatchBaseline",
        "TaskType": "RUN_COMMAND",
        "TaskParameters": {},
        "Priority": 1,
        "MaxConcurrency": "20",
        "MaxErrors": "50",
        "ServiceRoleArn": ROLE,
        "TaskInvocationParameters": {
            "RunCommand": {
                "Comment": "patching",
                "DocumentVersion": "$DEFAULT",
                "OutputS3BucketName": "ops-prod-patch-log",
                "OutputS3KeyPrefix": "prod",
                "CloudWatchOutputConfig": {"CloudWatchOutputEnabled": True},
                "Parameters": {name: [value] for name, value in parameters.items()},
                "TimeoutSeconds": 600,
            }
        },
    }


TASKS: dict[str, dict[str, Any]] = {
    task_id("a"): patch_task(SCAN, "a", ["a1"], Operation="Scan", RebootOption="NoReboot"),
    task_id("b"): patch_task(INSTALL, "b", ["b1", "b2"], Operation="Install", RebootOption="RebootIfNeeded"),
    task_id("c"): {
        "WindowId": BY_HAND,
        "WindowTaskId": task_id("c"),
        "TaskArn": "arn:aws:lambda:eu-central-1:123456789012:function:SSM-drain",
        "TaskType": "LAMBDA",
        "Priority": 3,
        "MaxConcurrency": "1",
        "MaxErrors": "1",
        "Name": "drain",
        "CutoffBehavior": "CANCEL_TASK",
        "ServiceRoleArn": ROLE,
        "Targets": [{"Key": "WindowTargetIds", "Values": [target_id("c1")]}],
        "TaskInvocationParameters": {"Lambda": {"Payload": "eyJncm91cCI6IndlYiJ9"}},
        "AlarmConfiguration": {"IgnorePollAlarmFailure": False, "Alarms": [{"Name": "errors"}]},
    },
}
BASELINE: dict[str, Any] = {
    "BaselineId": "pb-00000000000000001",
    "Name": "ops-prod-linux",
    "OperatingSystem": "AMAZON_LINUX_2",
    "GlobalFilters": {"PatchFilters": []},
    "ApprovalRules": {
        "PatchRules": [
            {
                "PatchFilterGroup": {"PatchFilters": [{"Key": "PRODUCT", "Values": ["AmazonLinux2"]}]},
                "ComplianceLevel": "HIGH",
                "ApproveAfterDays": 7,
                "EnableNonSecurity": False,
            }
        ]
    },
    "ApprovedPatches": [],
    "ApprovedPatchesComplianceLevel": "UNSPECIFIED",
    "ApprovedPatchesEnableNonSecurity": False,
    "RejectedPatches": [],
    "RejectedPatchesAction": "ALLOW_AS_DEPENDENCY",
    "PatchGroups": ["web", "db"],
    "Sources": [],
}
TAGS: dict[str, dict[str, str]] = {SCAN: {"Namespace": "ops"}, BASELINE["BaselineId"]: {"Namespace": "ops"}}


def target(window: str, name: str, groups: list[str], given: str | None) -> dict[str, Any]:
    named = {"Name": given} if given else {}
    return named | {
        "WindowId": window,
        "WindowTargetId": target_id(name),
        "ResourceType": "INSTANCE",
        "Targets": [{"Key": "tag:Patch Group", "Values": groups}],
    }


def tags_of(given: Any) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in TAGS.get(given["ResourceId"], {}).items()]


def account() -> FakeAws:
    identity = {"BaselineId": BASELINE["BaselineId"], "BaselineName": "ops-prod-linux", "DefaultBaseline": True}
    return FakeAws(
        {
            "DescribeMaintenanceWindows": lambda given: paged(
                "WindowIdentities", [{"WindowId": each} for each in (BY_HAND, SCAN, INSTALL)], given
            ),
            "GetMaintenanceWindow": lambda given: WINDOWS[given["WindowId"]],
            "DescribeMaintenanceWindowTargets": lambda given: paged(
                "Targets", [target(given["WindowId"], *each) for each in TARGETS[given["WindowId"]]], given
            ),
            "DescribeMaintenanceWindowTasks": lambda given: paged(
                "Tasks",
                [{"WindowTaskId": key} for key, each in TASKS.items() if each["WindowId"] == given["WindowId"]],
                given,
            ),
            "GetMaintenanceWindowTask": lambda given: TASKS[given["WindowTaskId"]],
            "DescribePatchBaselines": lambda given: paged("BaselineIdentities", [identity], given),
            "GetPatchBaseline": lambda _: BASELINE,
            "ListTagsForResource": lambda given: {"TagList": tags_of(given)},
        }
    )
