"""What a task of each type renders, with every option that its type has."""

import json
from base64 import b64decode
from datetime import timedelta
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_ssm as ssm
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Annotations, Match, Template

from patching_constructs import (
    CommandNotification,
    CommandOutput,
    CutoffBehavior,
    MaintenanceWindow,
    PatchOperation,
    PatchTarget,
    PseudoParameter,
    RateControl,
    ScheduleExpression,
    WindowTask,
)

pytestmark = pytest.mark.proves("WindowTask", "unit")

TASK = "AWS::SSM::MaintenanceWindowTask"
HERE = "arn:aws:lambda:eu-central-1:111111111111:function:"
MACHINE = "arn:aws:states:eu-central-1:111111111111:stateMachine:SSMCheck"


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def rendered(stack: cdk.Stack, task: WindowTask) -> dict[str, Any]:
    """Return the properties of a task, without those that every task has."""
    MaintenanceWindow(
        stack,
        "Window",
        schedule=ScheduleExpression.daily(hour=2),
        targets=[PatchTarget.tag("Role", "web")],
        tasks=[task],
    )
    (resource,) = Template.from_stack(stack).find_resources(TASK).values()
    properties: dict[str, Any] = resource["Properties"]
    assert properties.pop("WindowId") == {"Ref": "WindowD7A05A61"}
    assert properties.pop("Priority") == 1
    return properties


def allowed(stack: cdk.Stack, id_: str = "") -> list[tuple[Any, Any]]:
    """Return the actions and resources that the only role, or that with an id, is allowed."""
    roles = Template.from_stack(stack).find_resources("AWS::IAM::Role")
    (role,) = (role for name, role in roles.items() if name.startswith(f"Window{id_}"))
    statements = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return [(each["Action"], written(each["Resource"])) for each in statements]


def written(value: Any) -> Any:
    """Return a value with every pseudo parameter of CloudFormation by its name, and every other Ref as ``<id>``."""
    match value:
        case list():
            return [written(item) for item in value]
        case {"Ref": str(name)}:
            return f"<{name.removeprefix('AWS::')}>"
        case {"Fn::Join": ["", parts]}:
            return "".join(map(written, parts))
        case _:
            return value


def warnings(stack: cdk.Stack) -> list[str]:
    return [str(each.entry.data) for each in Annotations.from_stack(stack).find_warning("*", Match.any_value())]


def arn(service: str, rest: str, *, account: str = "<AccountId>") -> str:
    return f"arn:<Partition>:{service}:<Region>:{account}:{rest}"


EXECUTIONS = arn("ssm", "automation-execution/*")
FINDING = ["resource-groups:ListGroupResources", "resource-groups:ListGroups", "tag:GetResources"]


# --- Run Command --------------------------------------------------------------------------------------


def test_every_option_of_a_command(stack: cdk.Stack) -> None:
    bucket, topic = s3.Bucket(stack, "Bucket"), sns.Topic(stack, "Topic")
    publisher = iam.Role.from_role_arn(stack, "Publisher", "arn:aws:iam::111111111111:role/publisher")
    task = WindowTask.run_command("Check-Node", parameters={"Level": "high", "Paths": ["/var", "/tmp"]})  # noqa: S108
    options = task.with_options(
        id="Check",
        max_concurrency=RateControl.percentage(50),
        max_errors=RateControl.count(0),
        cutoff_behavior=CutoffBehavior.CANCEL_TASK,
        task_name="check",
        task_description="Checks every node",
        document_version="$LATEST",
        comment="nightly check",
        start_timeout=timedelta(minutes=5),
        output=CommandOutput(bucket=bucket, key_prefix="check"),
        notification=CommandNotification(topic=topic, role=publisher),
    )
    properties = rendered(stack, options)
    assert properties.pop("ServiceRoleArn")
    assert properties.pop("Targets")
    assert properties == {
        "CutoffBehavior": "CANCEL_TASK",
        "Description": "Checks every node",
        "MaxConcurrency": "50%",
        "MaxErrors": "0",
        "Name": "check",
        "TaskArn": "Check-Node",
        "TaskInvocationParameters": {
            "MaintenanceWindowRunCommandParameters": {
                "Comment": "nightly check",
                "DocumentVersion": "$LATEST",
                "NotificationConfig": {
                    "NotificationArn": stack.resolve(topic.topic_arn),
                    "NotificationEvents": ["All"],
                    "NotificationType": "Command",
                },
                "OutputS3BucketName": stack.resolve(bucket.bucket_name),
                "OutputS3KeyPrefix": "check",
                "Parameters": {"Level": ["high"], "Paths": ["/var", "/tmp"]},  # noqa: S108
                "ServiceRoleArn": "arn:aws:iam::111111111111:role/publisher",
                "TimeoutSeconds": 300,
            }
        },
        "TaskType": "RUN_COMMAND",
    }


def test_a_command_without_parameters_has_no_invocation_parameters(stack: cdk.Stack) -> None:
    assert "TaskInvocationParameters" not in rendered(stack, WindowTask.run_command("Check-Node"))


@pytest.mark.parametrize(
    ("document", "resource"),
    [
        ("Check-Node", arn("ssm", "document/Check-Node")),
        ("AWS-UpdateSSMAgent", arn("ssm", "document/AWS-UpdateSSMAgent", account="")),
        ("AmazonCloudWatch-ManageAgent", arn("ssm", "document/AmazonCloudWatch-ManageAgent", account="")),
        (
            "arn:aws:ssm:eu-central-1:222222222222:document/Shared",
            "arn:aws:ssm:eu-central-1:222222222222:document/Shared",
        ),
    ],
)
def test_a_command_may_send_its_document_to_every_node(stack: cdk.Stack, document: str, resource: str) -> None:
    rendered(stack, WindowTask.run_command(document).with_options(id="Check"))
    (_, resources), (_, everything) = allowed(stack)
    nodes = [arn("ec2", "instance/*"), arn("ssm", "managed-instance/*")]
    assert (resources, everything) == ([resource, *nodes], "*")


def test_a_document_of_the_app(stack: cdk.Stack) -> None:
    parameters = {"Level": {"type": "String", "allowedValues": ["low", "high"]}}
    document = ssm.CfnDocument(stack, "Document", content={"schemaVersion": "2.2", "parameters": parameters})
    properties = rendered(stack, WindowTask.run_command(document, parameters={"Level": "low"}))
    assert properties["TaskArn"] == {"Ref": "Document"}
    assert allowed(stack)[0][1][0] == arn("ssm", "document/<Document>")


@pytest.mark.parametrize("name", ["Operation", "RebootOption", "BaselineOverride", "StepTimeoutSeconds"])
def test_a_parameter_of_a_patch_document_can_be_in_parameter_store(stack: cdk.Stack, name: str) -> None:
    parameters = {"Operation": "Install"} | {name: "{{ssm:/patching/parameter}}"}
    invocation = rendered(stack, WindowTask.run_command("AWS-RunPatchBaseline", parameters=parameters))
    command = invocation["TaskInvocationParameters"]["MaintenanceWindowRunCommandParameters"]
    assert command["Parameters"] == {each: [value] for each, value in parameters.items()}
    assert invocation["CutoffBehavior"] == "CANCEL_TASK"
    assert warnings(stack) == []


# --- Automation ---------------------------------------------------------------------------------------


def test_every_option_of_an_automation(stack: cdk.Stack) -> None:
    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::111111111111:role/runbook")
    parameters = {"Id": PseudoParameter.RESOURCE_ID, "Levels": ["a", "b"]}
    task = WindowTask.automation("Check-Node", parameters=parameters, runbook_role=role)
    properties = rendered(stack, task.with_options(document_version="3"))
    assert properties["TaskInvocationParameters"] == {
        "MaintenanceWindowAutomationParameters": {
            "DocumentVersion": "3",
            "Parameters": {
                "AutomationAssumeRole": ["arn:aws:iam::111111111111:role/runbook"],
                "Id": ["{{RESOURCE_ID}}"],
                "Levels": ["a", "b"],
            },
        }
    }
    assert (properties["TaskType"], properties["TaskArn"]) == ("AUTOMATION", "Check-Node")
    assert allowed(stack) == [
        (
            "ssm:StartAutomationExecution",
            [arn("ssm", "document/Check-Node"), EXECUTIONS, arn("ssm", "automation-definition/Check-Node:*")],
        ),
        ("ssm:GetAutomationExecution", EXECUTIONS),
        (FINDING, "*"),
        ("iam:PassRole", "arn:aws:iam::111111111111:role/runbook"),
    ]


@pytest.mark.parametrize(
    ("document", "arn_of_document", "arn_of_definition"),
    [
        (
            "AWS-ASGEnterStandby",
            arn("ssm", "document/AWS-ASGEnterStandby", account=""),
            arn("ssm", "automation-definition/AWS-ASGEnterStandby:*", account="*"),
        ),
        (
            "arn:aws:ssm:eu-central-1::document/AWS-ASGEnterStandby",
            "arn:aws:ssm:eu-central-1::document/AWS-ASGEnterStandby",
            "arn:aws:ssm:eu-central-1:*:automation-definition/AWS-ASGEnterStandby:*",
        ),
        (
            "arn:aws:ssm:eu-central-1:222222222222:automation-definition/Shared:$DEFAULT",
            "arn:aws:ssm:eu-central-1:222222222222:document/Shared",
            "arn:aws:ssm:eu-central-1:222222222222:automation-definition/Shared:*",
        ),
        (
            "arn:aws:ssm:eu-central-1:222222222222:document/Shared",
            "arn:aws:ssm:eu-central-1:222222222222:document/Shared",
            "arn:aws:ssm:eu-central-1:222222222222:automation-definition/Shared:*",
        ),
    ],
)
def test_an_automation_without_targets_only_starts_and_follows(
    stack: cdk.Stack, document: str, arn_of_document: str, arn_of_definition: str
) -> None:
    parameters = {"InstanceId": "i-0123456789abcdef0"} if "AWS" in document else None
    task = WindowTask.automation(document, parameters=parameters).with_options(id="Check", targets=[])
    properties = rendered(stack, task)
    assert {"Targets", "MaxConcurrency", "MaxErrors"}.isdisjoint(properties)
    assert allowed(stack) == [
        ("ssm:StartAutomationExecution", [arn_of_document, EXECUTIONS, arn_of_definition]),
        ("ssm:GetAutomationExecution", EXECUTIONS),
    ]


def test_the_role_parameter_is_that_of_the_runbook(stack: cdk.Stack) -> None:
    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::111111111111:role/report")
    report = {"reportName": "weekly", "s3BucketName": "reports", "targets": "instanceids=*"}
    task = WindowTask.automation("AWS-ExportPatchReportToS3", parameters=report, runbook_role=role)
    invocation = rendered(stack, task.with_options(targets=[]))["TaskInvocationParameters"]
    parameters = invocation["MaintenanceWindowAutomationParameters"]["Parameters"]
    assert parameters["assumeRole"] == ["arn:aws:iam::111111111111:role/report"]


# --- Lambda -------------------------------------------------------------------------------------------


def test_every_option_of_a_function(stack: cdk.Stack) -> None:
    function = lambda_.Function.from_function_arn(stack, "Function", f"{HERE}SSMCheck")
    task = WindowTask.lambda_function(
        function,
        payload={"node": PseudoParameter.RESOURCE_ID, "text": ["Größe"]},
        client_context={"client": {"installation_id": "1"}},
        qualifier="live",
    )
    properties = rendered(stack, task)
    assert properties["TaskArn"] == f"{HERE}SSMCheck"
    assert properties["TaskType"] == "LAMBDA"
    invocation = properties["TaskInvocationParameters"]["MaintenanceWindowLambdaParameters"]
    assert invocation["Qualifier"] == "live"
    assert json.loads(b64decode(invocation["Payload"])) == {"node": "{{RESOURCE_ID}}", "text": ["Größe"]}
    assert json.loads(b64decode(invocation["ClientContext"])) == {"client": {"installation_id": "1"}}
    assert allowed(stack) == [("lambda:InvokeFunction", f"{HERE}SSMCheck:live"), (FINDING, "*")]
    assert warnings(stack) == []


def test_a_payload_with_a_token_is_encoded_by_cloudformation(stack: cdk.Stack) -> None:
    function = lambda_.Function.from_function_arn(stack, "Function", f"{HERE}SSMCheck")
    topic = sns.Topic(stack, "Topic")
    task = WindowTask.lambda_function(function, payload={"topic": topic.topic_arn}).with_options(targets=[])
    invocation = rendered(stack, task)["TaskInvocationParameters"]["MaintenanceWindowLambdaParameters"]
    joined = ["", ['{"topic": "', stack.resolve(topic.topic_arn), '"}']]
    assert invocation["Payload"] == {"Fn::Base64": {"Fn::Join": joined}}
    assert allowed(stack) == [("lambda:InvokeFunction", f"{HERE}SSMCheck")]


# --- Step Functions -----------------------------------------------------------------------------------


def test_every_option_of_a_state_machine(stack: cdk.Stack) -> None:
    machine = sfn.StateMachine.from_state_machine_arn(stack, "Machine", MACHINE)
    task = WindowTask.step_functions(
        machine, input={"window": PseudoParameter.WINDOW_ID}, execution_name=PseudoParameter.INVOCATION_ID
    )
    properties = rendered(stack, task)
    assert (properties["TaskType"], properties["TaskArn"]) == ("STEP_FUNCTIONS", MACHINE)
    assert properties["TaskInvocationParameters"] == {
        "MaintenanceWindowStepFunctionsParameters": {
            "Input": '{"window": "{{WINDOW_ID}}"}',
            "Name": "{{INVOCATION_ID}}",
        }
    }
    assert allowed(stack) == [
        ("states:StartExecution", MACHINE),
        ("states:DescribeExecution", arn("states", "execution:SSMCheck:*")),
        (FINDING, "*"),
    ]
    assert warnings(stack) == []


# --- Names --------------------------------------------------------------------------------------------


def named_function(stack: cdk.Stack, name: str | None) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime("any", supports_inline_code=True),
        handler="index.handler",
        code=lambda_.Code.from_inline("pass"),
        function_name=name,
    )


PREFIX = (
    "AWS documents that the name of a {} in a maintenance window begins with 'SSM', got {}; the created role allows it "
    "by its ARN, but whether that is sufficient is not documented [ack: patching-constructs:taskNamePrefix]"
)


@pytest.mark.parametrize(
    ("name", "got"), [("Check", "'Check'"), (None, "a generated name"), ("SSMCheck", None), ("${Token[TOKEN.1]}", None)]
)
def test_the_name_of_a_function_begins_with_ssm(stack: cdk.Stack, name: str | None, got: str | None) -> None:
    name = cdk.Aws.STACK_NAME if name and "Token" in name else name
    rendered(stack, WindowTask.lambda_function(named_function(stack, name)))
    assert warnings(stack) == ([PREFIX.format("function", got)] if got else [])


def test_the_name_of_an_l1_or_imported_function_begins_with_ssm_too(stack: cdk.Stack) -> None:
    created = lambda_.CfnFunction(stack, "Function", code={}, role="arn:aws:iam::1:role/r", function_name="Check")
    rendered(stack, WindowTask.lambda_function(created))
    assert warnings(stack) == [PREFIX.format("function", "'Check'")]


def test_the_name_of_a_state_machine_begins_with_ssm(stack: cdk.Stack) -> None:
    machine = sfn.StateMachine.from_state_machine_arn(stack, "Machine", MACHINE.replace("SSM", ""))
    rendered(stack, WindowTask.step_functions(machine))
    assert warnings(stack) == [PREFIX.format("state machine", "'Check'")]


def test_an_imported_state_machine_with_an_unknown_name_is_not_a_warning(stack: cdk.Stack) -> None:
    machine = sfn.StateMachine.from_state_machine_arn(stack, "Machine", cdk.Fn.import_value("Machine"))
    rendered(stack, WindowTask.step_functions(machine))
    assert warnings(stack) == []


def test_the_name_of_a_resource_that_is_imported_by_its_name_begins_with_ssm(stack: cdk.Stack) -> None:
    rendered(stack, WindowTask.lambda_function(lambda_.Function.from_function_name(stack, "Function", "Check")))
    assert warnings(stack) == [PREFIX.format("function", "'Check'")]


def test_the_name_of_a_state_machine_that_is_imported_by_its_name_begins_with_ssm(stack: cdk.Stack) -> None:
    rendered(stack, WindowTask.step_functions(sfn.StateMachine.from_state_machine_name(stack, "Machine", "Check")))
    assert warnings(stack) == [PREFIX.format("state machine", "'Check'")]


@pytest.mark.parametrize("name", ["SSMCheck", cdk.Fn.import_value("Name")])
def test_a_name_with_the_prefix_or_an_unknown_one_is_not_a_warning(stack: cdk.Stack, name: str) -> None:
    rendered(stack, WindowTask.step_functions(sfn.StateMachine.from_state_machine_name(stack, "Machine", name)))
    assert warnings(stack) == []


# --- Names of executions ------------------------------------------------------------------------------

RUN, NODE = PseudoParameter.WINDOW_EXECUTION_ID, PseudoParameter.RESOURCE_ID


@pytest.mark.parametrize("name", ["nightly", f"on-{NODE}", f"{RUN}", f"{PseudoParameter.TASK_EXECUTION_ID}-a"])
def test_a_name_that_several_executions_have_is_a_warning(stack: cdk.Stack, name: str) -> None:
    machine = sfn.StateMachine.from_state_machine_arn(stack, "Machine", MACHINE)
    rendered(stack, WindowTask.step_functions(machine, execution_name=name))
    assert warnings(stack) == [
        f"execution_name {name!r} is that of several executions, but Step Functions accepts a name only once in 90 "
        "days; use {{INVOCATION_ID}}, or leave it out [ack: patching-constructs:repeatedExecutionName]"
    ]


@pytest.mark.parametrize("name", [f"on-{PseudoParameter.INVOCATION_ID}", f"{RUN}-{NODE}", cdk.Fn.import_value("Name")])
def test_a_name_of_one_execution_is_not_a_warning(stack: cdk.Stack, name: str) -> None:
    machine = sfn.StateMachine.from_state_machine_arn(stack, "Machine", MACHINE)
    rendered(stack, WindowTask.step_functions(machine, execution_name=name))
    assert warnings(stack) == []


def test_without_targets_the_id_of_the_run_is_enough(stack: cdk.Stack) -> None:
    machine = sfn.StateMachine.from_state_machine_arn(stack, "Machine", MACHINE)
    rendered(stack, WindowTask.step_functions(machine, execution_name=RUN).with_options(targets=[]))
    assert warnings(stack) == []


# --- The cutoff ---------------------------------------------------------------------------------------

TOKEN = cdk.Token.as_string({"Ref": "Operation"})
AWS_ARN = "arn:aws:ssm:eu-central-1::document/"
INSTALL, SCAN = {"Operation": "Install"}, {"Operation": ["Scan"]}
CANCELED: dict[str, WindowTask] = {
    "an install": WindowTask.run_command("AWS-RunPatchBaseline", parameters=INSTALL),
    "an install without a reboot": WindowTask.run_command(
        "AWS-RunPatchBaseline", parameters=INSTALL | {"RebootOption": "NoReboot"}
    ),
    "an operation that is a token": WindowTask.run_command("AWS-RunPatchBaseline", parameters={"Operation": TOKEN}),
    "an install with hooks": WindowTask.run_command("AWS-RunPatchBaselineWithHooks", parameters=INSTALL),
    "an install by an ARN": WindowTask.run_command(f"{AWS_ARN}AWS-RunPatchBaseline", parameters=INSTALL),
    "a reboot": WindowTask.run_command("AWS-InstanceRebootWithHooks"),
    "a reboot by a runbook": WindowTask.automation("AWS-RestartEC2Instance", parameters={"InstanceId": "i-0123456789"}),
    "Windows updates": WindowTask.run_command("AWS-InstallWindowsUpdates"),
    "an image with a reboot": WindowTask.create_image(no_reboot=False),
    "an install by a runbook": WindowTask.automation(
        "AWS-PatchInstanceWithRollback", parameters={"InstanceId": "i-0123456789", "LambdaAssumeRole": "role"}
    ),
    "a stop": WindowTask.automation("AWS-StopEC2Instance", parameters={"InstanceId": "i-0123456789"}),
    "a start": WindowTask.automation("AWS-StartEC2Instance", parameters={"InstanceId": "i-0123456789"}),
}
CONTINUED: dict[str, WindowTask] = {
    "a scan": WindowTask.run_command("AWS-RunPatchBaseline", parameters=SCAN),
    "a scan with hooks": WindowTask.run_command("AWS-RunPatchBaselineWithHooks", parameters=SCAN),
    "a list of Windows updates": WindowTask.windows_updates(PatchOperation.SCAN),
    "an image without a reboot": WindowTask.create_image(),
    "an agent update": WindowTask.run_command("AWS-UpdateSSMAgent"),
    "a document of an account": WindowTask.run_command("Check-Node"),
    "a runbook": WindowTask.automation("Check-Node"),
}


@pytest.mark.parametrize("task", CANCELED.values(), ids=CANCELED.keys())
def test_an_install_and_what_stops_or_starts_nodes_is_canceled_at_the_cutoff(
    stack: cdk.Stack, task: WindowTask
) -> None:
    assert rendered(stack, task)["CutoffBehavior"] == "CANCEL_TASK"


@pytest.mark.parametrize("task", CONTINUED.values(), ids=CONTINUED.keys())
def test_any_other_task_has_the_default_of_the_service(stack: cdk.Stack, task: WindowTask) -> None:
    assert "CutoffBehavior" not in rendered(stack, task)


def test_the_cutoff_behavior_of_an_install_can_be_changed(stack: cdk.Stack) -> None:
    task = CANCELED["an install"].with_options(cutoff_behavior=CutoffBehavior.CONTINUE_TASK)
    assert rendered(stack, task)["CutoffBehavior"] == "CONTINUE_TASK"
