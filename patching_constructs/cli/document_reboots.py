"""Whether the documents of a template reboot nodes, for every command and format that says so."""

from functools import lru_cache

from patching_constructs.template.deployment import Deployment
from patching_constructs.template.reboots import Reboots
from patching_constructs.template.runbooks import SsmDocument
from patching_constructs.template.sources import Template


@lru_cache(maxsize=256)
def reboots_in(template: Template) -> Reboots:
    """Return which runs of documents reboot nodes, also of documents in the same template."""
    deployment = Deployment([template])
    documents = [each for each in deployment.resources if isinstance(each, SsmDocument)]
    return Reboots(documents, lambda value: deployment.resolve(value, SsmDocument))
