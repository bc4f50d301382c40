"""Whether the documents of a template reboot nodes, for every command and format that says so."""

from functools import lru_cache

from patching_constructs.template.deployment import Deployment
from patching_constructs.template.reboots import Reboots, reboots_of
from patching_constructs.template.sources import Template


@lru_cache(maxsize=256)
def reboots_in(template: Template) -> Reboots:
    """Return which runs of documents reboot nodes, also of documents in the same template."""
    return reboots_of(Deployment([template]))
