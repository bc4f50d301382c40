"""Reading from AWS: pages, throttling, failures, and answers that were saved."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.cli.aws_errors import AwsError
from patching_constructs.cli.live.client import LiveReader
from patching_constructs.cli.live.progress import NoProgress, ProgressBar, progress_on_stderr
from patching_constructs.cli.live.reading import Job, Reading
from patching_constructs.cli.live.request import Request
from patching_constructs.cli.live.saved_answers import SavedAnswers
from patching_constructs.reporting.nodes import UNKNOWN_ACCOUNT, Place
from patching_constructs.reporting.report import ReadFailure
from tests.refusals import refused
from tests.unit.cli.live.aws import ACCOUNT, FakeAws, RefusedError, answering, paged, serving
from tests.unit.cli.run_command.fakes import REGION, alone_with

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
HERE = Place(account=ACCOUNT, region=REGION)
SEEN = {"InstanceId": "i-00000000000000001", "LastPingDateTime": NOW}
NODES = Request(operation="describe_instance_information", result="InstanceInformationList", page_size=50)
STACKS = Request(
    service="cloudformation",
    operation="list_stack_resources",
    result="StackResourceSummaries",
    parameters={"StackName": "Patching"},
)
BASELINE = Request(
    operation="get_patch_baseline", result=None, parameters={"BaselineId": "pb-0123456789abcdef0"}, service="ssm"
)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeAws]:
    nodes = [SEEN | {"InstanceId": f"i-{number:017x}"} for number in range(120)]
    fake = FakeAws(
        {
            "DescribeInstanceInformation": lambda given: paged("InstanceInformationList", nodes, given),
            "GetPatchBaseline": lambda given: {"BaselineId": given["BaselineId"], "Name": "web"},
        }
    )
    with serving(fake) as url:
        alone_with(url, monkeypatch, tmp_path)
        # The pauses between the attempts of botocore.
        monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
        yield fake


# --- Requests -----------------------------------------------------------------------------------------


def test_all_pages_are_read(aws: FakeAws) -> None:
    reader = LiveReader(region=REGION)
    assert reader.place == HERE
    assert len(reader.read(NODES)) == 120
    assert aws.requests("DescribeInstanceInformation") == [
        {"MaxResults": 50},
        {"MaxResults": 50, "NextToken": "50"},
        {"MaxResults": 50, "NextToken": "100"},
    ]


def test_an_operation_without_a_list_answers_with_one_item(aws: FakeAws) -> None:
    assert LiveReader(region=REGION).read(BASELINE) == [{"BaselineId": "pb-0123456789abcdef0", "Name": "web"}]
    assert len(aws.asked) == 1


def test_an_operation_without_pages(aws: FakeAws) -> None:
    aws.operations["ListTagsForResource"] = lambda _: {"TagList": [{"Key": "Env", "Value": "prod"}]}
    tags = Request(
        operation="list_tags_for_resource",
        result="TagList",
        parameters={"ResourceType": "ManagedInstance", "ResourceId": "mi-1"},
    )
    assert LiveReader(region=REGION).read(tags) == [{"Key": "Env", "Value": "prod"}]


@pytest.mark.parametrize(
    "operation", ["update_maintenance_window", "send_command", "put_inventory", "delete_activation"]
)
def test_nothing_but_reading_is_possible(operation: str) -> None:
    with pytest.raises(ValueError, match="is no operation that only reads"):
        Request(operation=operation, result=None)


def test_throttled_requests_are_repeated(aws: FakeAws) -> None:
    aws.errors["DescribeInstanceInformation"] = [RefusedError("ThrottlingException")]
    assert len(LiveReader(region=REGION).read(NODES)) == 120
    assert len(aws.requests("DescribeInstanceInformation")) == 4


def test_a_throttled_request_is_repeated_more_often_than_another(
    aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.errors["DescribeInstanceInformation"] = [RefusedError("ThrottlingException")] * 5
    assert len(LiveReader(region=REGION).read(NODES)) == 120
    # One note is enough.
    assert capsys.readouterr().err == f"note: AWS throttles requests in {REGION}; they are repeated more slowly\n"
    aws.errors["DescribeInstanceInformation"] = [RefusedError("InternalServerError", 500)] * 9
    with pytest.raises(AwsError, match="InternalServerError: refused"):
        LiveReader(region=REGION).read(NODES)
    assert len(aws.errors["DescribeInstanceInformation"]) == 6


@pytest.mark.parametrize("request_", [NODES, STACKS], ids=["JSON", "XML"])
@pytest.mark.parametrize(
    ("kind", "shown"), [("text/html", "text/html"), ("", "an unknown type")], ids=["a type", "no type"]
)
def test_the_answer_of_a_proxy_is_an_error(
    request_: Request, kind: str, shown: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with answering(kind, "<HTML>log in</HTML>") as url:
        alone_with(url, monkeypatch, tmp_path)
        reader = LiveReader(region=REGION)
        with pytest.raises(AwsError) as caught:
            reader.read(request_)
    operation = "DescribeInstanceInformation" if request_ is NODES else "ListStackResources"
    assert reader.place.account == UNKNOWN_ACCOUNT
    assert str(caught.value) == (
        f"{operation}: the answer ({shown}) is not that of AWS; check the network, the proxy and AWS_ENDPOINT_URL"
    )


def test_an_error_is_one_line(aws: FakeAws) -> None:
    aws.errors["DescribeInstanceInformation"] = [RefusedError("AccessDeniedException")]
    with pytest.raises(AwsError) as caught:
        LiveReader(region=REGION).read(NODES)
    assert str(caught.value) == "DescribeInstanceInformation: AccessDeniedException: refused"


def test_an_unknown_profile_is_an_error(aws: FakeAws) -> None:
    with pytest.raises(AwsError, match=r"The config profile \(nobody\) could not be found"):
        LiveReader(profile="nobody")
    assert aws.asked == []


def test_without_sts_the_account_is_unknown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    alone_with("http://127.0.0.1:9", monkeypatch, tmp_path)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    assert LiveReader().place == Place(account=UNKNOWN_ACCOUNT, region=REGION)


# --- Answers that were saved --------------------------------------------------------------------------


def test_what_was_saved_is_not_asked_again(aws: FakeAws, tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    first = LiveReader(region=REGION, saved=SavedAnswers.opened(file, NOW)).read(NODES)
    saved = SavedAnswers.opened(file, NOW + timedelta(hours=24))
    assert (len(saved), saved.started) == (1, NOW)
    assert LiveReader(region=REGION, saved=saved).read(NODES) == first
    assert len(aws.requests("DescribeInstanceInformation")) == 3
    # Another Region, and another request, were not saved.
    LiveReader(region="us-east-1", saved=saved).read(NODES)
    LiveReader(region=REGION, saved=saved).read(BASELINE)
    assert len(aws.asked) == 7


def test_a_line_that_was_not_written_to_its_end_is_left_out(aws: FakeAws, tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    reader = LiveReader(region=REGION, saved=SavedAnswers.opened(file, NOW))
    reader.read(BASELINE)
    reader.read(NODES)
    file.write_text(file.read_text()[:-100])
    saved = SavedAnswers.opened(file, NOW)
    assert len(saved) == 1
    LiveReader(region=REGION, saved=saved).read(NODES)
    assert len(SavedAnswers.opened(file, NOW)) == 2
    saved.delete()
    assert not file.exists()
    assert len(aws.asked) == 7


@pytest.mark.parametrize(
    "content",
    ["{}", "nothing", "[]", '{"version": 2, "started": {"$time": "2026-12-01"}}', '{"version": 1, "started": 5}'],
)
def test_another_file_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "other"
    file.write_text(content)
    assert refused(lambda: SavedAnswers.opened(file, NOW)) == (
        f"--resume must be a file that --resume has written, got {file}; specify another file"
    )
    assert file.read_text() == content


def test_old_answers_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    SavedAnswers.opened(file, NOW).add("key", [])
    assert refused(lambda: SavedAnswers.opened(file, NOW + timedelta(hours=24, seconds=1))) == (
        f"--resume must be a file that was begun in the last 24 h, got {file}; delete it to begin again"
    )


def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    nowhere = tmp_path / "none" / "answers.jsonl"
    assert refused(lambda: SavedAnswers.opened(nowhere, NOW)) == (
        f"--resume must be a file in a directory that exists, got {nowhere}"
    )
    assert refused(lambda: SavedAnswers.opened(tmp_path, NOW)) == f"--resume {tmp_path} cannot be used: Is a directory"
    saved = SavedAnswers.opened(tmp_path / "answers.jsonl", NOW)
    (tmp_path / "answers.jsonl").mkdir()
    assert refused(lambda: saved.add("key", [])) == (
        f"--resume {tmp_path / 'answers.jsonl'} cannot be used: Is a directory"
    )


def test_a_file_is_begun_with_the_first_answer(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    saved = SavedAnswers.opened(file, NOW)
    assert not file.exists()
    saved.add("key", [SEEN])
    saved.delete()
    assert not file.exists()


def test_only_values_of_json_and_times_are_saved(tmp_path: Path) -> None:
    saved = SavedAnswers.opened(tmp_path / "answers.jsonl", NOW)
    with pytest.raises(TypeError, match="an answer has a bytes"):
        saved.add("key", [{"Blob": b""}])


# --- Many things at the same time ---------------------------------------------------------------------


def failing(reason: str) -> Any:
    raise AwsError(reason)


def test_what_fails_is_named_and_the_rest_is_read() -> None:
    reading = Reading(NoProgress())
    there = Place(account=ACCOUNT, region="us-east-1")
    jobs: list[Job[int]] = [
        *(Job(read=lambda number=number: number, what="patch states", place=HERE) for number in range(20)),  # type: ignore[misc]
        Job(read=lambda: failing("denied"), what="patch states", place=HERE, number=50),
        Job(read=lambda: failing("denied"), what="patch states", place=HERE, number=7),
        Job(read=lambda: failing("throttled"), what="patch states", place=there),
    ]
    assert reading.each("Reading patch states", jobs) == [*range(20), None, None, None]
    assert sorted(reading.failures, key=lambda each: each.reason) == [
        ReadFailure(place=HERE, what="patch states (57)", reason="denied"),
        ReadFailure(place=there, what="patch states", reason="throttled"),
    ]


def test_another_error_is_not_hidden() -> None:
    def broken() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Reading(NoProgress()).each("Reading", [Job(read=broken, what="nodes", place=HERE)])


def test_the_progress_is_shown_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert isinstance(progress_on_stderr(), NoProgress)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    shown = progress_on_stderr()
    assert isinstance(shown, ProgressBar)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    Reading(shown).each("Reading nodes", [Job(read=lambda: 1, what="nodes", place=HERE, number=40)])
    out, err = capsys.readouterr()
    assert out == ""
    assert "Reading nodes" in err
    assert "40/40" in err


def test_saved_times_are_times_again(tmp_path: Path) -> None:
    saved = SavedAnswers.opened(tmp_path / "answers.jsonl", NOW)
    saved.add("key", [SEEN])
    assert SavedAnswers.opened(tmp_path / "answers.jsonl", NOW).get("key") == [SEEN]
    assert json.loads((tmp_path / "answers.jsonl").read_text().splitlines()[0])["version"] == 1
