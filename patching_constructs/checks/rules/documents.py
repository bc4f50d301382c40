"""Rules of AWS's own documents, whatever runs them."""

from collections.abc import Iterator, Mapping

from patching_constructs.checks.context import Context
from patching_constructs.checks.own_documents import own_document
from patching_constructs.checks.rule import CLOUDFORMATION, GUIDE, rule
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.properties.command import OPERATION, similar_patch_document
from patching_constructs.ssm.documents import LEGACY_DOCUMENTS, Parameter, find_document, similar_document
from patching_constructs.template.commands import Command
from patching_constructs.template.runbooks import SsmDocument
from patching_constructs.template.scheduled_runs import Starter
from patching_constructs.template.texts import from_json_or_yaml
from patching_constructs.template.value import UnknownError, shown

# State Manager fills in the id of the association, and a missing operation has a rule of its own.
_NOT_ASKED_FOR = (OPERATION, "AssociationId")


@rule(
    "ParameterRequired",
    Severity.ERROR,
    of="commands",
    fix="Add the missing parameter.",
    page=f"{GUIDE}documents-syntax-data-elements-parameters.html",
)
def parameter_required(command: Command, deployment: Context) -> Iterator[Outcome]:
    """A command must set every required parameter of its document."""
    if not command.is_run_command:
        return
    for name, parameter in (_parameters(command, deployment) or {}).items():
        if parameter.required and name not in _NOT_ASKED_FOR and not command.parameters[name].is_given:
            problem = f"{command.document_name} requires the parameter {shown(name)}."
            yield Violation(command.parameters, problem, f"Add {name}.")


def _parameters(command: Command, deployment: Context) -> Mapping[str, Parameter] | None:
    """Return the parameters of a document that is run on nodes; a runbook gets the target as a parameter."""
    document = find_document(command.document_name)
    if document is not None:
        return document.parameters if document.kind == "Command" else None
    own = own_document(command, deployment)
    return own.parameters if own is not None and own.is_command else None


@rule(
    "DocumentContent",
    Severity.WARNING,
    of="starters",
    fix="Write the content as JSON or YAML, or set DocumentFormat to TEXT for a calendar.",
    page=f"{CLOUDFORMATION}aws-resource-ssm-document.html",
)
def document_content(starter: Starter, _: Context) -> Iterator[Outcome]:
    """The content of an SSM document should be JSON or YAML."""
    if not isinstance(starter, SsmDocument) or starter["DocumentFormat"].text() == "TEXT":
        return
    content = starter["Content"]
    read = from_json_or_yaml(content)
    if read is None:
        yield Violation(content, f"Content must be JSON or YAML, got {shown(content.content)}.")
    elif read.is_unknown:
        yield UnknownError(content)


@rule(
    "DocumentSpelling",
    Severity.WARNING,
    of="commands",
    fix="Use the name that AWS publishes.",
    page=f"{GUIDE}documents.html",
)
def document_spelling(command: Command, _: Context) -> Iterator[Outcome]:
    """The name of a document of AWS should be spelled as AWS publishes it."""
    name = command.document_name
    near = similar_document(name)
    # `DocumentName` reports the patch documents.
    if near is not None and similar_patch_document(name) is None:
        problem = f"{shown(name)} is not a known AWS document; the most similar name is {near}."
        yield Violation(command.document, problem, f"Use {near}, unless AWS publishes a document {shown(name)}.")


@rule(
    "LegacyDocument",
    Severity.NOTE,
    of="commands",
    fix="Run the document that replaced it.",
    page=f"{GUIDE}patch-manager-ssm-documents.html",
)
def legacy_document(command: Command, _: Context) -> Iterator[Outcome]:
    """A patching document should be one that AWS still updates and supports."""
    name = command.document_name
    if name in LEGACY_DOCUMENTS:
        problem = f"{name} is a legacy document that AWS no longer updates or supports."
        yield Violation(command.document, problem, f"Run {LEGACY_DOCUMENTS[name]}.")
