"""The request that `now` sends, as SendCommand takes it.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from patching_constructs._errors import refusal
from patching_constructs.properties.command import SNAPSHOT_ID, PatchCommand
from patching_constructs.properties.rate_control import RateControl, check_max_concurrency
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.ssm import limits
from patching_constructs.ssm.target_keys import INSTANCE_IDS


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRequest:
    """One run of a patch document, now, on the nodes that a target selects.

    Raises:
        PatchingError: SendCommand would refuse it.
    """

    command: PatchCommand
    target: PatchTarget
    snapshot_id: str
    max_concurrency: RateControl = RateControl.percentage(10)
    max_errors: RateControl = RateControl.percentage(10)
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Other arguments of SendCommand: a comment, a start timeout, output, notifications, a version of the document."""

    def __post_init__(self) -> None:
        check_max_concurrency(self.max_concurrency)
        comment = self.settings.get("Comment")
        if comment is not None and not 1 <= len(comment) <= limits.COMMENT_LENGTH:
            raise refusal("comment", f"must have 1-{limits.COMMENT_LENGTH} characters", f"{len(comment)}")

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of SendCommand."""
        # One snapshot for the whole operation, so that all nodes get the same approved patches.
        parameters = self.command.parameters | {SNAPSHOT_ID: [self.snapshot_id]}
        return {
            "DocumentName": self.command.document_name,
            **self._nodes,
            "Parameters": parameters,
            "MaxConcurrency": str(self.max_concurrency),
            "MaxErrors": str(self.max_errors),
            **self.settings,
        }

    @property
    def _nodes(self) -> dict[str, Any]:
        first = self.target.filters[0]
        if first.key == INSTANCE_IDS:
            return {INSTANCE_IDS: list(first.values)}
        return {"Targets": filters_of(self.target)}


def filters_of(target: PatchTarget) -> list[dict[str, Any]]:
    """Return the target as SendCommand and DescribeInstanceInformation both take it."""
    return [{"Key": each.key, "Values": list(each.values)} for each in target.filters]
