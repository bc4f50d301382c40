"""Documents as they are given to tasks and hooks: by name, by ARN, or as a construct."""

from typing import TYPE_CHECKING

from patching_constructs._validation import check_reference

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_ssm import IDocumentRef


def document_name(what: str, document: "str | IDocumentRef") -> str:
    """Return the name of a document.

    Raises:
        PatchingError: it is neither a string nor a document.
    """
    if isinstance(document, str):
        return document
    check_reference(what, document, "IDocumentRef", "pass the name of a document, or an aws_ssm.CfnDocument")
    return document.document_ref.document_name
