"""The JSON that functions and state machines get.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_MaintenanceWindowLambdaParameters.html
"""

import json
from collections.abc import Mapping

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved, is_unresolved_list, joined
from patching_constructs._validation import check_no_list_token, check_type
from patching_constructs.properties._leaves import leaves


def json_text(what: str, value: Mapping[str, object] | None) -> str | None:
    """Return the JSON of a dict; None for None.

    CloudFormation joins the items of a list that is a token, so that an empty list would have one empty text.

    Raises:
        PatchingError: it is not a dict, or contains what JSON does not support.
    """
    if value is None:
        return None
    check_type(what, value, Mapping, "write {'key': 'value'}")
    try:
        text = json.dumps(_with_joined_lists(dict(value)), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise refusal(what, "must contain only values that JSON supports", f"an error: {error}") from error
    if any(isinstance(each, float) and is_unresolved(each) for each in leaves(value)):
        raise refusal(what, "must not contain a number that is a token", "a token", "use aws_cdk.Token.as_string(...)")
    check_no_list_token(what, text)
    return text


def _with_joined_lists(value: object) -> object:
    """Return a value of JSON, in which each list that is a token has one text: its items, joined as in JSON."""
    match value:
        case dict():
            return {name: _with_joined_lists(item) for name, item in value.items()}
        case list() | tuple():
            return [joined('","', value)] if is_unresolved_list(value) else [_with_joined_lists(item) for item in value]
        case _:
            return value


def check_json(what: str, text: str | None, longest: int) -> None:
    """Check the length of JSON. None and a token pass.

    Raises:
        PatchingError: it is no string, or too long.
    """
    if text is None:
        return
    check_type(what, text, str)
    size = len(text.encode())
    if not is_unresolved(text) and size > longest:
        raise refusal(what, f"must have at most {longest} bytes as JSON", size)
