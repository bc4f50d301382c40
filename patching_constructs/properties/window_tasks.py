"""Tasks of a maintenance window: of every type, and presets for what is often run before and after patching.

https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-assign-tasks.html
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Self

from patching_constructs._errors import refusal
from patching_constructs._tokens import joined
from patching_constructs._validation import check_flag, check_list_of, check_literal, check_reference
from patching_constructs.properties._durations import Length
from patching_constructs.properties._json_texts import json_text
from patching_constructs.properties._task_parameters import (
    POST_REBOOT_HOOK,
    REBOOT_WITH_HOOKS,
    check_nonempty,
    check_patch_document,
    post_reboot_document,
    script_parameters,
    task_id,
    without_none,
)
from patching_constructs.properties.command import OPERATION, RUN_PATCH_BASELINE, PatchOperation
from patching_constructs.properties.document_parameters import DocumentParameters, given_parameters
from patching_constructs.properties.pseudo_parameters import PseudoParameter
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.properties.task_actions import (
    Automation,
    LambdaFunction,
    RunCommand,
    StateMachine,
)
from patching_constructs.properties.task_options import TaskOptions
from patching_constructs.ssm import limits
from patching_constructs.ssm.documents import ACTION, INSTALL_WINDOWS_UPDATES, UPDATE_SSM_AGENT
from patching_constructs.ssm.runbooks import (
    CREATE_IMAGE,
    CREATE_SNAPSHOT,
    EC2_VOLUME,
    PATCH_WITH_ROLLBACK,
    START_INSTANCES,
    STOP_INSTANCES,
)

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_iam import IRoleRef
    from aws_cdk.interfaces.aws_lambda import IFunctionRef
    from aws_cdk.interfaces.aws_s3 import IBucketRef
    from aws_cdk.interfaces.aws_ssm import IDocumentRef
    from aws_cdk.interfaces.aws_stepfunctions import IStateMachineRef

_ROLE: Final = "pass an iam.Role, or use iam.Role.from_role_arn(...)"


class WindowTask(TaskOptions):
    """A task of a maintenance window, other than the patching of a `PatchSchedule`.

    Create a task with a factory, and set more with `with_options`. By default it runs on the targets of the window, on
    10 percent of them at once, until 10 percent have errors, with a role of the window.

    Tasks start in the order of their priorities. AWS does not document that a failed task stops later ones: use the
    hooks of a `PatchSchedule` where a step depends on the success of another.

    Raises:
        PatchingError: a property is invalid.
    """

    __slots__ = ()

    # --- The four types -------------------------------------------------------------------------------

    @classmethod
    def run_command(cls, document: "str | IDocumentRef", *, parameters: "DocumentParameters | None" = None) -> Self:
        """Run a Command document on the nodes.

        At the cutoff, a document of AWS that installs updates, or reboots nodes, is canceled by default, so that it
        starts on no further node. Other documents continue, the service's default.

        Args:
            document: the name or ARN of a document, or a document of the app.
            parameters: the parameters of the document, by name; each a string or a list of strings. Those of a known
                document of AWS, and of an ``aws_ssm.CfnDocument``, are checked. Default: none.

        Raises:
            PatchingError: the document has another type, or does not accept the parameters.
        """
        given = given_parameters(parameters)
        action = RunCommand(document=document, parameters=given)
        check_patch_document(action.name, {name: values[0] for name, values in given if values})
        cutoff = action.default_cutoff_behavior
        return cls(id=task_id(document, "RunCommand"), action=action, cutoff_behavior=cutoff)

    @classmethod
    def automation(
        cls,
        document: "str | IDocumentRef",
        *,
        parameters: "DocumentParameters | None" = None,
        runbook_role: "IRoleRef | None" = None,
    ) -> Self:
        """Run a runbook: once for each target, or once for a task without targets.

        At the cutoff, a runbook of AWS that installs updates, or reboots, starts or stops nodes, is canceled by
        default. Other runbooks continue, the service's default.

        Args:
            document: the name or ARN of a runbook, or a document of the app.
            parameters: the parameters of the runbook, by name; each a string or a list of strings. The id of the target
                is `PseudoParameter.RESOURCE_ID`. Default: none.
            runbook_role: the role that the runbook runs with, its parameter ``AutomationAssumeRole``.
                Default: for a runbook whose permissions AWS documents, a new role with them; otherwise, the role that
                runs the task, which lacks the permissions of the steps, so that there is a warning.

        Raises:
            PatchingError: the document has another type, or does not accept the parameters.
        """
        action = Automation(document=document, parameters=given_parameters(parameters), runbook_role=runbook_role)
        cutoff = action.default_cutoff_behavior
        return cls(id=task_id(document, "Automation"), action=action, cutoff_behavior=cutoff)

    @classmethod
    def lambda_function(
        cls,
        function: "IFunctionRef",
        *,
        payload: "Mapping[str, object] | None" = None,
        client_context: "Mapping[str, object] | None" = None,
        qualifier: str | None = None,
    ) -> Self:
        """Invoke a Lambda function: once for each target, or once for a task without targets.

        AWS documents that the name of the function begins with ``SSM``.

        Args:
            function: the function.
            payload: the event of the function, at most 4096 bytes as JSON. Its strings can contain a `PseudoParameter`.
                A list that is a token must have at least one item. Default: none.
            client_context: the client context of the invocation, at most 6000 bytes as JSON. Default: none.
            qualifier: a version or an alias of the function, 1-128 characters. Not with an ``aws_lambda.Version`` or
                ``Alias``. Default: the unpublished version.

        Raises:
            PatchingError: an argument is invalid.
        """
        action = LambdaFunction(
            function=function,
            payload=json_text("payload", payload),
            client_context=json_text("client_context", client_context),
            qualifier=qualifier,
        )
        return cls(id="LambdaFunction", action=action)

    @classmethod
    def step_functions(
        cls,
        state_machine: "IStateMachineRef",
        *,
        input: "Mapping[str, object] | None" = None,  # noqa: A002 - the service's name for it
        execution_name: str | None = None,
    ) -> Self:
        """Start a standard workflow: once for each target, or once for a task without targets.

        AWS documents that the name of the state machine begins with ``SSM``.

        Args:
            state_machine: the state machine.
            input: the input of the execution, at most 4096 bytes as JSON. Its strings can contain a `PseudoParameter`.
                A list that is a token must have at least one item. Default: none.
            execution_name: the name of the execution, 1-80 characters, which must be different in each execution: use
                `PseudoParameter.INVOCATION_ID`. Default: a generated name.

        Raises:
            PatchingError: an argument is invalid.
        """
        text = json_text("input", input)
        action = StateMachine(state_machine=state_machine, input=text, execution_name=execution_name)
        return cls(id="StepFunctions", action=action)

    # --- Commands -------------------------------------------------------------------------------------

    @classmethod
    def update_ssm_agent(cls, *, version: str | None = None, allow_downgrade: bool = False) -> Self:
        """Update SSM Agent, with ``AWS-UpdateSSMAgent``.

        Args:
            version: the version to install, at least one character. Default: the newest version.
            allow_downgrade: whether an older version can be installed. Default: False.

        Raises:
            PatchingError: an argument is invalid.
        """
        check_nonempty("version", version)
        check_flag("allow_downgrade", allow_downgrade)
        given = without_none({"version": version, "allowDowngrade": "true" if allow_downgrade else None})
        return cls.run_command(UPDATE_SSM_AGENT, parameters=given).with_options(id="UpdateSsmAgent")

    @classmethod
    def scan(cls) -> Self:
        """Scan for missing patches with ``AWS-RunPatchBaseline``, for example so that compliance data is current."""
        task = cls.run_command(RUN_PATCH_BASELINE, parameters={OPERATION: PatchOperation.SCAN.value})
        return task.with_options(id="Scan")

    @classmethod
    def reboot(cls, *, post_reboot_hook: "str | IDocumentRef | None" = None) -> Self:
        """Reboot the nodes, with ``AWS-InstanceRebootWithHooks``, for example after an install with NO_REBOOT.

        It reboots every node, whether a reboot is pending or not, and supports Linux and Windows. No further node
        reboots after the cutoff.

        Args:
            post_reboot_hook: the name or ARN of a Command document that runs after the reboot, or a document of the
                app. Default: none.

        Raises:
            PatchingError: the name of the document is invalid.
        """
        hooks = () if post_reboot_hook is None else (("post_reboot_hook", post_reboot_hook),)
        name = None if post_reboot_hook is None else post_reboot_document(post_reboot_hook)
        given = without_none({POST_REBOOT_HOOK: name})
        action = RunCommand(document=REBOOT_WITH_HOOKS, parameters=given_parameters(given), hooks=hooks)
        return cls(id="Reboot", action=action, cutoff_behavior=action.default_cutoff_behavior)

    @classmethod
    def windows_updates(
        cls,
        operation: PatchOperation,
        *,
        allow_reboot: bool = False,
        include_kbs: Sequence[str] = (),
        exclude_kbs: Sequence[str] = (),
        categories: Sequence[str] = (),
        severity_levels: Sequence[str] = (),
    ) -> Self:
        """Install or list updates on Windows with ``AWS-InstallWindowsUpdates``, without a patch baseline.

        Args:
            operation: whether updates are listed (SCAN) or installed (INSTALL).
            allow_reboot: whether a node reboots if an update requires it. Only with INSTALL. Default: False.
            include_kbs: the only updates, such as ``KB5034441``. Default: all.
            exclude_kbs: updates that are left out. Default: none.
            categories: categories, such as ``SecurityUpdates``. Default: all.
            severity_levels: severity levels, such as ``Critical``. Default: all.

        Raises:
            PatchingError: an argument is invalid.
        """
        check_literal("windows_updates operation", operation, PatchOperation)
        check_flag("allow_reboot", allow_reboot)
        if allow_reboot and operation == PatchOperation.SCAN:
            rule = "requires operation INSTALL instead of SCAN, because a scan installs nothing"
            raise refusal("allow_reboot", rule, allow_reboot, "leave it out")
        lists = {
            "IncludeKbs": check_list_of("include_kbs", include_kbs, str),
            "ExcludeKbs": check_list_of("exclude_kbs", exclude_kbs, str),
            "Categories": check_list_of("categories", categories, str),
            "SeverityLevels": check_list_of("severity_levels", severity_levels, str),
        }
        given = {ACTION: str(operation), "AllowReboot": str(allow_reboot)}
        given |= {name: joined(",", values) for name, values in lists.items() if values}
        task = cls.run_command(INSTALL_WINDOWS_UPDATES, parameters=given)
        return task.with_options(id="WindowsUpdates")

    @classmethod
    def shell_script(
        cls, *lines: str, working_directory: str | None = None, execution_timeout: Length | None = None
    ) -> Self:
        """Run a shell script on Linux or macOS, with ``AWS-RunShellScript``.

        Its exit code is that of the last command: begin with ``set -e`` to stop at the first error.

        Args:
            lines: the lines of the script, at least one.
            working_directory: the directory to run in. Default: the agent's.
            execution_timeout: how long the script can run, from 1 second to 48 hours. Default: that of the document, 1
                hour.

        Raises:
            PatchingError: an argument is invalid.
        """
        parameters = script_parameters(lines, working_directory, execution_timeout)
        return cls.run_command("AWS-RunShellScript", parameters=parameters).with_options(id="ShellScript")

    @classmethod
    def powershell_script(
        cls, *lines: str, working_directory: str | None = None, execution_timeout: Length | None = None
    ) -> Self:
        """Run a PowerShell script, with ``AWS-RunPowerShellScript``.

        Begin with ``$ErrorActionPreference = 'Stop'`` to stop at the first error.

        Args:
            lines: the lines of the script, at least one.
            working_directory: the directory to run in. Default: the agent's.
            execution_timeout: how long the script can run, from 1 second to 48 hours. Default: that of the document, 1
                hour.

        Raises:
            PatchingError: an argument is invalid.
        """
        parameters = script_parameters(lines, working_directory, execution_timeout)
        return cls.run_command("AWS-RunPowerShellScript", parameters=parameters).with_options(id="PowerShellScript")

    # --- Runbooks -------------------------------------------------------------------------------------

    @classmethod
    def create_image(cls, *, no_reboot: bool = True) -> Self:
        """Create an image of every EC2 instance, with ``AWS-CreateImage``.

        Args:
            no_reboot: whether instances keep running, so that the file systems of the image can be inconsistent. With
                False, **every instance is rebooted**. Default: True.

        Raises:
            PatchingError: the argument is not True or False.
        """
        check_flag("no_reboot", no_reboot)
        given = {"InstanceId": PseudoParameter.RESOURCE_ID.value, "NoReboot": str(no_reboot).lower()}
        return cls.automation(CREATE_IMAGE, parameters=given).with_options(id="CreateImage")

    @classmethod
    def create_snapshot(cls, resource_group: str) -> Self:
        """Create a snapshot of every EBS volume in a resource group, with ``AWS-CreateSnapshot``.

        Args:
            resource_group: the name of a resource group that contains the volumes.

        Raises:
            PatchingError: the name is empty or contains a comma.
        """
        volumes = PatchTarget.resource_group(resource_group, EC2_VOLUME)
        given = {"VolumeId": PseudoParameter.RESOURCE_ID.value}
        return cls.automation(CREATE_SNAPSHOT, parameters=given).with_options(id="CreateSnapshot", targets=[volumes])

    @classmethod
    def start_stopped_instances(cls, *targets: PatchTarget) -> Self:
        """Start stopped EC2 instances, with ``AWS-StartEC2Instance``. Running ones are unchanged.

        Args:
            targets: instance IDs or resource groups: Systems Manager finds no stopped nodes by tag.

        Raises:
            PatchingError: there is no target, or a target selects nodes by tag.
        """
        return cls._of_instances(START_INSTANCES, "StartStoppedInstances", targets)

    @classmethod
    def stop_instances(cls, *targets: PatchTarget) -> Self:
        """Stop EC2 instances, with ``AWS-StopEC2Instance``: **all** of the targets, also those that ran before.

        Args:
            targets: the instances that should be stopped outside of the window.

        Raises:
            PatchingError: there is no target.
        """
        return cls._of_instances(STOP_INSTANCES, "StopInstances", targets)

    @classmethod
    def patch_with_rollback(
        cls, *, runbook_role: "IRoleRef", lambda_role: "IRoleRef", report_bucket: "IBucketRef | None" = None
    ) -> Self:
        """Patch EC2 instances with ``AWS-PatchInstanceWithRollback``, which restores the root volume after a failure.

        Each run creates a CloudFormation stack with Lambda functions, and a snapshot of the root volume. AWS does not
        document which permissions that requires, so the roles are yours.

        Args:
            runbook_role: the role that the runbook runs with.
            lambda_role: the role of the Lambda functions. Without one, the runbook would create a role in each run,
                which requires permission to change IAM.
            report_bucket: the bucket for the compliance report. Default: none.

        Raises:
            PatchingError: an argument has another type.
        """
        check_reference("runbook_role", runbook_role, "IRoleRef", _ROLE)
        check_reference("lambda_role", lambda_role, "IRoleRef", _ROLE)
        given = {
            "InstanceId": PseudoParameter.RESOURCE_ID.value,
            "LambdaAssumeRole": lambda_role.role_ref.role_arn,
        }
        if report_bucket is not None:
            fix = "import one by its name with aws_s3.Bucket.from_bucket_name(...)"
            check_reference("report_bucket", report_bucket, "IBucketRef", fix)
            given["ReportS3Bucket"] = report_bucket.bucket_ref.bucket_name
        task = cls.automation(PATCH_WITH_ROLLBACK, parameters=given, runbook_role=runbook_role)
        return task.with_options(id="PatchWithRollback")

    @classmethod
    def _of_instances(cls, runbook: str, id: str, targets: tuple[PatchTarget, ...]) -> Self:  # noqa: A002
        check_list_of("targets", targets, PatchTarget, "to pass a list, write *targets", item="each target")
        if not targets:
            raise refusal("targets", f"must have 1-{limits.TASK_TARGETS} items", 0, "add PatchTarget.instance_ids(...)")
        given = {"InstanceId": PseudoParameter.RESOURCE_ID.value}
        return cls.automation(runbook, parameters=given).with_options(id=id, targets=targets)
