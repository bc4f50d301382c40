"""Templates that are deployed together: what they export, what they give to each other, and which of them exist."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from patching_constructs.template.conditions import CERTAIN, Truth, all_hold, any_holds
from patching_constructs.template.exports import Exports
from patching_constructs.template.sources import Deployer, Template, by_place
from patching_constructs.template.unknown import NOTHING_ASSUMED, Assumed


def linked(
    templates: Sequence[Template], assumed: Assumed = NOTHING_ASSUMED, unchanged: Collection[object] = ()
) -> list[Template]:
    """Return the templates of one account and Region under assumed values, with what they give to each other.

    Args:
        templates: the templates, each after those that deploy it.
        assumed: the values of some parameters and conditions. Default: whatever they can have.
        unchanged: what stands for the templates that the assumptions do not change. Default: none.
    """
    exports = Exports()
    found: dict[object, Template] = {}
    for template in templates:
        is_same = template.scope in unchanged
        found[template.scope] = template if is_same else template.assuming(assumed, exports, found)
    for template in found.values():
        _add_outputs(exports, template)
    for template in found.values():
        source, intrinsics = template.source, template.intrinsics
        exports.add(source.stack, source.region, intrinsics.declarations.outputs, intrinsics)
    return _with_existence(found.values())


def without_left_out(templates: Sequence[Template]) -> list[Template]:
    """Return the templates without those that only resources deploy whose conditions are known not to hold."""
    together = {each.scope: each for place in by_place(templates) for each in linked(place)}
    found = _with_existence(together[template.scope] for template in templates)
    return [template for template, each in zip(templates, found, strict=True) if each.existence.holds is not False]


def _add_outputs(exports: Exports, template: Template) -> None:
    """Add the outputs of a nested stack. Of a template that several resources deploy, each has its own outputs."""
    deployer = template.deployer
    if deployer is not None:
        intrinsics = template.intrinsics
        exports.add_nested((deployer.outer, deployer.logical_id), intrinsics.declarations.outputs, intrinsics)


def _with_existence(templates: Iterable[Template]) -> list[Template]:
    found: dict[object, Template] = {}
    for template in templates:
        truths = [_existence(each, found.get(each.outer)) for each in template.deployers]
        found[template.scope] = replace(template, existence=any_holds(truths) if truths else CERTAIN)
    return list(found.values())


def _existence(deployer: Deployer, outer: Template | None) -> Truth:
    """Return whether a template exists that a resource of another one deploys."""
    if outer is None:
        return CERTAIN
    return all_hold([outer.existence, outer.intrinsics.truth(deployer.condition)])
