"""Read from one account and Region, page by page, as fast as AWS allows.

boto3 is imported where it is used: `--help` does not wait for it.
"""

import threading
from collections.abc import Callable
from typing import Any, Final

import typer

from patching_constructs.cli.aws_answers import refuse_other_answers
from patching_constructs.cli.aws_errors import AwsError, errors_in_one_line
from patching_constructs.cli.live.reading import CONCURRENCY
from patching_constructs.cli.live.request import Answer, Request
from patching_constructs.cli.live.retries import RETRIES, give_up_early
from patching_constructs.cli.live.saved_answers import SavedAnswers
from patching_constructs.reporting.nodes import UNKNOWN_ACCOUNT, Place

_CONNECT_SECONDS: Final = 5
_READ_SECONDS: Final = 30


class LiveReader:
    """What one account and Region answers to requests that only read. Threads can share it."""

    def __init__(
        self, *, region: str | None = None, profile: str | None = None, saved: SavedAnswers | None = None
    ) -> None:
        """Connect.

        Args:
            region: the Region. Default: that of the AWS configuration.
            profile: a profile of the AWS configuration. Default: its default.
            saved: answers that were saved before, and where new ones are saved.

        Raises:
            AwsError: there is no such profile, or no Region.
        """
        import boto3

        self._saved = saved
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}
        self._is_throttled = False
        with errors_in_one_line():
            self._session = boto3.Session(profile_name=profile, region_name=region)
            region = self.client("ssm").meta.region_name
        self.place = Place(account=self._account(), region=region)
        """The account and the Region. The account is `UNKNOWN_ACCOUNT` where AWS STS does not answer."""

    def read(self, request: Request) -> list[Answer]:
        """Return the items of all pages.

        Raises:
            AwsError: AWS refuses the request or is not reached, also after several attempts.
        """
        return self.once(request.key, lambda: self._ask(request))

    def once(self, key: str, ask: Callable[[], list[Answer]]) -> list[Answer]:
        """Return what was saved by a key, or else ask and save it.

        Args:
            key: what is asked, apart from the account and Region.
            ask: asks AWS.

        Raises:
            AwsError: AWS refuses a request or is not reached, also after several attempts.
        """
        key = f"{self.place.account} {self.place.region} {key}"
        found = self._saved.get(key) if self._saved is not None else None
        if found is None:
            with errors_in_one_line():
                found = ask()
            if self._saved is not None:
                self._saved.add(key, found)
        return found

    def _ask(self, request: Request) -> list[Answer]:
        client = self.client(request.service)
        if request.result is None:
            return [_content(getattr(client, request.operation)(**request.parameters))]
        if not client.can_paginate(request.operation):
            return list(getattr(client, request.operation)(**request.parameters)[request.result])
        config = {} if request.page_size is None else {"PageSize": request.page_size}
        pages = client.get_paginator(request.operation).paginate(**request.parameters, PaginationConfig=config)
        return [item for page in pages for item in page.get(request.result, ())]

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 creates the classes of its clients at run time
        """Return the client of a service, for what `read` does not do."""
        from botocore.config import Config

        # A session creates only one client at a time.
        with self._lock:
            if service not in self._clients:
                config = Config(
                    retries=RETRIES,  # type: ignore[arg-type]
                    connect_timeout=_CONNECT_SECONDS,
                    read_timeout=_READ_SECONDS,
                    max_pool_connections=CONCURRENCY,
                )
                client = self._session.client(service, config=config)  # type: ignore[call-overload]
                refuse_other_answers(client)
                give_up_early(client, self._note_throttling)
                self._clients[service] = client
            return self._clients[service]

    def _note_throttling(self) -> None:
        with self._lock:
            if self._is_throttled:
                return
            self._is_throttled = True
        region = self._session.region_name
        typer.echo(f"note: AWS throttles requests in {region}; they are repeated more slowly", err=True)

    def _account(self) -> str:
        try:
            with errors_in_one_line():
                account: str = self.client("sts").get_caller_identity()["Account"]
        except AwsError:
            return UNKNOWN_ACCOUNT
        return account


def _content(answer: Answer) -> Answer:
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}
