"""What was given to `now` on the command line."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from patching_constructs._errors import refusal
from patching_constructs.properties.command import PatchOperation, RebootOption


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was said on the command line."""

    operation: PatchOperation | None = None
    patch_groups: Sequence[str] = ()
    instance_metadata_tags: bool = False
    tags: Sequence[str] = ()
    instance_ids: Sequence[str] = ()
    template: Path | None = None
    schedule: str | None = None
    use_defaults: bool = False
    reboot_option: RebootOption | None = None
    max_concurrency: str | None = None
    max_errors: str | None = None
    install_override_list: str | None = None
    baseline_override: str | None = None
    comment: str | None = None

    @property
    def typed(self) -> frozenset[str]:
        """The options that were given, without the schedule, which is no property of a command."""
        every = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "schedule"}
        return frozenset(name for name, value in every.items() if value is not None and value != ())


def check_sources(options: Options) -> None:
    """Check that the nodes are named in exactly one way.

    Raises:
        PatchingError: they are not, or an option requires another one.
    """
    sources = {
        "--patch-group": options.patch_groups,
        "--tag": options.tags,
        "--instance-ids": options.instance_ids,
        "--from-template": options.template,
    }
    given = [name for name, value in sources.items() if value]
    if len(given) != 1:
        got = " and ".join(given) or "none"
        raise refusal("the nodes", f"must be chosen by exactly one of {', '.join(sources)}", got)
    if options.schedule is not None and options.template is None:
        raise refusal("--schedule", "names a schedule of a template", repr(options.schedule), "give --from-template")
    if options.instance_metadata_tags and not options.patch_groups:
        raise refusal("--instance-metadata-tags", "requires --patch-group", given[0])
