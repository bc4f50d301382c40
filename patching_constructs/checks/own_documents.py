"""The parameters that a document has: a document of AWS, or one of the templates."""

from collections.abc import Mapping

from patching_constructs.checks.context import Context
from patching_constructs.ssm import limits
from patching_constructs.ssm.documents import Parameter, find_document
from patching_constructs.template.commands import Command
from patching_constructs.template.runbooks import SsmDocument


def own_document(command: Command, deployment: Context) -> SsmDocument | None:
    """Return the document of the templates that a command runs in its current version; None for any other.

    Raises:
        UnknownError: it is unknown until deployment.
    """
    version = command.document_version
    is_current = not version.is_given or version.text() in limits.CURRENT_DOCUMENT_VERSIONS
    return deployment.resolve(command.document_in_template, SsmDocument) if is_current else None


def parameters_of(command: Command, deployment: Context) -> Mapping[str, Parameter] | None:
    """Return the parameters of the document that a command runs; None if they are not known here.

    Raises:
        UnknownError: they are unknown until deployment.
    """
    if find_document(command.intended_document) is not None:
        return command.known_parameters
    own = own_document(command, deployment)
    return None if own is None else own.parameters
