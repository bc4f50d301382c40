"""Where the files of a resource data sync are: in a bucket, or in a folder to which they were copied."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from patching_constructs._errors import PatchingError, refusal
from patching_constructs.cli.aws_errors import errors_in_one_line
from patching_constructs.cli.live.reading import CONCURRENCY
from patching_constructs.ssm.inventory import InventoryType

_SCHEME: Final = "s3://"
_RETRIES: Final = {"mode": "adaptive", "total_max_attempts": 10}


class SyncedFiles(Protocol):
    """The files of a sync."""

    @property
    def name(self) -> str:
        """The name of the bucket or folder, as the user wrote it."""

    def keys(self) -> Iterator[str]:
        """Return the keys of the files, among others. Raises an AwsError."""

    def read(self, key: str) -> bytes:
        """Return the content of a file. Raises an AwsError or an OSError."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with copies of the files, or one such file."""

    path: Path

    @property
    def name(self) -> str:
        """The path."""
        return str(self.path)

    def keys(self) -> Iterator[str]:
        """Return the paths of all JSON files."""
        if self.path.is_file():
            yield self.path.resolve().as_posix()
        for each in sorted(self.path.rglob("*.json")):
            yield each.as_posix()

    def read(self, key: str) -> bytes:
        """Return the content of a file."""
        return Path(key).read_bytes()


class Bucket:
    """A bucket, or a prefix in it. Threads can share it."""

    def __init__(self, url: str, profile: str | None = None) -> None:
        """Connect.

        Args:
            url: ``s3://bucket`` or ``s3://bucket/prefix``.
            profile: a profile of the AWS configuration.

        Raises:
            PatchingError: the URL names no bucket.
            AwsError: there is no such profile.
        """
        import boto3
        from botocore.config import Config

        self.name = url
        """The URL."""
        self._bucket, _, prefix = url.removeprefix(_SCHEME).partition("/")
        if not self._bucket:
            raise refusal("SOURCE", "must be s3://BUCKET or s3://BUCKET/PREFIX", repr(url))
        self._prefix = f"{prefix.rstrip('/')}/" if prefix.strip("/") else ""
        config = Config(retries=_RETRIES, max_pool_connections=CONCURRENCY)  # type: ignore[arg-type]
        with errors_in_one_line():
            self._client: Any = boto3.Session(profile_name=profile).client("s3", config=config)

    def keys(self) -> Iterator[str]:
        """Return the keys of the types of inventory that a report is made of."""
        with errors_in_one_line():
            for each in InventoryType:
                pages = self._client.get_paginator("list_objects_v2")
                for page in pages.paginate(Bucket=self._bucket, Prefix=f"{self._prefix}{each}/"):
                    yield from (item["Key"] for item in page.get("Contents", ()))

    def read(self, key: str) -> bytes:
        """Return the content of an object."""
        with errors_in_one_line():
            content: bytes = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            return content


def is_bucket(source: str) -> bool:
    """Return whether a source is the URL of a bucket."""
    return source.startswith(_SCHEME)


def synced_files(source: str, profile: str | None = None) -> SyncedFiles:
    """Return the files of a source.

    Raises:
        PatchingError: there is no such folder.
        AwsError: there is no such profile.
    """
    if is_bucket(source):
        return Bucket(source, profile)
    path = Path(source)
    if not path.exists():
        raise PatchingError(f"SOURCE {source} does not exist", what="SOURCE")
    return Folder(path)
