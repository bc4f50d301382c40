"""Reading templates together with those that they deploy, as far as these can be read without AWS.

This covers inline templates, local files, and the assets of a ``cdk.out``. Templates that cannot be read are in
`Template.unread`. A file is read once, even if several resources deploy it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from patching_constructs._errors import PatchingError
from patching_constructs.template.document import Document, exists, parse_document, read_document
from patching_constructs.template.embedded import Embedded, Form, deployer_of, embedded, with_unknown_parts
from patching_constructs.template.linking import without_left_out
from patching_constructs.template.local_files import check_is_within
from patching_constructs.template.sources import (
    Deployer,
    Source,
    Template,
    Unread,
    is_nested,
    own_name,
    read_template,
    sources,
    template_of,
)
from patching_constructs.template.unknown import UNKNOWN
from patching_constructs.template.value import UnknownError, Value, shown

# Templates can deploy each other without end, and one file of a few lines can name thousands.
DEEPEST_EMBEDDED: Final = 10
MOST_EMBEDDED: Final = 1_000
_FILE_NAME: Final = re.compile(r"(?:\.(?:stackset|product))?\.template\.json$")


def read_templates(path: Path, *, use_defaults: bool = False) -> list[Template]:
    """Read every template below a path, and those that they deploy.

    Args:
        path: a ``cdk.out`` directory, with its stages and nested stacks, or a template in JSON or YAML.
        use_defaults: take a parameter's default for its value. Default: a parameter is unknown until deployment.

    Raises:
        PatchingError: the path cannot be read, or is not a template.
    """
    return read_all(sources(path), use_defaults=use_defaults)


def read_all(listed: Iterable[Source], *, use_defaults: bool = False) -> list[Template]:
    """Read templates, and those that they deploy: each after the one that deploys it.

    A listed file that another one deploys is read as the template of its nested stack, StackSet, or product.

    Raises:
        PatchingError: a listed file cannot be read, or is not a template.
    """
    return with_deployed(
        [read_template(source, use_defaults=use_defaults) for source in listed], use_defaults=use_defaults
    )


def with_deployed(listed: Sequence[Template], *, use_defaults: bool = False) -> list[Template]:
    """Return templates with those that they deploy; see `read_all`."""
    return _Reading(listed, use_defaults=use_defaults).read()


class _Reading:
    """The templates read so far."""

    def __init__(self, listed: Sequence[Template], *, use_defaults: bool) -> None:
        self._listed = listed
        self._use_defaults = use_defaults
        # What the manifest of a cdk.out does not name as a stack can be the template of another one.
        self._alone = {own_name(each.source.file): each for each in listed if not each.source.environment}
        self._done = {own_name(each.source.file) for each in listed if each.source.environment}
        self._failed: dict[str, PatchingError] = {}
        self._documents: dict[str, Document] = {}
        """The files that StackSets deploy, each to several Regions."""
        self._left = MOST_EMBEDDED
        self._found: list[Template] = []
        self._deployers: dict[object, list[Deployer]] = {}
        """The resources that deploy a template, by its file or else by itself."""

    def read(self) -> list[Template]:
        """Return all templates."""
        deployed = self._alone.keys() & {own_name(file) for each in self._listed for file in _files(each)}
        for template in sorted(self._listed, key=lambda each: own_name(each.source.file) in deployed):
            name = own_name(template.source.file)
            if template.source.environment or name not in self._done:
                self._done.add(name)
                self._add(template, depth=0)
        for template in self._listed:
            self._add_unreferenced(template)
        return without_left_out([replace(each, deployers=self._deployers_of(each)) for each in self._found])

    def _deployers_of(self, template: Template) -> tuple[Deployer, ...]:
        is_by_itself = template.source.within or template.source.set_region
        name = template.scope if is_by_itself else own_name(template.source.file)
        return tuple(self._deployers.get(name, ()))

    def _add(self, template: Template, *, depth: int) -> None:
        self._found.append(template)
        for each in embedded(template):
            try:
                self._follow(each, template, depth=depth + 1)
            except PatchingError as error:
                if each.resource.is_left_out:
                    continue
                template.unread.append(Unread(each.value.path, each.value.content, f"{error}"))

    def _follow(self, each: Embedded, outer: Template, *, depth: int) -> None:
        self._check_limits(depth)
        for inner in self._deployed_by(each, outer):
            self._check_limits(depth)
            self._left -= 1
            self._add(inner, depth=depth)

    def _check_limits(self, depth: int) -> None:
        if depth > DEEPEST_EMBEDDED or not self._left:
            raise PatchingError(f"templates are read {DEEPEST_EMBEDDED} levels deep, and {MOST_EMBEDDED:,} in all")

    def _deployed_by(self, each: Embedded, outer: Template) -> Iterator[Template]:
        """Return the templates that a resource deploys: one, and for a StackSet one for each of its Regions."""
        is_body = each.form is Form.BODY
        source = _source(each, outer.source.file, within=True) if is_body else _source(each, _file(each))
        regions = each.regions
        if not (is_body or regions or source.set_region):
            yield from self._read_once(each, source)
            return
        document = _document(each.value) if is_body else self._document_of(source)
        if not regions:
            yield self._deployed(each, template_of(source, document, use_defaults=self._use_defaults))
        for region in regions:
            yield self._deployed(each, region.template(source, document, use_defaults=self._use_defaults))

    def _deployed(self, each: Embedded, inner: Template) -> Template:
        """Return a template that nothing else deploys."""
        self._deployers[inner.scope] = [deployer_of(each)]
        return inner

    def _read_once(self, each: Embedded, source: Source) -> Iterator[Template]:
        """Return the template of a file, unless it was read already."""
        name = own_name(source.file)
        self._deployers.setdefault(name, []).append(deployer_of(each))
        if name in self._failed:
            raise self._failed[name]
        if name not in self._done:
            yield self._read(source)

    def _document_of(self, source: Source) -> Document:
        """Return the content of a file that is deployed to several Regions."""
        name = own_name(source.file)
        self._done.add(name)
        if name not in self._documents:
            known = self._alone.get(name)
            self._documents[name] = read_document(source.file) if known is None else known.document
        return self._documents[name]

    def _read(self, source: Source) -> Template:
        name = own_name(source.file)
        self._done.add(name)
        known = self._alone.get(name)
        if known is not None:
            return replace(known, source=source, unread=[])
        try:
            return read_template(source, use_defaults=self._use_defaults)
        except PatchingError as error:
            self._failed[name] = error
            raise

    def _add_unreferenced(self, template: Template) -> None:
        """Add the assets of a stack that are named as templates, and that no resource visibly deploys."""
        for file in template.source.assets.templates:
            if own_name(file) not in self._done and not is_nested(file):
                # It can be any asset of the app.
                with suppress(PatchingError):
                    check_is_within(file, template.source.file)
                    source = _apart(template.source, file, _FILE_NAME.sub("", file.name))
                    self._add(self._read(source), depth=1)


def _files(template: Template) -> Iterator[Path]:
    for each in embedded(template):
        try:
            if each.form is not Form.BODY:
                yield _file(each)
        except PatchingError:
            continue


def _file(each: Embedded) -> Path:
    """Return the file of a template.

    Raises:
        PatchingError: it is not a local file, or is unknown until deployment.
    """
    location, source = each.value, each.value.template.source
    elsewhere = PatchingError(f"{shown(location.content)} is not a file beside the template")
    if each.form is Form.ELSEWHERE:
        raise elsewhere
    try:
        asset = source.assets.file_of(location.known_after("/"))
        text = "" if asset else location.text()
    except UnknownError as error:
        raise PatchingError(error.reason) from None
    if asset is not None:
        check_is_within(asset, source.file)
        return asset
    if not text or "://" in text or text.startswith(("/", "\\", "~")):
        raise elsewhere
    file = source.file.parent / text
    check_is_within(file, source.file)
    if not exists(file):
        raise PatchingError(f"there is no file {shown(text)} beside the template")
    return file


def _document(body: Value) -> Document:
    """Return the inline template of a resource, with the lines of its file.

    Raises:
        PatchingError: it is not JSON or YAML, or is unknown until deployment.
    """
    outer = body.template.document
    if isinstance(body.content, dict):
        return outer.part(body.content, lambda path: body.template.origin((*body.path, *path)))
    if body.shape == UNKNOWN:
        raise PatchingError(UnknownError(body).reason)
    content = with_unknown_parts(parse_document(outer.file, body.shape).content)
    return outer.part(content, lambda _: body.template.origin(body.path))


def _source(each: Embedded, file: Path, *, within: bool = False) -> Source:
    outer = each.resource.template.source
    name = each.resource.logical_id
    source = _apart(outer, file, name) if each.has_own_deployment else _beside(outer, file, name)
    if not within:
        return source
    construct = outer.within_construct or each.resource.construct_path
    return replace(source, within=(*outer.within, name), within_construct=construct)


def _beside(outer: Source, file: Path, name: str) -> Source:
    """Return the source of a nested stack, which is deployed with its parent."""
    return replace(
        outer,
        file=file,
        stack=f"{outer.stack}/{name}",
        root=outer.root or outer.stack,
        deployment="" if outer.environment else outer.place,
        within=(),
        within_construct=None,
    )


def _apart(outer: Source, file: Path, name: str) -> Source:
    """Return the source of a template that is deployed to other accounts and Regions."""
    stack = f"{outer.stack}/{name}"
    return Source(
        file, stack, metadata=outer.metadata, assets=outer.assets, deployment=f"{outer.place}/{stack} in {file}"
    )
