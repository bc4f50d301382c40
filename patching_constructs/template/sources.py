"""The templates of a ``cdk.out`` with its stages and nested stacks, or of a single file.

https://docs.aws.amazon.com/cdk/v2/guide/configure-synth.html
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from patching_constructs._template_metadata import METADATA_KEY
from patching_constructs._validation import nearest
from patching_constructs.template.assets import StackAssets
from patching_constructs.template.conditions import CERTAIN, Truth
from patching_constructs.template.construct_metadata import ConstructMetadata
from patching_constructs.template.content import mapping
from patching_constructs.template.declarations import NOTHING_KNOWN, REGION, Declarations
from patching_constructs.template.document import (
    LARGEST_MANIFEST,
    Document,
    DocumentPath,
    exists,
    read_document,
    refuse,
)
from patching_constructs.template.exports import Exports
from patching_constructs.template.intrinsics import Intrinsics
from patching_constructs.template.local_files import is_within
from patching_constructs.template.loops import expanded
from patching_constructs.template.unknown import Assumed

_NESTED: Final = ".nested.template.json"
# How many keys of a document that is no template are shown.
_MOST_KEYS: Final = 3
# A typing error, and not any other file.
_LIKENESS: Final = 0.75
_PLAIN_KEY: Final = re.compile(r"[A-Za-z$_][A-Za-z0-9_.\-]{0,39}")


@dataclass(frozen=True, slots=True)
class Source:
    """The file of a template, its stack, and the environment that it is deployed to, if that is known."""

    file: Path
    stack: str
    environment: str = ""
    """As the manifest of a ``cdk.out`` says it: ``aws://account/region``. Empty for a template by itself."""
    metadata: ConstructMetadata = field(default_factory=ConstructMetadata, compare=False, repr=False)
    """What the ``cdk.out`` says of the stack's constructs. Empty for a template by itself."""
    root: str = ""
    """The stack that a nested stack is deployed with, however deeply it is nested. Empty for any other stack."""
    assets: StackAssets = field(default_factory=StackAssets, compare=False, repr=False)
    """The files that a ``cdk.out`` uploads for the stack. Empty for a template by itself."""
    deployment: str = ""
    """The key of the deployment, for a template that another one deploys and that has no environment of its own."""
    within: tuple[str, ...] = ()
    """The logical ids of the resources of the file that hold the template. Empty for the file's own template."""
    within_construct: str | None = None
    """The path of the construct that created the first of these resources."""
    set_region: str = ""
    """The Region that a StackSet deploys the template to. Empty for any other template."""

    @property
    def region(self) -> str:
        """The Region; empty where it is unknown until deployment."""
        return self.set_region or self._region

    @property
    def in_region(self) -> str:
        """The Region, to append to a name: `` (eu-central-1)``. Empty where no StackSet deploys the template."""
        return f" ({self.stack.rpartition('/')[2]})" if self.set_region else ""

    @property
    def destination(self) -> str:
        """The account and Region as a ``cdk.out`` names them, also where a StackSet deploys the template."""
        return f"aws://unknown-account/{self.set_region}" if self.set_region else self.environment

    @property
    def _region(self) -> str:
        return self.environment.rpartition("/")[2] if self._is_known else ""

    @property
    def place(self) -> str:
        """The account and Region, as a key: the templates of one place are deployed, or may be, to the same one.

        Where the account or the Region is unknown until deployment, the stacks of one stage, whose files are in one
        folder, may be deployed to the same one. A template without a ``cdk.out`` is a place of its own, together with
        the stacks nested in it; so is one that a StackSet or a Service Catalog product deploys.
        """
        if not self.environment:
            return self.deployment or str(self.file)
        return self.environment if self._is_known else f"{self.environment} of {self.file.parent}"

    @property
    def certain_place(self) -> str:
        """The account and Region, as a key: the templates with one key are certainly deployed to the same one.

        Two stacks of a stage whose account or Region is unknown until deployment are often two environments. A nested
        stack is deployed with its parent.
        """
        return self.environment if self._is_known else self.root or self.stack

    def qualified(self, logical_id: str) -> str:
        """Return a logical id as it is found in the file: ``Outer/Inner`` in a template that a resource holds."""
        return "/".join((*self.within, logical_id))

    @property
    def _is_known(self) -> bool:
        return "unknown-" not in self.environment


@dataclass(frozen=True, slots=True)
class Unread:
    """A template that another one deploys and that cannot be read: where it is named, and why it cannot be read."""

    path: DocumentPath
    content: object
    reason: str


@dataclass(frozen=True, slots=True)
class Deployer:
    """A resource that deploys another template than its own."""

    outer: object
    """Stands for the template of the resource."""
    logical_id: str
    condition: str | None
    """The condition of the resource."""
    arguments: Mapping[str, object] | None = None
    """What it gives for parameters, by their names, with functions of its template. None where that is unknown."""


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A template, with its values evaluated as far as possible before deployment."""

    source: Source
    document: Document
    content: dict[str, Any]
    """Its content, with loops expanded."""
    intrinsics: Intrinsics
    origins: Mapping[str, DocumentPath] = field(default_factory=dict)
    """The paths of the resources that a loop creates, by logical ID."""
    unread: list[Unread] = field(default_factory=list, repr=False)
    """The templates that it deploys and that were not read with it."""
    deployers: tuple[Deployer, ...] = ()
    """The resources of other templates that deploy it."""
    existence: Truth = CERTAIN
    """Whether it is deployed, according to the conditions of these resources."""

    @property
    def scope(self) -> object:
        """Identifies the template, under any assumed values, in references to its resources and parameters."""
        return self.intrinsics.scope

    @property
    def written(self) -> object:
        """Identifies the template as it is written, which a StackSet can deploy to several Regions."""
        return id(self.document)

    def lines(self, paths: Iterable[DocumentPath]) -> list[int]:
        """Return the line in the file, from 1, of every value; for a missing value, that of its nearest parent."""
        return self.document.lines([self.origin(path) for path in paths])

    def line(self, path: DocumentPath) -> int:
        """Return the line of one value; for many values, `lines` is faster."""
        return self.document.line(self.origin(path))

    def path_in_file(self, path: DocumentPath) -> DocumentPath:
        """Return the path of a value in the file, which can contain the template in another one."""
        return self.document.path_in_whole(self.origin(path))

    def origin(self, path: DocumentPath) -> DocumentPath:
        """Return the path of a value in the template; for a resource created by a loop, the path in the loop."""
        match path:
            case ("Resources", str(logical_id), *steps) if logical_id in self.origins:
                return (*self.origins[logical_id], *steps)
            case _:
                return path

    @property
    def deployer(self) -> Deployer | None:
        """The only resource that deploys it; None if there is none, or if there are several."""
        return self.deployers[0] if len(self.deployers) == 1 else None

    def assuming(self, assumed: Assumed, exports: Exports, others: "Mapping[object, Template]") -> "Template":
        """Return the template under assumed values, with the exports of other stacks.

        Args:
            assumed: the values.
            exports: what other stacks export.
            others: the templates that deploy it, under the same values, by what stands for them.
        """
        deployer = self.deployer
        outer = others.get(deployer.outer) if deployer else None
        if deployer is None or outer is None or deployer.arguments is None:
            return replace(self, intrinsics=self.intrinsics.assuming(assumed, exports))
        given = deployer.arguments
        return replace(self, intrinsics=self.intrinsics.assuming(assumed, exports, outer.intrinsics, given))

    def resources(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Return the resources by logical ID, including functions that create resources at deployment."""
        for name, resource in self.content["Resources"].items():
            if isinstance(resource, dict) and not str(name).startswith("Fn::"):
                yield str(name), resource

    def construct_path(self, logical_id: str) -> str | None:
        """Return the path of a resource's construct, from the template itself or else from the ``cdk.out``.

        The CDK's command line asks for paths in the template; ``python app.py`` alone does not.
        """
        path = self._metadata(logical_id).get("aws:cdk:path")
        if isinstance(path, str):
            return path
        return self.source.within_construct or self.source.metadata.path(self.source.file.name, logical_id)

    def metadata(self, logical_id: str) -> dict[str, Any]:
        """Return the metadata of this package for a resource, written by its constructs or by the template's author."""
        return mapping(self._metadata(logical_id).get(METADATA_KEY))

    def _metadata(self, logical_id: str) -> dict[str, Any]:
        return mapping(mapping(self.content["Resources"].get(logical_id)).get("Metadata"))


def read_template(source: Source, *, use_defaults: bool = False) -> Template:
    """Read one template.

    Raises:
        PatchingError: the file cannot be read, or is not a template.
    """
    return template_of(source, read_document(source.file), use_defaults=use_defaults)


def template_of(
    source: Source,
    document: Document,
    *,
    use_defaults: bool = False,
    arguments: Mapping[str, object] | None = None,
) -> Template:
    """Create a template from a document.

    Args:
        source: where it is from.
        document: its content.
        use_defaults: take a parameter's default for its value.
        arguments: what is given for the parameters, of which the others have their defaults. Default: unknown.

    Raises:
        PatchingError: the document is not a template.
    """
    content = document.content
    if source.environment and isinstance(content, dict):
        # The CDK writes a stack that has no resource without Resources.
        content = {"Resources": {}} | content
    if not isinstance(content, dict) or not isinstance(content.get("Resources"), dict):
        raise refuse(source.file, f"it is not a CloudFormation template: {_what_it_is(content)}")
    expansion = expanded(content, use_defaults=use_defaults)
    known = {REGION: source.set_region} if source.set_region else NOTHING_KNOWN
    intrinsics = Intrinsics(Declarations(expansion.content, known, arguments), use_defaults=use_defaults)
    return Template(source, document, expansion.content, intrinsics, expansion.origins)


def _what_it_is(content: object) -> str:
    """Describe a document that is no template."""
    match content:
        case None:
            return "it is empty"
        case {"Resources": None | str() | int() | float() | list()}:
            return "its Resources are not a mapping"
        case dict():
            # A line of any other file can be read as a key.
            names = [key for key in content if isinstance(key, str) and _PLAIN_KEY.fullmatch(key)][:_MOST_KEYS]
            only = f", only {', '.join(names)}" if names else ""
            return f"it has no Resources{only}{' and others' if names and len(content) > len(names) else ''}"
        case list():
            return "it is a list"
        case _:
            return "it is a text without keys"


def by_place(templates: Sequence[Template]) -> list[list[Template]]:
    """Return the templates of each account and Region that they are, or may be, deployed to."""
    places: dict[str, list[Template]] = {}
    for template in templates:
        places.setdefault(template.source.place, []).append(template)
    return list(places.values())


def sources(path: Path) -> list[Source]:
    """Return the templates below a path without reading them.

    Raises:
        PatchingError: there is nothing there, or a directory that is no ``cdk.out``.
    """
    if not exists(path):
        raise refuse(path, f"no such file or directory{_fix_of_missing(path)}")
    if not path.is_dir():
        return [Source(path, re.sub(r"\.template$", "", path.stem))]
    if not (path / "manifest.json").is_file():
        raise refuse(path, "the directory has no manifest.json, so it is not a cdk.out; specify a template file")
    return list(_sources_of_assembly(path, set()))


def _fix_of_missing(path: Path) -> str:
    """Return what to do about a path that does not exist: to synthesize it, or to write it as it is."""
    if path.name == "cdk.out":
        return "; run cdk synth first"
    try:
        # A link to nothing has the name of the path.
        beside = [each.name for each in path.parent.iterdir() if each.name != path.name]
    except (OSError, ValueError):
        return ""
    near = nearest(path.name, beside, cutoff=_LIKENESS)
    return f"; did you mean {path.parent / near}?" if near else ""


def nested_sources(parent: Source) -> Iterator[Source]:
    """Find the templates of nested stacks among the assets of the stack that they are nested in."""
    for file in parent.assets.templates:
        if is_nested(file) and is_within(file, parent.file):
            yield Source(
                file=file,
                stack=f"{parent.stack}/{file.name.removesuffix(_NESTED)}",
                environment=parent.environment,
                metadata=parent.metadata,
                root=parent.root or parent.stack,
                assets=parent.assets,
            )


def is_nested(file: Path) -> bool:
    """Return whether the CDK names a file of a ``cdk.out`` like the template of a nested stack."""
    return file.name.endswith(_NESTED)


def own_name(path: Path) -> str:
    """Return the canonical path of a file or directory, with links resolved."""
    try:
        return os.path.realpath(path)
    except ValueError:
        # A manifest can hold a text that cannot name a file; reading it raises the error.
        return str(path)


def _sources_of_assembly(directory: Path, seen: set[str]) -> Iterator[Source]:
    # Links can lead in circles, of which two make a maze.
    known_as = own_name(directory)
    if known_as in seen:
        return
    seen.add(known_as)
    # The manifest says what belongs to the app; the directory may hold what an earlier one left behind.
    artifacts = mapping(
        mapping(read_document(directory / "manifest.json", largest_json=LARGEST_MANIFEST).content).get("artifacts")
    )
    for name, artifact in artifacts.items():
        properties = mapping(mapping(artifact).get("properties"))
        match mapping(artifact).get("type"):
            case "aws:cloudformation:stack" if isinstance(properties.get("templateFile"), str):
                stack = Source(
                    file=directory / properties["templateFile"],
                    stack=str(properties.get("stackName", name)),
                    environment=str(artifact.get("environment", "")),
                    metadata=ConstructMetadata.of_artifact(directory, artifact),
                    assets=StackAssets(directory / f"{name}.assets.json"),
                )
                yield stack
                yield from nested_sources(stack)
            # A stage lies in a folder of its own: "." or ".." would lead in a circle.
            case "cdk:cloud-assembly" if re.fullmatch(r"[^./\\][^/\\]*", str(properties.get("directoryName", ""))):
                yield from _sources_of_assembly(directory / str(properties["directoryName"]), seen)
