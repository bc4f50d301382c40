"""The parameters of AWS-owned documents: their names, types and accepted values, and which ones are required.

``documents.json`` contains what AWS publishes, with the date. Every check of a parameter uses this table. The service
rejects a command with an unknown parameter, or with a value that does not match the parameter's pattern.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from patching_constructs._validation import nearest

# No other document that AWS publishes is known to be as similar to one of the table.
_SIMILAR: Final = 0.93
_FILE: Final = Path(__file__).with_name("documents.json")
COMMAND: Final = "Command"
AUTOMATION: Final = "Automation"
APPLY_PATCH_BASELINE: Final = "AWS-ApplyPatchBaseline"
RUN_PATCH_BASELINE_ASSOCIATION: Final = "AWS-RunPatchBaselineAssociation"
INSTALL_WINDOWS_UPDATES: Final = "AWS-InstallWindowsUpdates"
"""Installs or lists updates on Windows, without a patch baseline."""
ACTION: Final = "Action"
"""Its parameter for the operation, which is Install by default."""
INSTALL_MISSING_WINDOWS_UPDATES: Final = "AWS-InstallMissingWindowsUpdates"
INSTALL_SPECIFIC_WINDOWS_UPDATES: Final = "AWS-InstallSpecificWindowsUpdates"
RESTART_INSTANCES: Final = "AWS-RestartEC2Instance"
UPDATE_SSM_AGENT: Final = "AWS-UpdateSSMAgent"

LEGACY_DOCUMENTS: Final = {
    APPLY_PATCH_BASELINE: "AWS-RunPatchBaseline",
    "AWS-FindWindowsUpdates": INSTALL_WINDOWS_UPDATES,
    INSTALL_MISSING_WINDOWS_UPDATES: INSTALL_WINDOWS_UPDATES,
    INSTALL_SPECIFIC_WINDOWS_UPDATES: INSTALL_WINDOWS_UPDATES,
}
"""The documents for patching that AWS no longer updates or supports, and those that replaced them:
https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-ssm-documents.html
"""

REBOOTING_DOCUMENTS: Final = frozenset({"AWS-InstanceRebootWithHooks", RESTART_INSTANCES})
"""The documents with the purpose to reboot the nodes that they run on."""

# The ARN of a runbook is that of its document, or of its automation definition, which can have a version:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
_ARN: Final = re.compile(r"arn:.*:(?:document|automation-definition)/([^:/]+)(?::.*)?")
_REGION_OF_AN_ARN: Final = 3
# The pattern of a comma-separated list of words, which can be empty.
_LIST_OF_WORDS: Final = re.compile(r"\(\^\$\)\|\^\((\w+(?:\|\w+)+)\)\(,\(\1\)\)\*\$")

# The service uses Java's regular expressions, where \v is any vertical whitespace, and \d, \s and \w match ASCII only.
_VERTICAL_SPACE: Final = r"\n\x0b\f\r\x85\u2028\u2029"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a document."""

    name: str
    type: str
    """``String``, ``StringList``, ``StringMap``, ``Boolean``, or the type of a resource."""
    required: bool
    default: object = None
    """None if the parameter is required."""
    allowed_values: tuple[str, ...] = ()
    """The only valid values, if the document lists them."""
    allowed_pattern: str | None = None
    """The Java regular expression that a value must match."""
    min_items: int | None = None
    max_chars: int | None = None

    @property
    def listed_values(self) -> tuple[str, ...]:
        """The only values of a comma-separated list, if its pattern is that of one."""
        found = _LIST_OF_WORDS.fullmatch(self.allowed_pattern or "")
        return tuple(found[1].split("|")) if found else ()

    @property
    def accepts_any(self) -> bool:
        """Whether the document accepts every value."""
        return not self.allowed_values and self.max_chars is None and self.allowed_pattern is None

    def accepts(self, value: str) -> bool:
        """Return whether the document accepts the value. Most documents accept an empty string as no value."""
        if self.allowed_values and value not in self.allowed_values:
            return False
        if self.max_chars is not None and len(value) > self.max_chars:
            return False
        return self.allowed_pattern is None or _compiled(self.allowed_pattern).fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class Document:
    """An AWS-owned document."""

    name: str
    kind: str
    """``Command`` or ``Automation``."""
    parameters: Mapping[str, Parameter]
    """The parameters by their names, which are case-sensitive."""


def find_document(name: str | None) -> Document | None:
    """Return the AWS-owned document with exactly this name; None if there is none."""
    return known_documents().get(name or "")


def similar_document(name: str | None) -> str | None:
    """Return the AWS-owned document that a misspelled name most likely means; None for any other name."""
    if name is None or find_document(name) is not None or not is_owned_by_aws(name):
        return None
    return nearest(name, known_documents(), cutoff=_SIMILAR)


@cache
def known_documents() -> Mapping[str, Document]:
    """Return the AWS-owned documents by name."""
    published = json.loads(_FILE.read_text(encoding="utf-8"))["documents"]
    return MappingProxyType({name: _document(name, content) for name, content in published.items()})


def name_of(document: str) -> str:
    """Return the name of a document that is given by its name or its ARN."""
    arn = _ARN.fullmatch(document)
    return document if arn is None else arn[1]


def region_of(document: str) -> str | None:
    """Return the Region in the ARN of a document; None for a name, and for an ARN without one."""
    parts = document.split(":")
    return (parts[_REGION_OF_AN_ARN] or None) if _ARN.fullmatch(document) and parts[2] == "ssm" else None


def is_owned_by_aws(name: str) -> bool:
    """Return whether a document is owned by AWS, which reserves these prefixes.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html
    """
    return name.lower().startswith(("aws", "amazon", "amzn"))


def document_with(name: str, kind: str, parameters: Mapping[str, Mapping[str, Any]]) -> Document:
    """Return a document whose parameters are defined as in the content of a document."""
    return Document(name, kind, MappingProxyType({each: _parameter(each, facts) for each, facts in parameters.items()}))


def _document(name: str, content: Mapping[str, Any]) -> Document:
    return document_with(name, content["kind"], content["parameters"])


def _parameter(name: str, facts: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=name,
        type=facts["type"],
        required="default" not in facts,
        default=facts.get("default"),
        allowed_values=tuple(facts.get("allowedValues", ())),
        allowed_pattern=facts.get("allowedPattern"),
        min_items=facts.get("minItems"),
        max_chars=facts.get("maxChars"),
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(r"\v", _VERTICAL_SPACE), re.ASCII)
