"""What is adopted: templates, or what the API describes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from patching_constructs.adoption.adopted import Note
from patching_constructs.cli.given_schedules import read_given
from patching_constructs.template.sources import Template


@dataclass(frozen=True, slots=True)
class AdoptedSource:
    """The templates, and what is known about them if the API describes their resources."""

    label: str
    templates: Sequence[Template]
    identifiers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What identifies each live resource, by its logical id."""
    notes: Sequence[Note] = ()
    """What CloudFormation has no property for."""
    of_stacks: Mapping[str, str] = field(default_factory=dict)
    """The live resources that belong to a stack already: the names of the stacks by id."""


def from_templates(paths: Sequence[Path] | None) -> AdoptedSource:
    """Read templates.

    Raises:
        PatchingError: a path cannot be read, or is no template.
    """
    inputs = read_given(paths, use_defaults=False)
    return AdoptedSource(inputs.label, inputs.templates)


def from_live(windows: Sequence[str], *, region: str | None, profile: str | None) -> AdoptedSource:
    """Read an account and Region.

    Raises:
        PatchingError: they cannot be read.
    """
    from patching_constructs.cli.live.adoption import read_live, template_from

    label, live = read_live(windows, region=region, profile=profile)
    return AdoptedSource(label, [template_from(live)], live.identifiers, live.notes, live.of_stacks)
