"""The StackSets that deploy what is described: they decide which accounts and Regions get it."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from patching_constructs.template.deployment import Deployment
from patching_constructs.template.resource import Resource
from patching_constructs.template.sources import Template
from patching_constructs.template.stack_sets import StackSet
from patching_constructs.template.value import Referent


def stack_sets_of(deployments: Iterable[Deployment], deployers: Collection[Referent]) -> Iterator[StackSet]:
    """Return the StackSets among the resources that deploy templates."""
    for deployment in deployments:
        for resource in deployment.resources:
            if isinstance(resource, StackSet) and resource.referent in deployers:
                yield resource


def deployers_of(described: Iterable[Resource], templates: Sequence[Template]) -> set[Referent]:
    """Return the resources that deploy the templates of some resources, also by way of other templates."""
    by_scope = {template.scope: template for template in templates}
    found: set[Referent] = set()
    pending = {each.template.scope for each in described}
    while pending:
        deployers = by_scope[pending.pop()].deployers
        new = {(each.outer, each.logical_id) for each in deployers if each.outer in by_scope} - found
        pending |= {outer for outer, _ in new}
        found |= new
    return found
