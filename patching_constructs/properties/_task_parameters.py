"""The ids and parameters of tasks, from the arguments of presets."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from patching_constructs._errors import refusal
from patching_constructs._tokens import as_text, is_unresolved
from patching_constructs._validation import check_list_of, check_type
from patching_constructs.properties._document_names import document_name
from patching_constructs.properties._durations import Length
from patching_constructs.properties.command import (
    OPERATION,
    PATCH_DOCUMENTS,
    check_patch_parameters,
    similar_patch_document,
)
from patching_constructs.properties.document_parameters import check_hook, is_known
from patching_constructs.properties.pseudo_parameters import check_in_a_command
from patching_constructs.properties.task_options import whole_seconds
from patching_constructs.ssm import limits
from patching_constructs.ssm.documents import known_documents

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_ssm import IDocumentRef

REBOOT_WITH_HOOKS: Final = "AWS-InstanceRebootWithHooks"
POST_REBOOT_HOOK: Final = "PostRebootHookDocName"


def task_id(document: "str | IDocumentRef", default: str) -> str:
    """Return the id of a task that runs a document: the name of the document, if it is known."""
    return document if isinstance(document, str) and limits.WINDOW_NAME.fullmatch(document) else default


def check_patch_document(document: str, given: Mapping[str, str]) -> None:
    """Check the name of a patch document that is possibly misspelled, and its parameters.

    Raises:
        PatchingError: the name is similar to that of a patch document, or a parameter is invalid.
    """
    meant = similar_patch_document(document)
    if meant is not None:
        raise refusal("document", "must be spelled as AWS publishes it", repr(document), f"did you mean {meant!r}?")
    # A token stands for a literal, but a reference to Parameter Store is not one.
    literal = {name: value for name, value in given.items() if is_unresolved(value) or is_known(value)}
    if document in PATCH_DOCUMENTS and OPERATION in literal:
        check_patch_parameters(document, literal)


def post_reboot_document(document: "str | IDocumentRef") -> str:
    """Return the name of a document that runs after a reboot.

    Raises:
        PatchingError: the name is invalid, or the document cannot be a hook.
    """
    name = document_name("post_reboot_hook", document)
    parameter = known_documents()[REBOOT_WITH_HOOKS].parameters[POST_REBOOT_HOOK]
    if not is_unresolved(name) and not parameter.accepts(name):
        rule = "must be the name or ARN of an SSM document, 3-128 letters, digits, _, - and ."
        raise refusal("post_reboot_hook", rule, repr(name))
    check_hook("post_reboot_hook", document)
    return name


def without_none(parameters: Mapping[str, str | None]) -> dict[str, str | Sequence[str]]:
    """Return the parameters that are given."""
    return {name: value for name, value in parameters.items() if value is not None}


def check_nonempty(what: str, text: str | None) -> None:
    """Check a text. None passes.

    Raises:
        PatchingError: it is not a string, or empty.
    """
    if text is None:
        return
    check_type(what, text, str)
    if not text:
        raise refusal(what, "must have at least one character", repr(text), "leave it out")


def script_parameters(
    lines: Sequence[str], directory: str | None, timeout: Length | None
) -> dict[str, str | Sequence[str]]:
    """Return the parameters of a document that runs a script.

    Raises:
        PatchingError: there is no line, or an argument is invalid.
    """
    check_list_of("lines", lines, str, "to pass a list, write *lines", item="each line")
    if not lines:
        raise refusal("lines", "must have at least 1 item", 0)
    check_in_a_command(("lines", line) for line in lines)
    check_nonempty("working_directory", directory)
    seconds = whole_seconds("execution_timeout", timeout, limits.SCRIPT_TIMEOUT_SECONDS)
    given: dict[str, str | Sequence[str]] = {"commands": lines}
    if directory is not None:
        given["workingDirectory"] = directory
    if seconds is not None:
        given["executionTimeout"] = as_text(seconds)
    return given
