"""Where the permissions of the commands that read from AWS are listed."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

# The codes of Systems Manager and of Amazon S3: AccessDeniedException, AccessDenied.
_DENIED: Final = "AccessDenied"


class PermissionGuide(StrEnum):
    """The guides that list permissions."""

    ADOPT = "docs/how-to/adopt.md"
    REPORT = "docs/how-to/report.md"
    RESULTS = "docs/how-to/past-executions.md"

    def hint(self, reasons: Iterable[str]) -> str:
        """Return where the permissions are listed if one of the reasons of failures is a missing one; else nothing."""
        return f"{self} lists the permissions" if any(_DENIED in each for each in reasons) else ""
