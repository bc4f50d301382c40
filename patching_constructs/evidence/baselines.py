"""The patch baselines that nodes were compared with, read from Systems Manager.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetPatchBaseline.html
"""

from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

_NON_COMPLIANT: Final = "NON_COMPLIANT"


class Baselines:
    """The patch baselines in an account and Region. Each is read once."""

    def __init__(self, ssm: "SSMClient") -> None:
        """Take the client."""
        self._ssm = ssm
        self._required: dict[str, bool | None] = {}

    def requires_updates(self, baseline: str) -> bool | None:
        """Return whether an available security update is non-compliant; None if the baseline does not exist any more.

        Args:
            baseline: its id or its ARN. It is not documented which of them a patch state has.
        """
        if baseline not in self._required:
            self._required[baseline] = self._read(baseline)
        return self._required[baseline]

    def _read(self, baseline: str) -> bool | None:
        try:
            found = self._ssm.get_patch_baseline(BaselineId=self._listed.get(_id_of(baseline), baseline))
        except self._ssm.exceptions.DoesNotExistException:
            return None
        return found.get("AvailableSecurityUpdatesComplianceStatus") == _NON_COMPLIANT

    @cached_property
    def _listed(self) -> dict[str, str]:
        """What the service calls each baseline: a predefined one by its ARN, which it requires to read it."""
        pages = self._ssm.get_paginator("describe_patch_baselines").paginate(PaginationConfig={"PageSize": 100})
        return {_id_of(each["BaselineId"]): each["BaselineId"] for page in pages for each in page["BaselineIdentities"]}


def _id_of(baseline: str) -> str:
    return baseline.rpartition("/")[2]
