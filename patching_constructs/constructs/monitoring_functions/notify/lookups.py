"""What Systems Manager answers about an event, as far as it answers in time.

A message without details is better than none, so a lookup that fails is a note in the message.
"""

import logging
import time
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

Answer = Mapping[str, Any]

LOG = logging.getLogger(__name__)
# Together with one last request, less than the timeout of the function.
BUDGET_SECONDS = 30
CONFIG = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})


class Lookups:
    """Requests to Systems Manager for one message."""

    def __init__(self) -> None:
        """Start the time that all requests have together."""
        self._ssm = boto3.client("ssm", config=CONFIG)
        self._until = time.monotonic() + BUDGET_SECONDS
        self.problems: dict[str, None] = {}
        """What was not answered, without duplicates."""

    def ask(self, operation: str, **given: object) -> Answer:
        """Return the answer to a request; an empty one if there is none."""
        if time.monotonic() > self._until:
            self.problems["there was no time for more requests to Systems Manager"] = None
            return {}
        try:
            answer: Answer = getattr(self._ssm, operation)(**given)
        except ClientError as error:
            LOG.warning("%s: %s", operation, error)
            self.problems[f"{operation}: {error.response['Error']['Code']}"] = None
        except BotoCoreError as error:
            LOG.warning("%s: %s", operation, error)
            self.problems[f"{operation}: {type(error).__name__}"] = None
        else:
            return answer
        return {}

    @property
    def missing(self) -> str:
        """Return what the message lacks, for its reader."""
        return f"details could not be read ({'; '.join(self.problems)})" if self.problems else ""
