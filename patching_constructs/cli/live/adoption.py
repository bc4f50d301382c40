"""Read what the API describes as a template, to adopt it."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Final

from patching_constructs._errors import PatchingError
from patching_constructs.adoption.live import LiveTemplate, live_template
from patching_constructs.cli.aws_errors import AwsError
from patching_constructs.cli.live.client import LiveReader
from patching_constructs.cli.live.patching_resources import read_patching_resources
from patching_constructs.cli.permissions import PermissionGuide
from patching_constructs.template.document import parse_document
from patching_constructs.template.sources import Source, Template, template_of

STACK: Final = "Patching"
"""The name of the stack that live resources are imported into."""
_NO_WINDOW: Final = "DoesNotExistException"


def read_live(windows: Collection[str], *, region: str | None, profile: str | None) -> tuple[str, LiveTemplate]:
    """Return the account and Region, and the template of what the API describes there.

    Raises:
        PatchingError: it cannot be read.
    """
    try:
        reader = LiveReader(region=region, profile=profile)
        found = live_template(read_patching_resources(reader, windows))
    except AwsError as error:
        raise PatchingError(str(error), _fix(str(error), windows)) from error
    return f"{reader.place.account} in {reader.place.region}", found


def _fix(reason: str, windows: Collection[str]) -> str:
    if windows and _NO_WINDOW in reason:
        return "check --window and --region"
    return PermissionGuide.ADOPT.hint([reason])


def template_from(live: LiveTemplate) -> Template:
    """Return the template as if a file had it."""
    document = parse_document(Path(STACK), json.dumps(live.content))
    return template_of(Source(Path(STACK), STACK), document)
