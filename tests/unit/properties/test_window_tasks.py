"""WindowTask: what it refuses, with full messages. What it renders: tests/unit/constructs/test_window_tasks.py."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_ssm as ssm
from aws_cdk import aws_stepfunctions as sfn

from patching_constructs import (
    CommandNotification,
    PatchHooks,
    PatchOperation,
    PatchTarget,
    PseudoParameter,
    RateControl,
    WindowTask,
)
from tests.refusals import refused, untyped

STACK = cdk.Stack(cdk.App(), "Stack")
ROLE = iam.Role.from_role_arn(STACK, "Role", "arn:aws:iam::111111111111:role/given")
FUNCTION = lambda_.Function.from_function_arn(STACK, "F", "arn:aws:lambda:eu-central-1:111111111111:function:SSMCheck")
VERSION = lambda_.Function.from_function_arn(STACK, "V", f"{FUNCTION.function_arn}:3")
ALIAS = lambda_.Alias(
    STACK, "A", alias_name="live", version=lambda_.Version.from_version_arn(STACK, "Three", VERSION.function_arn)
)
EXPRESS = sfn.CfnStateMachine(STACK, "Express", role_arn="arn:aws:iam::1:role/r", state_machine_type="EXPRESS")
MACHINE = sfn.StateMachine.from_state_machine_arn(STACK, "M", "arn:aws:states:eu-central-1:1:stateMachine:SSMCheck")
TOPIC = sns.Topic(STACK, "Topic")
TAG = PatchTarget.tag("Role", "web")
TEXT, NUMBER = cdk.Token.as_string({"Ref": "Text"}), cdk.Token.as_number({"Ref": "Number"})


def document(name: str, parameters: object, kind: str | None = None, **properties: Any) -> ssm.CfnDocument:
    content = {"schemaVersion": "2.2", "parameters": parameters, "mainSteps": []}
    return ssm.CfnDocument(STACK, name, content=content, document_type=kind, **properties)


LEVELS = document(
    "Levels",
    {
        "Level": {"type": "String", "allowedValues": ["low", "high"]},
        "Paths": {"type": "StringList", "minItems": 2, "default": []},
        "Java": {"type": "String", "allowedPattern": r"\p{Alpha}*", "default": ""},
        "Short": {"type": "String", "maxChars": 3, "default": ""},
        "Digits": {"type": "String", "allowedPattern": "[0-9]*", "default": ""},
    },
)
RUNBOOK = document("Runbook", {"Id": {"type": "String"}}, kind="Automation")
ASSUMING = document("Assuming", {"AutomationAssumeRole": {"type": "String", "default": ""}}, kind="Automation")
EXPORT = {"reportName": "weekly", "s3BucketName": "reports", "targets": "instanceids=*"}


def command(**parameters: Any) -> Callable[[], object]:
    return lambda: WindowTask.run_command(LEVELS, parameters=parameters)


def scan(**options: Any) -> Callable[[], object]:
    return lambda: WindowTask.scan().with_options(**options)


def patch(**parameters: str) -> Callable[[], object]:
    return lambda: WindowTask.run_command("AWS-RunPatchBaseline", parameters=parameters)


DOCUMENTS: dict[str, tuple[Callable[[], object], str]] = {
    "a document with a space": (
        lambda: WindowTask.run_command("Check Node"),
        "document must be the name or ARN of a document, got 'Check Node'",
    ),
    "a runbook as a command": (
        lambda: WindowTask.run_command("AWS-CreateImage"),
        "document must be a document of type Command, got AWS-CreateImage of type Automation; use "
        "WindowTask.automation(...)",
    ),
    "a command as a runbook": (
        lambda: WindowTask.automation("AWS-UpdateSSMAgent"),
        "document must be a document of type Automation, got AWS-UpdateSSMAgent of type Command; use "
        "WindowTask.run_command(...)",
    ),
    "a command of the app as a runbook": (
        lambda: WindowTask.automation(LEVELS, parameters={"Level": "low"}),
        "document must be a document of type Automation, got the document of type Command; use "
        "WindowTask.run_command(...)",
    ),
    "a misspelled patch document": (
        lambda: WindowTask.run_command("AWS-RunPatchBaselin"),
        "document must be spelled as AWS publishes it, got 'AWS-RunPatchBaselin'; did you mean 'AWS-RunPatchBaseline'?",
    ),
    "a parameter that the document does not have": (
        lambda: WindowTask.run_command("AWS-RunShellScript", parameters={"command": "date"}),
        "parameters must be parameters of AWS-RunShellScript: commands, workingDirectory, executionTimeout, got "
        "'command'; did you mean 'commands'?",
    ),
    "a parameter of a document without any": (
        lambda: WindowTask.run_command(document("None", {}), parameters={"Level": "low"}),
        "parameters cannot be used with the document, which has no parameters, got 'Level'; leave it out",
    ),
    "a missing parameter": (
        lambda: WindowTask.run_command("AWS-RunShellScript"),
        "parameters must contain 'commands', which AWS-RunShellScript requires, got none; add {'commands': ...}",
    ),
    "a missing parameter of the app": (
        command(Short="a"),
        "parameters must contain 'Level', which the document requires, got 'Short'; add {'Level': ...}",
    ),
    "a value that is not listed": (
        command(Level="medium"),
        "parameters 'Level' must be one of 'low', 'high', as the document requires, got 'medium'",
    ),
    "a value that does not match": (
        command(Level="low", Digits="a"),
        "parameters 'Digits' must be a text that matches [0-9]*, as the document requires, got 'a'",
    ),
    "a value that is too long": (
        command(Level="low", Short="long"),
        "parameters 'Short' must be at most 3 characters long, as the document requires, got 'long'",
    ),
    "too few values": (command(Level="low", Paths=["/"]), "parameters 'Paths' must have at least 2 items, got 1"),
    "two values for a text": (
        command(Level=["low", "high"]),
        "parameters 'Level' must be one value, because the document expects a String, got 2",
    ),
    "a number": (command(Level=1), "parameters 'Level' must be a string or a list of strings, got 1; write '1'"),
    "None for a value": (command(Level=untyped(None)), "parameters 'Level' must be a list of strings, got None"),
    "a list of parameters": (
        lambda: WindowTask.run_command("Check", parameters=untyped(["low"])),
        "parameters must be a Mapping, got ['low']; write {'commands': ['uptime']}",
    ),
    "a name that is no text": (
        lambda: WindowTask.run_command("Check", parameters=untyped({1: "low"})),
        "parameters names must be a string, got 1",
    ),
    "a patch operation that does not exist": (
        patch(Operation="install"),
        "parameters 'Operation' must be one of 'Scan', 'Install', as AWS-RunPatchBaseline requires, got 'install'; "
        "did you mean 'Install'?",
    ),
    "a reboot after a scan": (
        patch(Operation="Scan", RebootOption="NoReboot"),
        "reboot_option requires operation INSTALL instead of SCAN, because a scan installs nothing, got 'NoReboot'; "
        "leave it out",
    ),
    "both overrides": (
        patch(Operation="Install", BaselineOverride="s3://b/a.json", InstallOverrideList="s3://b/a.yaml"),
        "baseline_override cannot be used with install_override_list, got 's3://b/a.json' and 's3://b/a.yaml'; keep "
        "only one of them",
    ),
    "a pseudo parameter of a resource": (
        lambda: WindowTask.shell_script(f"echo {PseudoParameter.RESOURCE_ID}"),
        "lines must not contain {{RESOURCE_ID}}, which is not supported in a Run Command task, got "
        "'{{RESOURCE_ID}}'; a command runs on the node itself, so leave it out",
    ),
    "a pseudo parameter of a resource in a parameter": (
        command(Level=PseudoParameter.TARGET_ID),
        "parameters 'Level' must not contain {{TARGET_ID}}, which is not supported in a Run Command task, got "
        "'{{TARGET_ID}}'; a command runs on the node itself, so leave it out",
    ),
    "a role as a parameter": (
        lambda: WindowTask.automation("Check", parameters={"AutomationAssumeRole": "arn:aws:iam::1:role/r"}),
        "parameters must not contain 'AutomationAssumeRole', because the task needs permission to pass the role, got "
        "'AutomationAssumeRole'; use runbook_role=...",
    ),
    "a role for a runbook without the parameter": (
        lambda: WindowTask.automation(RUNBOOK, parameters={"Id": "1"}, runbook_role=ROLE),
        "runbook_role requires a document with the parameter AutomationAssumeRole, got the document; add the "
        "parameter to the document, and assumeRole: '{{ AutomationAssumeRole }}'",
    ),
    "no role for a runbook that requires one": (
        lambda: WindowTask.automation("AWS-ExportPatchReportToS3", parameters=EXPORT),
        "parameters must contain 'assumeRole', which AWS-ExportPatchReportToS3 requires, got 'reportName', "
        "'s3BucketName', 'targets'; use runbook_role=...",
    ),
}

OTHERS: dict[str, tuple[Callable[[], object], str]] = {
    "a function of CloudFront": (
        lambda: WindowTask.lambda_function(untyped(cloudfront_function())),
        "function must be from aws_lambda, got an object of type Function; import one with "
        "aws_lambda.Function.from_function_arn(...)",
    ),
    "a payload that is too long": (
        lambda: WindowTask.lambda_function(FUNCTION, payload={"a": "ä" * 2048}),
        "payload must have at most 4096 bytes as JSON, got 4105",
    ),
    "a payload with a date": (
        lambda: WindowTask.lambda_function(FUNCTION, payload={"a": timedelta(1)}),
        "payload must contain only values that JSON supports, got an error: Object of type timedelta is not JSON "
        "serializable",
    ),
    "a payload with a numeric token": (
        lambda: WindowTask.lambda_function(FUNCTION, payload={"a": [1, {"b": NUMBER}]}),
        "payload must not contain a number that is a token, got a token; use aws_cdk.Token.as_string(...)",
    ),
    "a client context that is too long": (
        lambda: WindowTask.lambda_function(FUNCTION, client_context={"a": "x" * 6000}),
        "client_context must have at most 6000 bytes as JSON, got 6009",
    ),
    "an empty qualifier": (
        lambda: WindowTask.lambda_function(FUNCTION, qualifier=""),
        "qualifier must have 1-128 characters, got 0",
    ),
    "a qualifier of a version": (
        lambda: WindowTask.lambda_function(VERSION, qualifier="4"),
        "qualifier cannot be used with a function that is a version or an alias, got '4'; leave it out",
    ),
    "a qualifier of an alias": (
        lambda: WindowTask.lambda_function(ALIAS, qualifier="4"),
        "qualifier cannot be used with a function that is a version or an alias, got '4'; leave it out",
    ),
    "an express workflow": (
        lambda: WindowTask.step_functions(EXPRESS),
        "state_machine must be a standard workflow, because a maintenance window supports no express workflow, got an "
        "express workflow; use StateMachineType.STANDARD",
    ),
    "an input that is too long": (
        lambda: WindowTask.step_functions(MACHINE, input={"a": "x" * 5000}),
        "input must have at most 4096 bytes as JSON, got 5009",
    ),
    "a long name of an execution": (
        lambda: WindowTask.step_functions(MACHINE, execution_name="x" * 81),
        "execution_name must have 1-80 characters, got 81",
    ),
    "a name of an execution with a space": (
        lambda: WindowTask.step_functions(MACHINE, execution_name="after patching"),
        "execution_name must not contain ' ', which Step Functions does not accept, got 'after patching'; use letters, "
        "digits, -, _ and pseudo parameters",
    ),
    "an unknown pseudo parameter in the name of an execution": (
        lambda: WindowTask.step_functions(MACHINE, execution_name="{{WINDOW_FOO}}-{{ INVOCATION_ID }}"),
        "execution_name must not contain '{', which Step Functions does not accept, got "
        "'{{WINDOW_FOO}}-{{ INVOCATION_ID }}'; use letters, digits, -, _ and pseudo parameters",
    ),
    "an empty version": (
        lambda: WindowTask.update_ssm_agent(version=""),
        "version must have at least one character, got ''; leave it out",
    ),
    "a script without lines": (WindowTask.shell_script, "lines must have at least 1 item, got 0"),
    "a list of lines": (
        lambda: WindowTask.shell_script(untyped(["date", "uptime"])),
        "each line must be a string, got ['date', 'uptime']; to pass a list, write *lines",
    ),
    "an empty directory": (
        lambda: WindowTask.powershell_script("date", working_directory=""),
        "working_directory must have at least one character, got ''; leave it out",
    ),
    "a script that runs for days": (
        lambda: WindowTask.shell_script("date", execution_timeout=timedelta(days=3)),
        "execution_timeout must be 1-172800 whole seconds, got 259200 seconds",
    ),
    "a reboot after a list of updates": (
        lambda: WindowTask.windows_updates(PatchOperation.SCAN, allow_reboot=True),
        "allow_reboot requires operation INSTALL instead of SCAN, because a scan installs nothing, got True; leave it "
        "out",
    ),
    "a category that does not exist": (
        lambda: WindowTask.windows_updates(PatchOperation.INSTALL, severity_levels=["High"]),
        "parameters 'SeverityLevels' must be a comma-separated list of Critical, Important, Low, Moderate, "
        "Unspecified, as AWS-InstallWindowsUpdates requires, got 'High'",
    ),
    "a category with a space": (
        lambda: WindowTask.windows_updates(PatchOperation.INSTALL, categories=["Drivers", "Security Updates"]),
        "parameters 'Categories' must be a comma-separated list of Application, Connectors, CriticalUpdates, "
        "DefinitionUpdates, DeveloperKits, Drivers, FeaturePacks, Guidance, Microsoft, SecurityUpdates, ServicePacks, "
        "Tools, UpdateRollups, Updates, as AWS-InstallWindowsUpdates requires, got 'Drivers,Security Updates'; did you "
        "mean 'SecurityUpdates'?",
    ),
    "a hook with a space": (
        lambda: WindowTask.reboot(post_reboot_hook="Rejoin Node"),
        "post_reboot_hook must be the name or ARN of an SSM document, 3-128 letters, digits, _, - and ., got "
        "'Rejoin Node'",
    ),
    "no instance to start": (
        WindowTask.start_stopped_instances,
        "targets must have 1-10 items, got 0; add PatchTarget.instance_ids(...)",
    ),
    "a list of targets": (
        lambda: WindowTask.stop_instances(untyped([PatchTarget.instance_ids("i-0123456789abcdef0")])),
        "each target must be a PatchTarget, got an object of type list; to pass a list, write *targets",
    ),
    "instances to start by tag": (
        lambda: WindowTask.start_stopped_instances(TAG),
        "targets must be instance IDs or a resource group for AWS-StartEC2Instance, which finds no stopped nodes by "
        "tag, got 'tag:Role'; use PatchTarget.instance_ids(...), .instances(...) or .resource_group(...)",
    ),
    "a hybrid node to stop": (
        lambda: WindowTask.stop_instances(PatchTarget.instance_ids("mi-0123456789abcdef0")),
        "targets must be EC2 instances for AWS-StopEC2Instance, got 'mi-0123456789abcdef0'",
    ),
    "an automation as a hook": (
        lambda: PatchHooks(pre_install=RUNBOOK),
        "PatchHooks pre_install must be a document of type Command, got the document of type Automation; run it with "
        "WindowTask.automation(...)",
    ),
    "a runbook of AWS as a hook": (
        lambda: PatchHooks(pre_install="arn:aws:ssm:eu-central-1::document/AWS-CreateImage"),
        "PatchHooks pre_install must be a document of type Command, got AWS-CreateImage of type Automation; run it "
        "with WindowTask.automation(...)",
    ),
    "a document of AWS that requires a parameter as a hook": (
        lambda: PatchHooks(pre_install="AWS-RunPatchBaseline"),
        "PatchHooks pre_install must not require parameters, got AWS-RunPatchBaseline, which requires 'Operation'",
    ),
    "a hook that requires a parameter": (
        lambda: PatchHooks(on_exit=LEVELS),
        "PatchHooks on_exit must not require parameters, got the document, which requires 'Level'; give it a default",
    ),
    "a runbook of AWS as a hook of a reboot": (
        lambda: WindowTask.reboot(post_reboot_hook="AWS-CreateImage"),
        "post_reboot_hook must be a document of type Command, got AWS-CreateImage of type Automation; run it with "
        "WindowTask.automation(...)",
    ),
    "an automation as a hook of a reboot": (
        lambda: WindowTask.reboot(post_reboot_hook=RUNBOOK),
        "post_reboot_hook must be a document of type Command, got the document of type Automation; run it with "
        "WindowTask.automation(...)",
    ),
    "volumes in a group without a name": (
        lambda: WindowTask.create_snapshot(""),
        "resource_group must have 1-256 characters, got ''",
    ),
}

OPTIONS: dict[str, tuple[Callable[[], object], str]] = {
    "an id with a slash": (scan(id="a/b"), "id must be a nonempty string without slashes, got 'a/b'"),
    "no targets for a command": (
        scan(targets=[]),
        "targets must have 1-10 items, because task Scan runs a command on them, got 0; add PatchTarget.tag(key, "
        "value)",
    ),
    "eleven targets": (
        scan(targets=[TAG] * 11),
        "targets must have at most 10 items, got 11; split the task, or select more nodes by one tag",
    ),
    "no concurrency": (
        scan(max_concurrency=RateControl.count(0)),
        "max_concurrency must be at least 1, got '0'; to pause patching, use enabled=False",
    ),
    "rate control without targets": (
        lambda: WindowTask.automation("Check").with_options(targets=[], max_concurrency=RateControl.count(2)),
        "max_concurrency requires a task with targets, got '2'; leave it out, or set targets",
    ),
    "a pseudo parameter of a target without targets": (
        lambda: WindowTask.lambda_function(FUNCTION, payload={"t": PseudoParameter.TARGET_TYPE}).with_options(
            targets=[]
        ),
        "payload must not contain {{TARGET_TYPE}} in a task without targets, got '{{TARGET_TYPE}}'; set targets, or "
        "leave it out",
    ),
    "a pseudo parameter of a resource in a state machine without targets": (
        lambda: WindowTask.step_functions(MACHINE, execution_name=PseudoParameter.RESOURCE_ID).with_options(targets=[]),
        "execution_name must not contain {{RESOURCE_ID}} in a task without targets, got '{{RESOURCE_ID}}'; set "
        "targets, or leave it out",
    ),
    "an option of Run Command for an automation": (
        lambda: WindowTask.create_image().with_options(start_timeout=timedelta(hours=1)),
        "start_timeout cannot be used with a task of type Automation, got 3600; leave it out",
    ),
    "a version of a function": (
        lambda: WindowTask.lambda_function(FUNCTION).with_options(document_version="1"),
        "document_version cannot be used with a task of type Lambda, got '1'; leave it out",
    ),
    "a comment on a state machine": (
        lambda: WindowTask.step_functions(MACHINE).with_options(comment="nightly"),
        "comment cannot be used with a task of type Step Functions, got 'nightly'; leave it out",
    ),
    "a version that does not exist": (
        scan(document_version="newest"),
        "document_version must be '$DEFAULT', '$LATEST' or a number such as '1', got 'newest'",
    ),
    "a long comment": (scan(comment="x" * 101), "comment must have 1-100 characters, got 101"),
    "an empty description": (scan(task_description=""), "task_description must have 1-128 characters, got 0"),
    "a role beside the service-linked one": (
        scan(role=ROLE, service_linked_role=True),
        "service_linked_role cannot be used with role, got both; keep only one of them",
    ),
    "the service-linked role for a runbook": (
        lambda: WindowTask.create_image().with_options(service_linked_role=True),
        "service_linked_role requires a Run Command task without a notification, got a task of type Automation; leave "
        "it out",
    ),
    "the service-linked role with a notification": (
        scan(notification=CommandNotification(topic=TOPIC), service_linked_role=True),
        "service_linked_role requires a Run Command task without a notification, got a task with a notification; leave "
        "it out",
    ),
}
REFUSALS = DOCUMENTS | OTHERS | OPTIONS


def cloudfront_function() -> cloudfront.Function:
    code = cloudfront.FunctionCode.from_inline("function handler(event) { return event.request }")
    return cloudfront.Function(cdk.Stack(), "Function", code=code)


@pytest.mark.parametrize(("make", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusal(make: Callable[[], object], message: str) -> None:
    assert refused(make) == message


ACCEPTED: dict[str, Callable[[], object]] = {
    "a hook that is a token": lambda: WindowTask.reboot(post_reboot_hook=LEVELS.ref),
    "a pattern of Java": command(Level="low", Java="abc"),
    "a reference to Parameter Store": command(Level="{{ssm:/level}}"),
    "a token as a value": command(Level=TEXT),
    "a token as a name": lambda: WindowTask.run_command(LEVELS, parameters={TEXT: "low"}),
    "a token as a document": lambda: WindowTask.run_command(TEXT),
    "content that is text": lambda: WindowTask.run_command(text_document(), parameters={"Any": "1"}),
    "content that is unknown": lambda: WindowTask.automation(document("Unknown", TEXT), parameters={"Any": "1"}),
    "a type that is unknown": lambda: WindowTask.automation(document("Kind", {}, kind=TEXT), parameters={"Any": "1"}),
    "a role for a runbook of the app": lambda: WindowTask.automation(ASSUMING, runbook_role=ROLE),
    "a payload that is a token": lambda: WindowTask.lambda_function(FUNCTION, payload={"a": TEXT * 400}),
    "a pseudo parameter that is unknown": lambda: WindowTask.shell_script("echo {{UNKNOWN}} {{ jinja }}"),
    "a window's own pseudo parameter": lambda: WindowTask.shell_script(f"echo {PseudoParameter.WINDOW_ID}"),
    "a pseudo parameter of the window without targets": lambda: WindowTask.automation(
        "Check", parameters={"Window": PseudoParameter.WINDOW_EXECUTION_ID}
    ).with_options(targets=[]),
    "instances that a runbook names": lambda: WindowTask.automation(
        "AWS-StartEC2Instance", parameters={"InstanceId": "i-0123456789abcdef0"}
    ).with_options(targets=[TAG]),
    "hooks of a patch document": lambda: WindowTask.run_command(
        "AWS-RunPatchBaselineWithHooks", parameters={"Operation": "Install", "OnExitHookDocName": "Rejoin"}
    ),
    "a timeout of a patch document": patch(Operation="Install", StepTimeoutSeconds="600"),
    "an unknown timeout of a patch document": patch(Operation="Install", StepTimeoutSeconds=TEXT),
    "an unknown operation": patch(Operation=TEXT),
    "a script with every argument": lambda: WindowTask.shell_script(
        "date",
        working_directory="/var",
        execution_timeout=cdk.Duration.seconds(NUMBER),
    ),
}


def text_document() -> ssm.CfnDocument:
    return ssm.CfnDocument(STACK, "Text", content="schemaVersion: '2.2'", document_type="Automation")


@pytest.mark.parametrize("make", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_accepted(make: Callable[[], object]) -> None:
    assert isinstance(make(), WindowTask)


def test_options_that_are_not_given_are_unchanged() -> None:
    task = WindowTask.reboot().with_options(task_name="reboot", comment="monthly", max_errors=RateControl.count(0))
    assert task.with_options() == task
    assert task.with_options(task_name="restart").max_errors == RateControl.count(0)


@pytest.mark.parametrize(
    ("task", "id_"),
    [
        (WindowTask.run_command("AWS-UpdateSSMAgent"), "AWS-UpdateSSMAgent"),
        (WindowTask.run_command("arn:aws:ssm:eu-central-1:111111111111:document/Check"), "RunCommand"),
        (WindowTask.automation(TEXT), "Automation"),
        (WindowTask.lambda_function(FUNCTION), "LambdaFunction"),
        (WindowTask.step_functions(MACHINE), "StepFunctions"),
    ],
)
def test_the_id_is_that_of_the_document_if_it_is_known(task: WindowTask, id_: str) -> None:
    assert task.id == id_


def test_a_hook_of_the_app_without_required_parameters_is_accepted() -> None:
    optional = document("Optional", {"Level": {"type": "String", "default": "low"}})
    assert list(PatchHooks(pre_install=optional).documents) == ["pre_install"]
