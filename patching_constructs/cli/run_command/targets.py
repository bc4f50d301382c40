"""The nodes of a request: from options, or from the filters of a target in a template."""

from collections.abc import Iterable, Sequence
from typing import Final

from patching_constructs._errors import refusal
from patching_constructs.cli.refusals import named
from patching_constructs.cli.run_command.options import Options
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.ssm import limits, target_keys
from patching_constructs.ssm.target_keys import INSTANCE_IDS, TAG

_PATCH_GROUP_KEYS: Final = ("Patch Group", "PatchGroup")
SELECT_THE_NODES: Final = "omit --from-template, and select the nodes with --tag, --patch-group or --instance-ids"
Filter = tuple[str, tuple[str, ...]]


def target_of_options(options: Options) -> PatchTarget:
    """Return the nodes that the options select."""
    if options.patch_groups:
        groups = dict.fromkeys(options.patch_groups)
        with named({f"tag {key!r} value": "--patch-group" for key in _PATCH_GROUP_KEYS}):
            return PatchTarget.patch_group(*groups, instance_metadata_tags=options.instance_metadata_tags)
    if options.tags:
        tags = _tags(options.tags)
        with named({f"tag {key!r}": f"--tag {key!r}" for key, _ in tags} | {"tag key": "--tag key"}):
            return _by_tags(tags)
    ids = [each.strip() for given in options.instance_ids for each in given.split(",")]
    return PatchTarget.instance_ids(*dict.fromkeys(ids))


def _tags(given: Sequence[str]) -> list[Filter]:
    """Return the values of each key, without duplicates and in order."""
    tags: dict[str, dict[str, None]] = {}
    for tag in given:
        key, equals, value = tag.partition("=")
        if not equals:
            raise refusal("--tag", "must be KEY=VALUE", repr(tag))
        tags.setdefault(key, {})[value] = None
    if len(tags) > limits.TARGET_FILTERS:
        raise refusal("--tag", f"must have 1-{limits.TARGET_FILTERS} keys", len(tags))
    return [(key, tuple(values)) for key, values in tags.items()]


def _by_tags(tags: Iterable[Filter]) -> PatchTarget:
    (key, values), *others = tags
    return _narrowed(PatchTarget.tag(key, *values), others)


def _narrowed(target: PatchTarget, tags: Iterable[Filter]) -> PatchTarget:
    for key, values in tags:
        target = target.and_tag(key, *values)
    return target


def target_of_filters(filters: list[Filter]) -> PatchTarget:
    """Create the target with the checks of the construct, whoever wrote the template."""
    tags = [(key.removeprefix(TAG), values) for key, values in filters if key.startswith(TAG)]
    match [each for each in filters if not each[0].startswith(TAG)]:
        case [] if tags:
            return _by_tags(tags)
        case [(target_keys.TAG_KEY, (key,))]:
            return _narrowed(PatchTarget.tag_key(key), tags)
        case [(key, ids)] if key == INSTANCE_IDS and not tags:
            return PatchTarget.instance_ids(*ids)
        case [(target_keys.RESOURCE_GROUP, (name,))] if not tags:
            return PatchTarget.resource_group(name)
        case _:
            got = filters_in_words(filters) or "none"
            raise refusal("targets", "must be tags, node ids or one resource group", got, SELECT_THE_NODES)


def filters_in_words(filters: list[Filter]) -> str:
    """Describe filters: ``tag:Env=dev and tag:Role=web``."""
    return " and ".join(f"{key}={','.join(values)}" for key, values in filters)
