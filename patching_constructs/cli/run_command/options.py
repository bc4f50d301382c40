"""The options of `now` as they were typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from patching_constructs._errors import refusal
from patching_constructs.properties.command import PatchOperation, RebootOption
from patching_constructs.properties.rate_control import RateControl

FLAGS: Final = {
    "operation": "--operation",
    "instance_ids": "--instance-ids",
    "reboot_option": "--reboot-option",
    "max_concurrency": "--max-concurrency",
    "max_errors": "--max-errors",
    "install_override_list": "--install-override-list",
    "baseline_override": "--baseline-override",
    "comment": "--comment",
}
"""The flags of the properties of a request."""


def parsed_rate(name: str, text: str) -> RateControl:
    """Read a rate control.

    Raises:
        PatchingError: it is neither a number of nodes nor a percentage.
    """
    rate = RateControl.parsed(text)
    if rate is None:
        raise refusal(name, "must be a number of nodes such as 10, or a percentage of 0%-100%", repr(text))
    return rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of `now`."""

    operation: PatchOperation | None = None
    patch_groups: Sequence[str] = ()
    instance_metadata_tags: bool = False
    tags: Sequence[str] = ()
    instance_ids: Sequence[str] = ()
    templates: Sequence[Path] = ()
    schedule: str | None = None
    use_defaults: bool = False
    reboot_option: RebootOption | None = None
    max_concurrency: str | None = None
    max_errors: str | None = None
    install_override_list: str | None = None
    baseline_override: str | None = None
    comment: str | None = None

    def is_given(self, name: str) -> bool:
        """Return whether there is an option of a name, and it was typed."""
        return getattr(self, name, None) not in (None, ())


def check_sources(options: Options) -> None:
    """Check that the nodes are selected in exactly one way.

    Raises:
        PatchingError: they are not, or an option requires another one.
    """
    sources = {
        "--patch-group": options.patch_groups,
        "--tag": options.tags,
        "--instance-ids": options.instance_ids,
        "--from-template": options.templates,
    }
    if options.schedule is not None and not options.templates:
        raise refusal("--schedule", "requires --from-template", repr(options.schedule), "specify --from-template")
    given = [name for name, value in sources.items() if value]
    if len(given) != 1:
        got = " and ".join(given) or "none"
        raise refusal("nodes", f"must be selected by exactly one of {', '.join(sources)}", got)
    if options.instance_metadata_tags and not options.patch_groups:
        raise refusal("--instance-metadata-tags", "requires --patch-group", given[0])
