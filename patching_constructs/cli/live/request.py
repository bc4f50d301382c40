"""A request that only reads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Answer = dict[str, Any]
"""One item of an answer, or the whole of one."""

_READS: Final = ("describe_", "get_", "list_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request for items, on as many pages as there are."""

    operation: str
    """The name in boto3: ``describe_instance_information``."""
    result: str | None
    """The key of the answer's items: ``InstanceInformationList``. None for an operation that answers with one item."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    service: str = "ssm"
    page_size: int | None = None
    """The most items that the service returns on a page. Default: the service's."""

    def __post_init__(self) -> None:
        """Allow operations that only read."""
        if not self.operation.startswith(_READS):
            raise ValueError(f"{self.operation} is no operation that only reads")

    @property
    def key(self) -> str:
        """What identifies the request in an account and Region."""
        return f"{self.service}.{self.operation} {json.dumps(self.parameters, sort_keys=True)}"
