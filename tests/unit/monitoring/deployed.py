"""A synthesized stack as if it were deployed: references are names, and functions run from their assets."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import aws_cdk as cdk

from tests.unit.monitoring import lambda_process
from tests.unit.monitoring.cloudwatch import Alarm
from tests.unit.monitoring.eventbridge import matches
from tests.unit.monitoring.permissions import Permissions

ACCOUNT, REGION = "123456789012", "eu-central-1"
_PSEUDO = {
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "Prod",
    "AWS::NoValue": None,
}
_WINDOW = "AWS::SSM::MaintenanceWindow"
_SERVICES = {
    "AWS::CloudWatch::Alarm": "cloudwatch:{region}:{account}:alarm:",
    "AWS::DynamoDB::Table": "dynamodb:{region}:{account}:table/",
    "AWS::Events::Rule": "events:{region}:{account}:rule/",
    "AWS::IAM::Role": "iam::{account}:role/",
    "AWS::KMS::Key": "kms:{region}:{account}:key/",
    "AWS::Lambda::Function": "lambda:{region}:{account}:function:",
    "AWS::Logs::LogGroup": "logs:{region}:{account}:log-group:",
    "AWS::SNS::Topic": "sns:{region}:{account}:",
    "AWS::SQS::Queue": "sqs:{region}:{account}:",
}
_NAMES = ("AlarmName", "TableName", "TopicName", "FunctionName", "QueueName", "Name")


@dataclass(frozen=True)
class Invocation:
    """What a rule starts: a resource, and the event that it is given."""

    target: str
    event: Mapping[str, Any]


class Deployed:
    """The resources of a stack."""

    def __init__(self, app: cdk.App, stack: cdk.Stack) -> None:
        """Synthesize."""
        assembly = app.synth()
        self._folder = Path(assembly.directory)
        template = assembly.get_stack_artifact(stack.artifact_id).template
        self.resources: Mapping[str, Mapping[str, Any]] = template["Resources"]
        self._resolved = {name: self.resolved(each.get("Properties", {})) for name, each in self.resources.items()}

    def of_type(self, resource_type: str) -> dict[str, Mapping[str, Any]]:
        """Return the properties of all resources of a type."""
        return {name: self._resolved[name] for name, each in self.resources.items() if each["Type"] == resource_type}

    # --- References -----------------------------------------------------------------------------------

    def name(self, logical_id: str) -> str:
        """Return the name of a resource."""
        resource = self.resources[logical_id]
        if resource["Type"] == _WINDOW:
            return f"mw-{sha256(logical_id.encode()).hexdigest()[:17]}"
        given = next((resource["Properties"][each] for each in _NAMES if each in resource.get("Properties", {})), None)
        return logical_id if given is None else self.resolved(given)

    def arn(self, logical_id: str) -> str:
        """Return the ARN of a resource."""
        service = _SERVICES[self.resources[logical_id]["Type"]].format(region=REGION, account=ACCOUNT)
        return f"arn:aws:{service}{self.name(logical_id)}"

    def resolved(self, value: Any) -> Any:
        """Return a value without functions."""
        match value:
            case {"Ref": str(name)}:
                return self._ref(name)
            case {"Fn::GetAtt": [str(name), "Arn" | "TopicArn"]}:
                return self.arn(name)
            case {"Fn::GetAtt": [str(name), str()]}:
                return self.name(name)
            case {"Fn::Join": [str(separator), list(parts)]}:
                return separator.join(str(self.resolved(each)) for each in parts)
            case {"Fn::Sub": str(text)}:
                return re.sub(r"\$\{([^}]+)\}", lambda found: str(self._ref(found.group(1))), text)
            case dict():
                return {name: self.resolved(each) for name, each in value.items()}
            case list():
                return [self.resolved(each) for each in value]
            case _:
                return value

    def _ref(self, name: str) -> Any:
        if name in _PSEUDO:
            return _PSEUDO[name]
        return self.arn(name) if self.resources[name]["Type"] == "AWS::SNS::Topic" else self.name(name)

    # --- Rules and alarms -----------------------------------------------------------------------------

    def invocations(self, event: Mapping[str, Any]) -> list[Invocation]:
        """Return what the rules of the stack start for an event."""
        found = []
        for rule in self.of_type("AWS::Events::Rule").values():
            if "EventPattern" in rule and matches(rule["EventPattern"], event):
                found += [Invocation(each["Arn"], event) for each in rule["Targets"]]
        return found

    def scheduled(self) -> list[Invocation]:
        """Return what the rules of the stack start by their schedule."""
        rules = [each for each in self.of_type("AWS::Events::Rule").values() if "ScheduleExpression" in each]
        return [Invocation(each["Arn"], json.loads(each["Input"])) for rule in rules for each in rule["Targets"]]

    def custom_resources(self) -> dict[str, Mapping[str, Any]]:
        """Return the properties of the custom resources."""
        types = {each["Type"] for each in self.resources.values()}
        return {name: each for one in types if one.startswith("Custom::") for name, each in self.of_type(one).items()}

    def depends_on(self, logical_id: str) -> list[str]:
        """Return the resources that CloudFormation creates before another one, as the template says."""
        found: list[str] = self.resources[logical_id].get("DependsOn", [])
        return found

    @cached_property
    def alarms(self) -> Mapping[str, Alarm]:
        """Return the alarms by their ARNs."""
        return {self.arn(name): Alarm.of(each) for name, each in self.of_type("AWS::CloudWatch::Alarm").items()}

    # --- Functions ------------------------------------------------------------------------------------

    def function(self, logical_id: str) -> "Function":
        """Return a function that runs."""
        properties = self._resolved[logical_id]
        asset = self._folder / f"asset.{properties['Code']['S3Key'].removesuffix('.zip')}"
        # The number of attempts of Lambda: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
        options = self.of_type("AWS::Lambda::EventInvokeConfig").values()
        retries = [each["MaximumRetryAttempts"] for each in options if each["FunctionName"] == self.name(logical_id)]
        return Function(asset, properties, name=self.name(logical_id), retries=next(iter(retries), 2))

    def permissions(self, function_arn: str) -> Permissions:
        """Return what the role of a function allows."""
        (role_arn,) = (
            each["Role"]
            for name, each in self.of_type("AWS::Lambda::Function").items()
            if self.arn(name) == function_arn
        )
        ((role_id, role),) = (
            (name, each) for name, each in self.of_type("AWS::IAM::Role").items() if self.arn(name) == role_arn
        )
        policies = [each for each in self.of_type("AWS::IAM::Policy").values() if self.name(role_id) in each["Roles"]]
        return Permissions.of(role, policies)


class Function:
    """A function of a stack, in a process of its own."""

    def __init__(self, asset: Path, properties: Mapping[str, Any], *, name: str, retries: int) -> None:
        """Start the process."""
        self.name = name
        self.retries = retries
        self.dead_letter_queue: str = properties.get("DeadLetterConfig", {}).get("TargetArn", "").rpartition(":")[2]
        self._properties = properties
        command = [sys.executable, lambda_process.__file__, str(asset)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, event: Mapping[str, Any], now: datetime, **environment: str) -> Any:
        """Return the result for an event.

        Raises:
            AssertionError: the function failed; the message has its traceback.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        given = self._properties["Environment"]["Variables"]
        request = {
            "environment": {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, **given, **environment},
            "handler": self._properties["Handler"],
            "timeout": self._properties["Timeout"],
            "event": event,
            "now": now.isoformat(),
        }
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["result"]
