"""What a schedule gives to Run Command beside the document and its parameters, as SendCommand takes it.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from patching_constructs._errors import refusal
from patching_constructs._validation import read_whole_number
from patching_constructs.cli.run_command.template_values import got, in_file
from patching_constructs.properties.notification import NotificationEvent, NotificationType
from patching_constructs.ssm import limits
from patching_constructs.template.commands import AssociationCommand, Command, SentCommand, TaskCommand
from patching_constructs.template.value import UnknownError, Value

_BUCKET: Final = "OutputS3BucketName"
_PREFIX: Final = "OutputS3KeyPrefix"
_REGION: Final = "OutputS3Region"
_NOTIFICATION: Final = "NotificationConfig"
_PUBLISHER: Final = "ServiceRoleArn"
# SendCommand takes the first only together with the second.
_REQUIRES: Final = ((_PREFIX, _BUCKET), (_REGION, _BUCKET), (_NOTIFICATION, _PUBLISHER), (_PUBLISHER, _NOTIFICATION))
# With another version of the document, another command would run.
_DECIDES_WHAT_RUNS: Final = frozenset({"DocumentVersion", "DocumentHash", "DocumentHashType"})


@dataclass(frozen=True, slots=True)
class Settings:
    """The arguments of SendCommand, and in words what of the schedule is left out."""

    arguments: Mapping[str, object]
    left_out: tuple[str, ...] = ()


def settings_of(command: Command) -> Settings:
    """Return what a schedule gives to Run Command.

    What is unknown until deployment is left out, unless it decides what is run.

    Raises:
        PatchingError: a value is invalid.
        UnknownError: a value decides what is run, and is unknown until deployment.
    """
    arguments: dict[str, object] = {}
    left_out: list[str] = []
    for name, value in _given(command):
        try:
            if value.is_unknown or value.content not in (None, "", {}, []):
                with in_file(value):
                    arguments[name] = _READERS[name](value)
        except UnknownError as error:
            if name in _DECIDES_WHAT_RUNS:
                raise
            left_out.append(f"{name} is left out: {error.at.name} is unknown until deployment, got {got(error.at)}")
    for name, other in _REQUIRES:
        if name in arguments and other not in arguments:
            del arguments[name]
            left_out.append(f"{name} is left out: it requires {other}")
    return Settings(arguments, tuple(left_out))


def _given(command: Command) -> Iterator[tuple[str, Value]]:
    """Return what a schedule has of the arguments of SendCommand, by their names there."""
    match command:
        case TaskCommand(runner=task) if task.is_legacy:
            yield from _output(task.at("LoggingInfo"), "S3Bucket", "S3Prefix", "Region")
        case TaskCommand(runner=task):
            yield from ((name, task.invocation.at(name)) for name in _READERS)
        case AssociationCommand(runner=association):
            yield "DocumentVersion", association.at("DocumentVersion")
            yield from _output(association.at("OutputLocation").at("S3Location"), _BUCKET, _PREFIX, _REGION)
        case SentCommand():
            yield from ((name, command.at.at(name)) for name in _READERS)


def _output(held: Value, bucket: str, prefix: str, region: str) -> Iterator[tuple[str, Value]]:
    yield from ((_BUCKET, held.at(bucket)), (_PREFIX, held.at(prefix)), (_REGION, held.at(region)))


# --- One argument -------------------------------------------------------------------------------------

Read = Callable[[Value], object]


def _text(pattern: str, rule: str) -> Callable[[Value], str]:
    accepted = re.compile(pattern, re.DOTALL)

    def read(value: Value) -> str:
        text = value.text()
        if text is None or not accepted.fullmatch(text):
            raise refusal(value.name, rule, got(value))
        return text

    return read


def _characters(longest: int) -> Callable[[Value], str]:
    return _text(f".{{1,{longest}}}", f"must have 1-{longest} characters")


def _one_of(literals: type[StrEnum]) -> Callable[[Value], str]:
    words = list(literals)
    return _text("|".join(words), f"must be {', '.join(words[:-1])} or {words[-1]}")


_DOCUMENT_HASH_TYPE: Final = _text("Sha256|Sha1", "must be Sha256 or Sha1")
_LOG_GROUP: Final = _text(r"[.\-_/#A-Za-z0-9]{1,512}", "must be the name of a log group")
_ARN: Final = _text(r"arn:[^:]+:[^:]+:.+", "must be an ARN")


def _seconds(value: Value) -> int | None:
    return read_whole_number(value.name, value.written(), limits.START_TIMEOUT_SECONDS, "seconds")


def _notification(config: Value) -> dict[str, object]:
    read: dict[str, object] = {"NotificationArn": _ARN(config["NotificationArn"])}
    if config["NotificationEvents"].is_given:
        event = _one_of(NotificationEvent)
        read["NotificationEvents"] = [event(each) for each in config["NotificationEvents"].each()]
    if config["NotificationType"].is_given:
        read["NotificationType"] = _one_of(NotificationType)(config["NotificationType"])
    return read


def _logs(config: Value) -> dict[str, object]:
    read: dict[str, object] = {"CloudWatchOutputEnabled": config["CloudWatchOutputEnabled"].is_true()}
    if config["CloudWatchLogGroupName"].is_given:
        read["CloudWatchLogGroupName"] = _LOG_GROUP(config["CloudWatchLogGroupName"])
    return read


_READERS: Final[Mapping[str, Read]] = {
    "DocumentVersion": _text(limits.DOCUMENT_VERSION.pattern, "must be $DEFAULT, $LATEST or a number"),
    "DocumentHash": _characters(256),
    "DocumentHashType": _DOCUMENT_HASH_TYPE,
    "TimeoutSeconds": _seconds,
    "Comment": _characters(limits.COMMENT_LENGTH),
    _BUCKET: _text(".{3,63}", "must have 3-63 characters"),
    _PREFIX: _characters(limits.KEY_PREFIX_LENGTH),
    _REGION: _text(".{3,20}", "must be a Region"),
    "CloudWatchOutputConfig": _logs,
    _NOTIFICATION: _notification,
    _PUBLISHER: _ARN,
}
