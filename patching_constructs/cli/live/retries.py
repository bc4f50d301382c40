"""How often a request is repeated: often where AWS throttles it, a few times where AWS fails or does not answer."""

from collections.abc import Callable
from typing import Any, Final

from patching_constructs.cli.aws_errors import THROTTLED

# In this mode, botocore slows down all requests of a client when AWS throttles one of them.
RETRIES: Final = {"mode": "adaptive", "total_max_attempts": 10}
"""The most attempts of botocore, which are those of a throttled request."""
ATTEMPTS: Final = 3
"""The most attempts of another request: an endpoint that is not there would otherwise be waited for."""


def give_up_early(client: Any, throttled: Callable[[], None]) -> None:  # noqa: ANN401 - boto3 creates its classes
    """Let a client repeat only throttled requests more than a few times, and call a function for each of these."""

    def is_over(attempts: int, response: tuple[Any, dict[str, Any]] | None, **_: object) -> bool | None:
        """Return False for no further attempt, and None to let botocore decide."""
        code = response[1].get("Error", {}).get("Code") if response else None
        if code in THROTTLED:
            throttled()
            return None
        return None if attempts < ATTEMPTS else False

    service = client.meta.service_model.service_id.hyphenize()
    # The first handler that decides is the one that counts.
    client.meta.events.register_first(f"needs-retry.{service}", is_over)
