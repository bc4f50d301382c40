"""Runs of a document on nodes, by a task of a window or by an association."""

import re
from functools import cached_property

from patching_constructs.properties.command import (
    OPERATION,
    PATCH_DOCUMENTS,
    REBOOT_OPTION,
    PatchOperation,
    RebootOption,
)
from patching_constructs.template.associations import Association
from patching_constructs.template.maintenance_windows import WindowTask
from patching_constructs.template.value import Value, listed


class Command:
    """A run of a document on nodes, by a task of a window or by an association."""

    def __init__(self, runner: WindowTask | Association) -> None:
        """Take what runs the document."""
        self.runner = runner

    @property
    def value(self) -> Value:
        """What runs the document, as the template defines it."""
        return self.runner.value

    @cached_property
    def document_name(self) -> str | None:
        """The document's name, without the ARN around it.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        return bare_name(self.runner.document)

    @property
    def document_version(self) -> Value:
        """The document's version.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        return self._holder["DocumentVersion"]

    @cached_property
    def parameters(self) -> Value:
        """The document's parameters as Run Command takes them; the deprecated form of a task has rules of its own.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        return self._holder["Parameters"]

    @property
    def _holder(self) -> Value:
        return self.runner.invocation if isinstance(self.runner, WindowTask) else self.runner.properties

    def given(self, name: str) -> Value | None:
        """Return a parameter that has a value; an empty text stands for none in the patch documents.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        value = self.parameters[name]
        return value if any(_has_text(item) for item in listed(value)) else None

    def parameter(self, name: str) -> str | None:
        """Return the first value of a parameter, in whatever form; None where there is none, or it is no text.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        if isinstance(self.runner, WindowTask):
            return self.runner.parameter(name).text()
        value = self.parameters[name]
        return next(iter(value.items()), value).text()

    # --- What it does ---------------------------------------------------------------------------------

    @cached_property
    def is_patching(self) -> bool:
        """Whether it runs a patch document.

        Raises:
            UnknownError: that is unknown until deployment.
        """
        runs = self.runner.runs_command if isinstance(self.runner, WindowTask) else True
        return runs and self.document_name in PATCH_DOCUMENTS

    @cached_property
    def installs(self) -> bool:
        """Whether it installs patches.

        Raises:
            UnknownError: that is unknown until deployment.
        """
        return self.is_patching and self.parameter(OPERATION) == PatchOperation.INSTALL

    @property
    def scans(self) -> bool:
        """Whether it scans.

        Raises:
            UnknownError: that is unknown until deployment.
        """
        return self.is_patching and self.parameter(OPERATION) == PatchOperation.SCAN

    @property
    def reboots(self) -> bool:
        """Whether it can reboot its nodes, as far as the name of its document says.

        Raises:
            UnknownError: that is unknown until deployment.
        """
        if self.is_patching:
            return self.installs and self.parameter(REBOOT_OPTION) != RebootOption.NO_REBOOT
        return re.search("reboot|restart", self.document_name or "", re.IGNORECASE) is not None


def _has_text(item: Value) -> bool:
    # Of what nothing is known it is not taken that it may be empty.
    return (item.is_unknown and not item.choices) or item.text() != ""


def bare_name(document: Value) -> str | None:
    """Return the name of a document, without the ARN around it; the logical id of one that the template creates.

    Raises:
        UnknownError: it is unknown until deployment.
    """
    # The ARN of a document is often joined from the partition, the Region and the account.
    return document.reference or document.known_after("document/") or None
