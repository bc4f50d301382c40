"""Runs of documents: the document, its parameters, and the nodes.

A task of a maintenance window runs a document, and so do a State Manager association, a step of a runbook, a target of
an EventBridge rule, and a schedule of EventBridge Scheduler. The rules apply to the run, whatever starts it.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from patching_constructs.planning.coverage import Selection
from patching_constructs.properties.command import similar_patch_document
from patching_constructs.properties.document_runs import DocumentRun
from patching_constructs.ssm.documents import COMMAND, Parameter, find_document
from patching_constructs.ssm.target_keys import INSTANCE_IDS
from patching_constructs.template.associations import Association
from patching_constructs.template.maintenance_windows import WindowTask
from patching_constructs.template.node_filters import patch_groups, selection
from patching_constructs.template.resource import Resource
from patching_constructs.template.value import UnknownError, Value, listed

AUTOMATION: Final = "AUTOMATION"


class Command(ABC):
    """A run of a document, as a command on nodes or as an automation."""

    is_scalar_accepted = False
    """Whether a parameter may be a single value instead of a list, as in a step of a document."""
    is_filled_in = False
    """Whether ``{{ name }}`` stands for what is only known when the document runs, as in a step of a document."""
    stops_by_default = False
    """Whether the run stops after the first error where the template does not say after how many."""

    def __init__(self, runner: Resource, at: Value) -> None:
        """Create the run from the resource that runs the document, and the part of it that describes the run."""
        self.runner = runner
        self.at = at

    # --- What the template says -----------------------------------------------------------------------

    @property
    @abstractmethod
    def document(self) -> Value:
        """The document, by its name or ARN."""

    @property
    def document_in_template(self) -> Value:
        """The document without the rest of its ARN; a reference if the templates create it."""
        return name_in_arn(self.document)

    @property
    @abstractmethod
    def document_version(self) -> Value:
        """The document's version.

        Raises:
            UnknownError: it is unknown until deployment.
        """

    @property
    @abstractmethod
    def parameters(self) -> Value:
        """The document's parameters.

        Raises:
            UnknownError: they are unknown until deployment.
        """

    @property
    @abstractmethod
    def filters(self) -> list[Value]:
        """The entries of its targets: keys with values.

        Raises:
            UnknownError: they are unknown until deployment.
        """

    @property
    def node_ids(self) -> Value | None:
        """The nodes selected outside of its targets."""
        return None

    @property
    def max_concurrency(self) -> Value:
        """The maximum number of nodes that run it at the same time.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        return self.at["MaxConcurrency"]

    @property
    def max_errors(self) -> Value:
        """The maximum number of errors before it stops.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        return self.at["MaxErrors"]

    @cached_property
    def is_run_command(self) -> bool:
        """Whether the document is run on nodes, and not as an automation, as far as the template says.

        Raises:
            UnknownError: that is unknown until deployment.
        """
        return True

    # --- The document ---------------------------------------------------------------------------------

    @property
    def value(self) -> Value:
        """The part of the template that runs the document."""
        return self.at

    @cached_property
    def document_name(self) -> str | None:
        """The document's name, extracted from its ARN.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        return self.document_in_template.reference or self.document_in_template.text() or None

    @property
    def intended_document(self) -> str | None:
        """The document's name; of a misspelled patch document, the correct name.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        return similar_patch_document(self.document_name) or self.document_name

    @cached_property
    def known_parameters(self) -> dict[str, Parameter]:
        """The parameters that its document has, if that is one of AWS's own that are known here.

        Raises:
            UnknownError: the document is unknown until deployment.
        """
        document = find_document(self.intended_document)
        return dict(document.parameters) if document else {}

    def given(self, name: str) -> Value | None:
        """Return a parameter that has a value; in the patch documents, an empty string is no value.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        value = self.parameters[name]
        if self.is_decided_later(value):
            return None
        return value if any(_has_text(item) for item in listed(value)) else None

    def is_decided_later(self, value: Value) -> bool:
        """Return whether the value contains a parameter of the surrounding document or an output of another step."""
        return self.is_filled_in and any("{{" in str(leaf.content) for leaf in value.leaves())

    def parameter(self, name: str) -> str | None:
        """Return the first value of a parameter, in any form; None if there is none, or if it is not a string.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        value = self.parameters[name]
        return next(iter(value.items()), value).text()

    # --- What it does ---------------------------------------------------------------------------------

    @cached_property
    def run(self) -> DocumentRun:
        """What a run of its document does, if that is one of AWS's own.

        Raises:
            UnknownError: the document is unknown until deployment, or its properties are when they are read.
        """
        name = self.intended_document
        document = find_document(name)
        is_of_nodes = document is not None and document.kind == COMMAND
        return DocumentRun(None if is_of_nodes and not self.is_run_command else name, self.parameter, self._script)

    def _script(self, name: str) -> str:
        return "\n".join(line.shape for line in self.parameters.at(name).each())

    @cached_property
    def is_patching(self) -> bool:
        """Whether it runs a patch document on nodes.

        Raises:
            UnknownError: that is unknown until deployment.
        """
        return self.is_run_command and self.run.is_patching

    @cached_property
    def installs(self) -> bool:
        """Whether it installs patches or updates.

        Raises:
            UnknownError: that is unknown until deployment.
        """
        return self.run.installs

    @property
    def scans(self) -> bool:
        """Whether it is a scan that reports patches by a baseline.

        Raises:
            UnknownError: that is unknown until deployment.
        """
        return self.run.scans

    # --- Where it runs --------------------------------------------------------------------------------

    @property
    def are_nodes_decided_later(self) -> bool:
        """Whether its nodes are unknown until the surrounding document runs."""
        return False

    @property
    def other_regions(self) -> Sequence[str]:
        """The Regions that it runs in, if that of its template is known not to be one of them; otherwise none."""
        return ()

    @property
    def patch_groups(self) -> list[Value]:
        """The patch groups that it selects by name in targets of its own.

        Raises:
            UnknownError: a key is unknown until deployment.
        """
        return patch_groups(self.filters)

    def selections(self) -> Iterator[Selection]:
        """Return the nodes that it selects in targets of its own.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        if self.are_nodes_decided_later:
            raise UnknownError(self.at, f"The nodes that {self.runner.logical_id} runs on are known only when it runs")
        if self.filters:
            yield selection(self.filters)
        ids = [] if self.node_ids is None else self.node_ids.each()
        if ids:
            yield {INSTANCE_IDS: frozenset(value.identity for value in ids)}


@dataclass(frozen=True, slots=True, eq=False)
class _LegacyParameters(Value):
    """``TaskParameters``, which hold each parameter's list as ``Values``."""

    def __getitem__(self, key: str) -> Value:
        return Value.__getitem__(self, key)["Values"]


class TaskCommand(Command):
    """A run of a document by a task of a maintenance window."""

    runner: WindowTask

    def __init__(self, task: WindowTask) -> None:
        """Create the run from a task."""
        super().__init__(task, task.properties)

    @property
    def document(self) -> Value:
        """The ``TaskArn``."""
        return self.runner.document

    @property
    def document_version(self) -> Value:
        """The version set by the task."""
        return self._holder["DocumentVersion"]

    @cached_property
    def parameters(self) -> Value:
        """The parameters set by the task; the deprecated ``TaskParameters`` if it sets no others."""
        if self.runner.is_legacy:
            legacy = self.runner["TaskParameters"]
            return _LegacyParameters(legacy.template, legacy.path, legacy.content)
        return self._holder["Parameters"]

    @property
    def _holder(self) -> Value:
        if self.runner.kind.content == AUTOMATION and not self.runner.runs_command:
            return self.runner["TaskInvocationParameters"]["MaintenanceWindowAutomationParameters"]
        return self.runner.invocation

    @property
    def filters(self) -> list[Value]:
        """The entries of the task's own ``Targets``."""
        return self.runner.filters

    @cached_property
    def is_run_command(self) -> bool:
        """Whether it is a Run Command task."""
        return self.runner.runs_command


class AssociationCommand(Command):
    """A run of a document by a State Manager association."""

    runner: Association

    def __init__(self, association: Association) -> None:
        """Create the run from an association."""
        super().__init__(association, association.properties)

    @property
    def document(self) -> Value:
        """The association's ``Name``."""
        return self.runner.document

    @property
    def document_version(self) -> Value:
        """The version set by the association."""
        return self.runner["DocumentVersion"]

    @cached_property
    def parameters(self) -> Value:
        """The parameters set by the association."""
        return self.runner["Parameters"]

    @property
    def filters(self) -> list[Value]:
        """The entries of the association's ``Targets``."""
        return self.runner.filters


class SentCommand(Command):
    """A run of a document by a request of SendCommand: in a schedule, or in a step of a runbook.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
    """

    stops_by_default = True

    @property
    def document(self) -> Value:
        """The document."""
        return self.at.at("DocumentName")

    @property
    def document_version(self) -> Value:
        """The version set by the request."""
        return self.at["DocumentVersion"]

    @cached_property
    def parameters(self) -> Value:
        """The parameters set by the request."""
        return self.at["Parameters"]

    @property
    def filters(self) -> list[Value]:
        """The entries of the request's ``Targets``."""
        return self.at["Targets"].items()

    @property
    def node_ids(self) -> Value:
        """The request's ``InstanceIds``."""
        return self.at[INSTANCE_IDS]


class StartedAutomation(SentCommand):
    """A run of a runbook by a request of StartAutomationExecution.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartAutomationExecution.html
    """

    is_run_command = False


def _has_text(item: Value) -> bool:
    # An unknown value without choices is assumed not to be empty.
    return (item.is_unknown and not item.choices) or item.text() != ""


def bare_name(document: Value) -> str | None:
    """Return the name of a document, extracted from its ARN; the logical id of a document of the template.

    Raises:
        UnknownError: it is unknown until deployment.
    """
    # The ARN of a document is often joined from the partition, the Region and the account.
    name = name_in_arn(document)
    return name.reference or name.text() or None


def name_in_arn(document: Value) -> Value:
    """Return the name in the ARN of a document; a value that is no ARN is the name itself."""
    return document if document.reference else document.name_after("document/")
