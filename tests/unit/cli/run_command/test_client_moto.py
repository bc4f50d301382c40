"""``patching-constructs now`` end to end against moto's server, over HTTP.

What it proves: that moto, which parses requests by the service's own model, takes what is sent, keeps it word for word,
and finds the nodes of tag targets by their tags; that what it answers is read rightly; that the account is found.
What it does not prove: moto checks no value and no document, every command is a Success at once, a command by ids
reaches every instance there is and counts some twice (so that one is not waited for), and it knows neither
DescribeInstanceInformation nor ListCommandInvocations. Both are added below, from moto's own EC2 instances and
commands: they are as right as this file is. `test_now_http` plays the failures and the progress.
"""

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import boto3
import pytest
from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.server import ThreadedMotoServer
from moto.ssm.responses import SimpleSystemManagerResponse

from patching_constructs import PatchHooks, PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression
from patching_constructs.cli.aws_errors import AwsError
from patching_constructs.cli.run_command.aws_cli import Place
from patching_constructs.cli.run_command.client import AwsRunCommand
from tests.unit.cli.run_command.fakes import ACCOUNT, REGION, SNAPSHOT, Run, alone_with, ran

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_ssm.type_defs import CommandTypeDef


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bare_aws(moto: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator["SSMClient"]:
    """Moto as it is, empty, and a client that looks at it from aside."""
    alone_with(moto, monkeypatch, tmp_path)
    with closing(HTTPConnection(moto.removeprefix("http://"))) as connection:
        connection.request("POST", "/moto-api/reset")
        assert connection.getresponse().status == 200
    client = boto3.client("ssm")
    yield client
    client.close()


@pytest.fixture
def aws(bare_aws: "SSMClient", monkeypatch: pytest.MonkeyPatch) -> "SSMClient":
    """Moto with the two operations that it lacks, every EC2 instance being a managed node."""
    added = {"describe_instance_information": instance_information, "list_command_invocations": command_invocations}
    for name, operation in added.items():
        monkeypatch.setattr(SimpleSystemManagerResponse, name, operation, raising=False)
    return bare_aws


def instance_information(response: SimpleSystemManagerResponse) -> ActionResult:
    """Answer by moto's EC2 filters, which have the names and the meaning of Systems Manager's, ids apart."""
    wanted = {each["Key"]: each["Values"] for each in response._get_param("Filters")}
    ids = wanted.pop("InstanceIds", None)
    filters = wanted | ({"instance-id": ids} if ids else {})
    reservations = ec2_backends[response.current_account][response.region].all_reservations(filters=filters)
    found = [instance for reservation in reservations for instance in reservation.instances]
    online = [{"InstanceId": each.id, "PingStatus": "Online"} for each in found]
    return ActionResult({"InstanceInformationList": online})


def command_invocations(response: SimpleSystemManagerResponse) -> ActionResult:
    command = response.ssm_backend.get_command_by_id(response._get_param("CommandId"))
    return ActionResult({"CommandInvocations": command.invocations})


def instance(**tags: str) -> str:
    with closing(boto3.client("ec2")) as client:
        made = client.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)
        instance_id = str(made["Instances"][0]["InstanceId"])
        written = [{"Key": key.replace("_", " "), "Value": value} for key, value in tags.items()]
        client.create_tags(Resources=[instance_id], Tags=written or [{"Key": "Patched", "Value": "never"}])
    return instance_id


def the_command(aws: "SSMClient") -> "CommandTypeDef":
    (command,) = aws.list_commands()["Commands"]
    return command


def patched(*arguments: str, **others: Any) -> Run:
    return ran(*arguments, aws=AwsRunCommand, **others)


def test_a_scan_of_a_patch_group_reaches_its_nodes_and_no_other(aws: "SSMClient") -> None:
    web = {instance(Patch_Group="web"), instance(Patch_Group="web")}
    instance(Patch_Group="api")
    instance()
    done = patched("--operation", "Scan", "--patch-group", "web", "--wait")
    assert (done.code, done.err) == (0, "")
    command = the_command(aws)
    assert set(command["InstanceIds"]) == web
    assert command["DocumentName"] == "AWS-RunPatchBaseline"
    assert command["Parameters"] == {"Operation": ["Scan"], "SnapshotId": [SNAPSHOT]}
    assert command["Targets"] == [{"Key": "tag:Patch Group", "Values": ["web"]}]
    assert (command["MaxConcurrency"], command["MaxErrors"]) == ("10%", "10%")
    assert done.lines[3] == "matching         2 managed nodes"
    assert done.lines[7] == f"where            {REGION}, account {ACCOUNT}"
    assert done.lines[8] == f"command {command['CommandId']} was sent"
    assert {line.split()[0] for line in done.lines[9:11]} == web
    assert done.lines[-1] == "Success  2 nodes"


def test_tags_are_any_of_one_key_and_all_of_several(aws: "SSMClient") -> None:
    meant = {instance(Env="dev", Role="web"), instance(Env="stage", Role="web")}
    instance(Env="prod", Role="web")
    instance(Env="dev", Role="db")
    chosen = ("--tag", "Env=dev", "--tag", "Role=web", "--tag", "Env=stage")
    assert patched("--operation", "Scan", *chosen).code == 0
    assert set(the_command(aws)["InstanceIds"]) == meant


def test_an_install_by_ids_with_all_options(aws: "SSMClient") -> None:
    first, second = instance(), instance()
    done = patched(
        *("--operation", "Install", "--instance-ids", f"{first},{second}", "--reboot-option", "NoReboot"),
        *("--install-override-list", "s3://bucket/list.yaml", "--comment", "CVE-2026-1, at once"),
        *("--max-concurrency", "1", "--max-errors", "0", "--yes"),
    )
    assert (done.code, done.err) == (0, "")
    command = the_command(aws)
    assert set(command["InstanceIds"]) == {first, second}
    assert command["Parameters"] == {
        "Operation": ["Install"],
        "RebootOption": ["NoReboot"],
        "InstallOverrideList": ["s3://bucket/list.yaml"],
        "SnapshotId": [SNAPSHOT],
    }
    assert command["Comment"] == "CVE-2026-1, at once"
    assert (command["MaxConcurrency"], command["MaxErrors"]) == ("1", "0")


def test_a_schedule_of_a_synthesized_app_is_carried_out(aws: "SSMClient", tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path / "cdk.out"))
    PatchSchedule(
        cdk.Stack(app, "Patching", env=cdk.Environment(account=ACCOUNT, region=REGION)),
        "Weekly",
        schedule=ScheduleExpression.daily(hour=4),
        targets=[PatchTarget.tag("Role", "worker")],
        operation=PatchOperation.INSTALL,
        hooks=PatchHooks(pre_install="Drain-Node"),
        window_name="weekly",
    )
    app.synth()
    worker = instance(Role="worker")
    done = patched("--from-template", str(tmp_path / "cdk.out"), "--schedule", "weekly", "--yes", "--wait")
    assert (done.code, done.err) == (0, "")
    command = the_command(aws)
    assert command["InstanceIds"] == [worker]
    assert command["DocumentName"] == "AWS-RunPatchBaselineWithHooks"
    assert command["Parameters"] == {
        "Operation": ["Install"],
        "PreInstallHookDocName": ["Drain-Node"],
        "SnapshotId": [SNAPSHOT],
    }


def test_where_no_node_matches_nothing_is_sent(aws: "SSMClient") -> None:
    instance(Patch_Group="web")
    done = patched("--operation", "Scan", "--patch-group", "Web")
    assert (done.code, aws.list_commands()["Commands"]) == (2, [])
    assert done.err == f"no managed node matches in {REGION}, account {ACCOUNT}; nothing was sent\n"


def test_a_declined_install_is_not_sent(aws: "SSMClient") -> None:
    instance(Patch_Group="web")
    done = patched("--operation", "Install", "--patch-group", "web", interactive=True, answer="n\n")
    assert (done.code, aws.list_commands()["Commands"]) == (2, [])


def test_a_dry_run_sends_nothing(aws: "SSMClient") -> None:
    instance(Patch_Group="web")
    assert patched("--operation", "Install", "--patch-group", "web", "--dry-run").code == 0
    assert aws.list_commands()["Commands"] == []


def test_a_command_that_is_not_there_is_one_line(aws: "SSMClient") -> None:
    assert aws
    with pytest.raises(AwsError) as caught:
        AwsRunCommand(Place()).state("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")
    assert str(caught.value).startswith("ListCommands: ")


def test_moto_alone_does_not_know_nodes(bare_aws: "SSMClient", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    done = patched("--operation", "Scan", "--patch-group", "web")
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert bare_aws.list_commands()["Commands"] == []
