"""Every preset of WindowTask, with what AWS documents as required to run it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from patching_constructs import PatchOperation, PatchTarget, WindowTask

NODE: Final = PatchTarget.instance_ids("i-0123456789abcdef0")
ROLE: Final = "arn:aws:iam::111111111111:role/"
ID: Final = "{{RESOURCE_ID}}"

# The actions in the policy that AWS documents for the tasks of each type, with targets:
# https://docs.aws.amazon.com/systems-manager/latest/userguide/configuring-maintenance-window-permissions-console.html
FINDING: Final = {"resource-groups:ListGroupResources", "resource-groups:ListGroups", "tag:GetResources"}
DOCUMENTED: Final = {
    "RUN_COMMAND": FINDING
    | {
        "ssm:CancelCommand",
        "ssm:GetCommandInvocation",
        "ssm:ListCommandInvocations",
        "ssm:ListCommands",
        "ssm:SendCommand",
    },
    "AUTOMATION": FINDING | {"ssm:GetAutomationExecution", "ssm:StartAutomationExecution"},
}


@dataclass(frozen=True)
class Preset:
    """A preset, the document that it runs, and the permissions of the role of its runbook."""

    make: Callable[[cdk.Stack], WindowTask]
    document: str
    parameters: dict[str, Any] = field(default_factory=dict)
    runbook_actions: frozenset[str] = frozenset()
    """Those of the role that is created for the runbook."""
    kind: str = "RUN_COMMAND"
    cutoff: str | None = None


def role(stack: cdk.Stack, name: str) -> iam.IRole:
    return iam.Role.from_role_arn(stack, name, f"{ROLE}{name}")


def rollback(stack: cdk.Stack) -> WindowTask:
    bucket = s3.Bucket.from_bucket_name(stack, "Reports", "reports")
    return WindowTask.patch_with_rollback(
        runbook_role=role(stack, "Runbook"), lambda_role=role(stack, "Lambda"), report_bucket=bucket
    )


def windows_updates(_: cdk.Stack) -> WindowTask:
    return WindowTask.windows_updates(
        PatchOperation.INSTALL,
        allow_reboot=True,
        include_kbs=["KB5034441", "KB5034442"],
        exclude_kbs=["KB890830"],
        categories=["SecurityUpdates"],
        severity_levels=["Critical", "Important"],
    )


CANCEL: Final = "CANCEL_TASK"
PRESETS: Final[dict[str, Preset]] = {
    "update_ssm_agent": Preset(lambda _: WindowTask.update_ssm_agent(), "AWS-UpdateSSMAgent"),
    "scan": Preset(lambda _: WindowTask.scan(), "AWS-RunPatchBaseline", {"Operation": ["Scan"]}),
    "reboot": Preset(lambda _: WindowTask.reboot(), "AWS-InstanceRebootWithHooks", cutoff=CANCEL),
    "windows_updates": Preset(
        windows_updates,
        "AWS-InstallWindowsUpdates",
        {
            "Action": ["Install"],
            "AllowReboot": ["True"],
            "Categories": ["SecurityUpdates"],
            "ExcludeKbs": ["KB890830"],
            "IncludeKbs": ["KB5034441,KB5034442"],
            "SeverityLevels": ["Critical,Important"],
        },
        cutoff=CANCEL,
    ),
    "shell_script": Preset(
        lambda _: WindowTask.shell_script("set -e", "uptime"), "AWS-RunShellScript", {"commands": ["set -e", "uptime"]}
    ),
    "powershell_script": Preset(
        lambda _: WindowTask.powershell_script("Get-Date"), "AWS-RunPowerShellScript", {"commands": ["Get-Date"]}
    ),
    "create_image": Preset(
        lambda _: WindowTask.create_image(),
        "AWS-CreateImage",
        {"InstanceId": [ID], "NoReboot": ["true"]},
        frozenset({"ec2:CreateImage", "ec2:DescribeImages"}),
        kind="AUTOMATION",
    ),
    "create_snapshot": Preset(
        lambda _: WindowTask.create_snapshot("volumes"),
        "AWS-CreateSnapshot",
        {"VolumeId": [ID]},
        frozenset({"ec2:CreateSnapshot", "ec2:DescribeSnapshots"}),
        kind="AUTOMATION",
    ),
    "start_stopped_instances": Preset(
        lambda _: WindowTask.start_stopped_instances(NODE),
        "AWS-StartEC2Instance",
        {"InstanceId": [ID]},
        frozenset({"ec2:DescribeInstanceStatus", "ec2:StartInstances"}),
        kind="AUTOMATION",
        cutoff=CANCEL,
    ),
    "stop_instances": Preset(
        lambda _: WindowTask.stop_instances(NODE),
        "AWS-StopEC2Instance",
        {"InstanceId": [ID]},
        frozenset({"ec2:DescribeInstanceStatus", "ec2:StopInstances"}),
        kind="AUTOMATION",
        cutoff=CANCEL,
    ),
    "patch_with_rollback": Preset(
        rollback,
        "AWS-PatchInstanceWithRollback",
        {"InstanceId": [ID], "LambdaAssumeRole": [f"{ROLE}Lambda"], "ReportS3Bucket": ["reports"]},
        kind="AUTOMATION",
        cutoff=CANCEL,
    ),
}
