"""A deployed monitoring in time: the events of services, the metrics that it publishes, and its messages."""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
from moto.cloudwatch.models import MetricDatum, cloudwatch_backends
from moto.sns.models import sns_backends

from tests.unit.cli.live.aws import Answer, FakeAws, serving
from tests.unit.monitoring.account import Account
from tests.unit.monitoring.cloudwatch import Alarm, Point, Sample, State
from tests.unit.monitoring.deployed import ACCOUNT, REGION, Deployed, Function, Invocation

DEPLOYED_AT = datetime(2027, 1, 13, 12, tzinfo=UTC)
"""A Wednesday."""


@dataclass(frozen=True)
class Mail:
    """A message as a person receives it by mail."""

    subject: str
    text: str


@dataclass
class World:
    """The monitoring of a stack, an account, and the time."""

    deployed: Deployed
    functions: Mapping[str, Function]
    """The functions by their ARNs."""

    environment: dict[str, str]
    aws: FakeAws
    account: Account
    now: datetime
    states: dict[str, State] = field(default_factory=dict)
    failures: list[Sample] = field(default_factory=list)
    raw: list[Mapping[str, Any]] = field(default_factory=list)
    """The events that other targets received."""

    problems: list[str] = field(default_factory=list)
    """The errors of the functions."""

    direct: list[str] = field(default_factory=list)
    """The names of the alarms that published to the topic themselves."""

    _read: int = 0

    @property
    def window_id(self) -> str:
        """Return the id of the window."""
        (found,) = self.account.windows
        return found

    @property
    def window(self) -> Answer:
        """Return what the service says of the window."""
        return self.account.windows[self.window_id]

    # --- What happens ---------------------------------------------------------------------------------

    def deploy(self) -> None:
        """Create the custom resources, as CloudFormation does it."""
        for logical_id, properties in self.deployed.custom_resources().items():
            with cloudformation() as (url, answers):
                event = {
                    "RequestType": "Create",
                    "ResponseURL": url,
                    "StackId": "stack",
                    "RequestId": "request",
                    "LogicalResourceId": logical_id,
                    "ResourceProperties": properties,
                }
                self.invoke(Invocation(properties["ServiceToken"], event))
            assert [(each["Status"], each.get("Reason", "")) for each in answers] == [("SUCCESS", "")]

    def pass_time(
        self,
        length: timedelta,
        *,
        step: timedelta = timedelta(minutes=15),
        watching: bool = True,
        checks: Collection[str] = ("executions", "compliance"),
    ) -> None:
        """Let time pass, with the functions on their schedules and the alarms evaluated."""
        until = self.now + length
        while self.now < until:
            self.now = min(self.now + step, until)
            if watching:
                # The nodes first: they were checked in each hour that a step leaves out.
                for invocation in sorted(self.deployed.scheduled(), key=lambda each: str(each.event["check"])):
                    if invocation.event["check"] in checks:
                        self.invoke(invocation)
            self.evaluate()

    def send(self, detail_type: str, detail: Mapping[str, Any], *, source: str = "aws.ssm", resource: str = "") -> None:
        """Let a service send an event to the bus, for the rules of the stack."""
        event = {
            "version": "0",
            "id": f"00000000-0000-4000-8000-{int(self.now.timestamp()):012d}",
            "detail-type": detail_type,
            "source": source,
            "account": ACCOUNT,
            "time": f"{self.now:%Y-%m-%dT%H:%M:%SZ}",
            "region": REGION,
            "resources": [resource],
            "detail": detail,
        }
        for invocation in self.deployed.invocations(event):
            self.invoke(invocation)

    def invoke(self, invocation: Invocation) -> None:
        """Start what a rule starts. A function can only request what its role allows."""
        function = self.functions.get(invocation.target)
        if function is None:
            self.raw.append(invocation.event)
            return
        asked = len(self.aws.asked)
        self._attempt(function, invocation)
        refused = self.deployed.permissions(invocation.target).refused(self.aws.asked[asked:], f"{REGION}:{ACCOUNT}")
        assert refused == set(), "the role of the function does not allow its requests"

    def _attempt(self, function: Function, invocation: Invocation) -> None:
        """Run a function as often as Lambda does: errors are in its metric, and the event in its dead-letter queue."""
        for _ in range(1 + function.retries):
            try:
                function.run(invocation.event, self.now, **self.environment)
            except AssertionError as error:
                self.problems.append(str(error))
                self.failures.append(Sample("AWS/Lambda", "Errors", {"FunctionName": function.name}, self.now, 1))
            else:
                return
        if function.dead_letter_queue:
            queue = {"QueueName": function.dead_letter_queue}
            self.failures.append(Sample("AWS/SQS", "ApproximateNumberOfMessagesVisible", queue, self.now, 1))

    # --- What follows ---------------------------------------------------------------------------------

    def samples(self) -> list[Sample]:
        """Return everything that was published as a metric."""
        data = cloudwatch_backends[ACCOUNT][REGION].metric_data
        return [*(_sample(each) for each in data if isinstance(each, MetricDatum)), *self.failures]

    def evaluate(self) -> None:
        """Evaluate the alarms, and send an event for each that changes its state."""
        samples = self.samples()
        for arn, alarm in self.deployed.alarms.items():
            before = self.states.get(arn, State.INSUFFICIENT_DATA)
            points = alarm.points(samples, self.now)
            self.states[arn] = state = alarm.state(points, before)
            if state != before:
                self._changed(arn, alarm, points, before, state)

    def _changed(self, arn: str, alarm: Alarm, points: list[Point], before: State, state: State) -> None:
        properties = next(
            each
            for name, each in self.deployed.of_type("AWS::CloudWatch::Alarm").items()
            if self.deployed.arn(name) == arn
        )
        namespace, name = alarm.metric
        metric = {"namespace": namespace, "name": name, "dimensions": dict(alarm.dimensions)}
        stat = {"metric": metric, "period": alarm.period.total_seconds(), "stat": alarm.statistic}
        real = [each for each in points if each is not None][-alarm.evaluation_periods :]
        detail = {
            "alarmName": properties["AlarmName"],
            "configuration": {
                "description": properties["AlarmDescription"],
                "metrics": [{"id": "m1", "metricStat": stat, "returnData": True}],
            },
            "previousState": {"value": before},
            "state": {
                "value": state,
                "reason": f"Threshold Crossed: {len(real)} datapoints {real} (threshold: {alarm.threshold}).",
                "reasonData": json.dumps({"recentDatapoints": real, "threshold": alarm.threshold}),
            },
        }
        if state == State.ALARM and properties.get("AlarmActions"):
            self.direct.append(properties["AlarmName"])
        self.send("CloudWatch Alarm State Change", detail, source="aws.cloudwatch", resource=arn)

    def mails(self) -> list[Mail]:
        """Return the messages since the last call."""
        sent = [each for topic in sns_backends[ACCOUNT][REGION].topics.values() for each in topic.sent_notifications]
        new, self._read = sent[self._read :], len(sent)
        return [Mail(subject or "", json.loads(message)["default"]) for _, message, subject, _, _ in new]

    def subjects(self) -> list[str]:
        """Return the subjects of the messages since the last call."""
        return [each.subject for each in self.mails()]


def _sample(datum: MetricDatum) -> Sample:
    dimensions = {str(each.name): str(each.value) for each in datum.dimensions}
    time = datum.timestamp if datum.timestamp.tzinfo else datum.timestamp.replace(tzinfo=UTC)
    return Sample(datum.namespace, datum.name, dimensions, time, datum.value)


@contextmanager
def cloudformation() -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """Serve a URL for the answers of custom resources while the block runs, and return both."""
    answers: list[Mapping[str, Any]] = []

    class Request(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Write no log."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Request) as server:
        thread = Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", answers
        server.shutdown()
        thread.join()


@contextmanager
def running(deployed: Deployed) -> Iterator[Mapping[str, Function]]:
    """Start the functions of a stack while the block runs, and return them by their ARNs."""
    with ExitStack() as stack:
        names = deployed.of_type("AWS::Lambda::Function")
        yield {deployed.arn(name): stack.enter_context(deployed.function(name)) for name in names}


@contextmanager
def emulated(deployed: Deployed, functions: Mapping[str, Function], moto: str) -> Iterator[World]:
    """Provide what a stack needs, without anything that an earlier test has left, and return its world."""
    connection = HTTPConnection(moto.removeprefix("http://"))
    connection.request("POST", "/moto-api/reset")
    assert connection.getresponse().status == 200
    connection.close()
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    client = partial(boto3.client, **{name.lower(): each for name, each in credentials.items()})
    place = {"region_name": REGION, "endpoint_url": moto}
    for name in deployed.of_type("AWS::SNS::Topic"):
        client("sns", **place).create_topic(Name=deployed.name(name))
    for name in deployed.of_type("AWS::DynamoDB::Table"):
        client("dynamodb", **place).create_table(
            TableName=deployed.name(name),
            KeySchema=[{"AttributeName": "Id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "Id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    account = Account()
    for name, properties in deployed.of_type("AWS::SSM::MaintenanceWindow").items():
        account.add_window(deployed.name(name), properties, DEPLOYED_AT)
    aws = FakeAws(account.operations())
    with serving(aws) as ssm:
        environment = {"AWS_ENDPOINT_URL": moto, "AWS_ENDPOINT_URL_SSM": ssm, **credentials}
        yield World(deployed, functions, environment, aws, account, DEPLOYED_AT)
