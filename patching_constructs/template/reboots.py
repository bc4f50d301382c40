"""Which runs of documents reboot nodes: by the document of AWS, by the content of a document of the template."""

import re
from collections.abc import Callable, Iterable
from enum import Enum
from functools import cached_property
from typing import Final

from patching_constructs.properties.command import REBOOT_OPTION, RebootOption
from patching_constructs.ssm.documents import REBOOTING_DOCUMENTS, find_document
from patching_constructs.template.commands import Command
from patching_constructs.template.runbooks import SsmDocument
from patching_constructs.template.value import Value

_NAMED_LIKE_A_REBOOT: Final = re.compile(r"reboot|restart", re.IGNORECASE)
# Exit codes 194 and 3010 make SSM Agent reboot the node:
# https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-reboot.html
_REBOOT: Final = re.compile(
    r"(?:^|[;&|({]|\b(?:sudo|then|do|else)\b)\s*(?:/\S*/)?"
    r"(?:reboot|shutdown\s[^\n;&|]{0,40}[-/]r|systemctl\s+reboot|init\s+6|Restart-Computer|exit\s+\(?(?:194|3010))(?![-\w])",
    re.IGNORECASE | re.MULTILINE,
)
_SCRIPT: Final = "runCommand"
_REBOOT_APIS: Final = frozenset({"RebootInstances", "reboot_instances"})
_DEEPEST: Final = 5


class Reboot(Enum):
    """Whether the run of a document reboots its nodes."""

    NONE = "none"
    """Nothing suggests it."""
    POSSIBLE = "possible"
    """The name of a document suggests it that is not in the template, and not among those of AWS that are known."""
    CERTAIN = "certain"
    """The document reboots nodes, at least under some conditions."""


class Reboots:
    """Which runs of documents reboot nodes, in one deployment."""

    def __init__(self, documents: Iterable[SsmDocument], document_of: Callable[[Value], SsmDocument | None]) -> None:
        """Take the documents of the templates, and a function that returns the one that a value refers to."""
        self._documents = documents
        self._document_of = document_of

    def of(self, command: Command) -> Reboot:
        """Return whether a run of a document reboots its nodes.

        Raises:
            UnknownError: that is unknown until deployment.
        """
        return self._of(command, 0)

    def _of(self, command: Command, depth: int) -> Reboot:
        if command.is_patching:
            reboots = command.installs and command.parameter(REBOOT_OPTION) != RebootOption.NO_REBOOT
            return Reboot.CERTAIN if reboots else Reboot.NONE
        own = self._own_document(command)
        if own is not None and depth < _DEEPEST:
            return self._of_content(own, depth)
        name = None if own is not None else command.document_name
        if name in REBOOTING_DOCUMENTS:
            return Reboot.CERTAIN
        is_named_like_it = find_document(name) is None and _NAMED_LIKE_A_REBOOT.search(name or "")
        return Reboot.POSSIBLE if is_named_like_it else Reboot.NONE

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
        if document.content is not None and _runs_reboot(document.content):
            return Reboot.CERTAIN
        kinds = {self._of(command, depth + 1) for command in document.commands}
        return next((kind for kind in (Reboot.CERTAIN, Reboot.POSSIBLE) if kind in kinds), Reboot.NONE)


def _runs_reboot(content: Value) -> bool:
    """Return whether a script or an API call in the content of a document reboots the node."""
    for leaf in content.leaves():
        text = leaf.shape if isinstance(leaf.content, str) or leaf.is_unknown else ""
        if _SCRIPT in leaf.path and _REBOOT.search(text):
            return True
        if leaf.path[-1] == "Api" and text in _REBOOT_APIS:
            return True
    return False
