"""What an expression evaluates to, so that the properties refuse what a construct would refuse."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any, Final

from patching_constructs.adoption import stand_ins
from patching_constructs.adoption.code import Call, Entries, Expression, Items, Literal, Name, Starred
from patching_constructs.properties.approval import PatchFilter, PatchRule, PatchSource
from patching_constructs.properties.command import PatchHooks, PatchOperation, RebootOption
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.notification import CommandNotification, NotificationEvent, NotificationType
from patching_constructs.properties.output import CommandOutput
from patching_constructs.properties.rate_control import RateControl
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.properties.window_tasks import WindowTask
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.ssm.compliance import ComplianceLevel, PatchComplianceStatus, RejectedPatchesAction
from patching_constructs.ssm.operating_systems import OperatingSystem

_OF_THIS_LIBRARY: Final = (
    CommandNotification,
    CommandOutput,
    ComplianceLevel,
    CutoffBehavior,
    NotificationEvent,
    NotificationType,
    OperatingSystem,
    PatchComplianceStatus,
    PatchFilter,
    PatchHooks,
    PatchOperation,
    PatchRule,
    PatchSource,
    PatchTarget,
    RateControl,
    RebootOption,
    RejectedPatchesAction,
    ScheduleExpression,
    WindowTask,
)
_NAMES: Final[Mapping[str, Any]] = {each.__name__: each for each in _OF_THIS_LIBRARY} | {
    "self": None,
    "date": date,
    "datetime": datetime,
    "timedelta": timedelta,
    "cdk": stand_ins.CDK,
    "iam": stand_ins.IAM,
    "sns": stand_ins.SNS,
    "s3": stand_ins.S3,
    "logs": stand_ins.LOGS,
    "aws_lambda": stand_ins.LAMBDA,
    "stepfunctions": stand_ins.STEP_FUNCTIONS,
}


def evaluate(expression: Expression, variables: Mapping[str, Expression]) -> Any:  # noqa: ANN401 - any value
    """Return the value of an expression; tokens and imported resources are replaced by what looks like them.

    Args:
        expression: the expression.
        variables: the variables that it can use.

    Raises:
        PatchingError: a value is invalid.
    """
    match expression:
        case Literal(value):
            return value
        case Name(text) if text in variables:
            return evaluate(variables[text], variables)
        case Name(text):
            return _named(text)
        case Items(items, is_tuple):
            return (tuple if is_tuple else list)(_arguments(items, variables))
        case Entries(entries):
            return {key: evaluate(each, variables) for key, each in entries.items()}
        case Call(name, positional, named, of):
            function = _named(name) if of is None else getattr(evaluate(of, variables), name)
            given = {key: evaluate(each, variables) for key, each in named.items()}
            return function(*_arguments(positional, variables), **given)
        case _:
            return evaluate(expression.items, variables)


def _arguments(expressions: Any, variables: Mapping[str, Expression]) -> list[Any]:  # noqa: ANN401
    found: list[Any] = []
    for each in expressions:
        value = evaluate(each, variables)
        found += value if isinstance(each, Starred) else [value]
    return found


def _named(name: str) -> Any:  # noqa: ANN401
    first, *rest = name.split(".")
    return reduce(getattr, rest, _NAMES[first])
