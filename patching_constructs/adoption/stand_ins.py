"""What stands for the values of the CDK while an expression is evaluated without it."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final

TOKEN: Final = "${Token[TOKEN.1]}"  # noqa: S105 - a value that is unknown until deployment
TOKENS: Final = "#{Token[TOKEN.1]}"
NUMBER: Final = -1.95 * 2.0**960


class Text(str):
    """A token that is a string, and what has a method that returns it."""

    __slots__ = ()

    def to_string(self) -> str:
        """Return the token itself."""
        return self


def text(*_: object) -> Text:
    """Return a string that is unknown until deployment."""
    return Text(TOKEN)


def number(*_: object) -> float:
    """Return a number that is unknown until deployment."""
    return NUMBER


def texts(*_: object) -> list[str]:
    """Return a list of strings that is unknown until deployment."""
    return [TOKENS]


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration, whose number is unknown until deployment in the unit that it was created with."""

    amount: float

    def to_hours(self, *, integral: bool | None = None) -> float:  # noqa: ARG002 - as in the CDK
        """Return the number."""
        return self.amount

    to_days = to_seconds = to_hours


def imported(reference: str, value: str) -> Callable[..., SimpleNamespace]:
    """Return what imports a resource by a value that a reference to it has."""

    def function(_scope: object, _id: str, given: str, **_options: object) -> SimpleNamespace:
        references = SimpleNamespace(**{value: given}, function_name=given)
        return SimpleNamespace(**{reference: references})

    return function


CDK: Final = SimpleNamespace(
    Fn=SimpleNamespace(ref=text, get_att=text, import_value=text),
    Token=SimpleNamespace(as_string=text, as_number=number, as_list=texts),
    Duration=SimpleNamespace(days=Duration, hours=Duration, seconds=Duration),
)
IAM: Final = SimpleNamespace(Role=SimpleNamespace(from_role_arn=imported("role_ref", "role_arn")))
SNS: Final = SimpleNamespace(Topic=SimpleNamespace(from_topic_arn=imported("topic_ref", "topic_arn")))
S3: Final = SimpleNamespace(Bucket=SimpleNamespace(from_bucket_name=imported("bucket_ref", "bucket_name")))
LOGS: Final = SimpleNamespace(LogGroup=SimpleNamespace(from_log_group_name=imported("log_group_ref", "log_group_name")))
LAMBDA: Final = SimpleNamespace(Function=SimpleNamespace(from_function_arn=imported("function_ref", "function_arn")))
STEP_FUNCTIONS: Final = SimpleNamespace(
    StateMachine=SimpleNamespace(from_state_machine_arn=imported("state_machine_ref", "state_machine_arn"))
)
