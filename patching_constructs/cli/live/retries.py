"""How often a request is repeated: often where AWS throttles it, a few times where AWS fails or does not answer."""

from typing import Any, Final

from patching_constructs.cli.aws_errors import THROTTLED

# In this mode, botocore slows down all requests of a client when AWS throttles one of them.
RETRIES: Final = {"mode": "adaptive", "total_max_attempts": 10}
"""The most attempts of botocore, which are those of a throttled request."""
ATTEMPTS: Final = 3
"""The most attempts of another request: an endpoint that is not there would otherwise be waited for."""


def give_up_early(client: Any) -> None:  # noqa: ANN401 - boto3 creates the classes of its clients at run time
    """Let a client repeat only throttled requests more than a few times."""
    service = client.meta.service_model.service_id.hyphenize()
    # The first handler that decides is the one that counts.
    client.meta.events.register_first(f"needs-retry.{service}", _is_over)


def _is_over(attempts: int, response: tuple[Any, dict[str, Any]] | None, **_: object) -> bool | None:
    """Return False for no further attempt, and None to let botocore decide."""
    code = response[1].get("Error", {}).get("Code") if response else None
    return None if attempts < ATTEMPTS or code in THROTTLED else False
