"""The rule about templates that a template deploys and that are not read with it."""

from collections.abc import Iterator

from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import rule
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome
from patching_constructs.template.unread import UnreadTemplate
from patching_constructs.template.value import UnknownError

_CHECK_IT = "Check that template too: patching-constructs check TEMPLATE."


@rule(
    "UnreadTemplate",
    Severity.NOTE,
    of="unread",
    fix=_CHECK_IT,
    page="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html",
)
def unread_template(unread: UnreadTemplate, _: Context) -> Iterator[Outcome]:
    """The template of a nested stack, StackSet, application, or product should comply with the rules."""
    yield UnknownError(unread.value, f"The template of {unread.logical_id} is not read: {unread.reason}", _CHECK_IT)
