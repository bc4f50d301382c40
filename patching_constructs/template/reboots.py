"""Which runs of documents reboot nodes: by the document of AWS, by the content of a document of the template."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Final

from patching_constructs.ssm.documents import find_document
from patching_constructs.ssm.reboot import Reboot
from patching_constructs.ssm.reboot_scripts import reboot_in_script
from patching_constructs.template.commands import Command
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.document import DocumentPath
from patching_constructs.template.runbooks import SsmDocument
from patching_constructs.template.value import Referent, Value

_NAMED_LIKE_A_REBOOT: Final = re.compile(r"reboot|restart", re.IGNORECASE)
_SCRIPT: Final = "runCommand"
_REBOOT_APIS: Final = frozenset({"RebootInstances", "reboot_instances"})
_DEEPEST: Final = 5


def reboots_of(deployment: Deployment) -> "Reboots":
    """Return which runs of documents reboot nodes, also of documents that the deployment creates."""
    documents = [each for each in deployment.resources if isinstance(each, SsmDocument)]
    return Reboots(documents, lambda value: deployment.resolve(value, SsmDocument))


class Reboots:
    """Which runs of documents reboot nodes, in one deployment."""

    def __init__(self, documents: Iterable[SsmDocument], document_of: Callable[[Value], SsmDocument | None]) -> None:
        """Take the documents of the templates, and a function that returns the one that a value refers to."""
        self._documents = documents
        self._document_of = document_of
        self._own_kinds: dict[Referent, set[Reboot]] = {}

    def of(self, command: Command) -> Reboot:
        """Return whether a run of a document reboots its nodes.

        Raises:
            UnknownError: that is unknown until deployment.
        """
        return self._of(command, 0)

    def installs(self, command: Command) -> bool:
        """Return whether a run of a document installs patches, also by a step of a document of the templates.

        Raises:
            UnknownError: that is unknown until deployment.
        """
        return self._installs(command, 0)

    def _installs(self, command: Command, depth: int) -> bool:
        if find_document(command.intended_document) is not None:
            return command.installs
        own = self._own_document(command) if depth < _DEEPEST else None
        return own is not None and any(self._installs(each, depth + 1) for each in own.commands)

    def _of(self, command: Command, depth: int) -> Reboot:
        if find_document(command.intended_document) is not None:
            return command.run.reboot
        own = self._own_document(command)
        if own is not None:
            return self._of_content(own, depth) if depth < _DEEPEST else Reboot.NONE
        return Reboot.POSSIBLE if _NAMED_LIKE_A_REBOOT.search(command.document_name or "") else Reboot.NONE

    def _own_document(self, command: Command) -> SsmDocument | None:
        referred = self._document_of(command.document_in_template)
        if referred is not None or command.document_in_template.reference is not None:
            return referred
        return self._by_name.get(command.document_name or "")

    @cached_property
    def _by_name(self) -> dict[str, SsmDocument]:
        names = ((document.at("Name"), document) for document in self._documents)
        return {name.text() or "": document for name, document in names if not name.is_unknown and name.text()}

    def _of_content(self, document: SsmDocument, depth: int) -> Reboot:
        if document.referent not in self._own_kinds:
            self._own_kinds[document.referent] = set(_kinds_of(document))
        kinds = self._own_kinds[document.referent]
        if Reboot.CERTAIN not in kinds:
            kinds = kinds | {self._of(command, depth + 1) for command in document.commands}
        return next((kind for kind in (Reboot.CERTAIN, Reboot.POSSIBLE) if kind in kinds), Reboot.NONE)


def _kinds_of(document: SsmDocument) -> Iterator[Reboot]:
    """Return what each script and API call in the content of a document means for the node."""
    leaves = () if document.content is None else document.content.leaves()
    scripts: dict[DocumentPath, list[str]] = {}
    for leaf in leaves:
        text = leaf.shape if isinstance(leaf.content, str) or leaf.is_unknown else ""
        if _SCRIPT in leaf.path:
            # Each item of the list is one or more lines.
            scripts.setdefault(leaf.path[: leaf.path.index(_SCRIPT)], []).append(text)
        if leaf.path[-1] == "Api" and text in _REBOOT_APIS:
            yield Reboot.CERTAIN
    yield from (reboot_in_script("\n".join(lines)) for lines in scripts.values())
