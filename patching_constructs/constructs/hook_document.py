"""HookDocument: a script that runs on every node before or after patches are installed, or after a reboot.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaselinewithhooks.html
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple

import jsii
from aws_cdk.aws_ssm import CfnDocument
from aws_cdk.interfaces import ResourceEnvironment
from aws_cdk.interfaces.aws_ssm import DocumentReference, IDocumentRef
from constructs import Construct

from patching_constructs._errors import refusal
from patching_constructs._tokens import as_text
from patching_constructs._validation import check_list_of, check_type
from patching_constructs.constructs._scopes import creating
from patching_constructs.properties._durations import Length, whole
from patching_constructs.properties._references import check_no_reference, check_references
from patching_constructs.properties.document_parameters import DEFAULT_KIND
from patching_constructs.ssm import limits

_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class _Shell(NamedTuple):
    """A step that runs a script, and how it sets an environment variable."""

    action: str
    assignment: str
    quote: str
    """What stands for a quotation mark in a quoted text."""


_SHELL: Final = _Shell("aws:runShellScript", "export {name}='{value}'", "'\\''")
_POWERSHELL: Final = _Shell("aws:runPowerShellScript", "$env:{name} = '{value}'", "''")
_BY_SUFFIX: Final = {".sh": _SHELL, ".ps1": _POWERSHELL}


@jsii.implements(IDocumentRef)
class HookDocument(Construct):
    """A Command document with one script, for `PatchHooks`, or for the reboot of a `WindowTask`.

    Create it with a factory. A changed script is a new version of the document, which becomes its default version, so
    that its name does not change. Nodes need no other permission to run it than ``AmazonSSMManagedInstanceCore``.

    A node on another platform than that of the script skips it.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        content: Mapping[str, object],
    ) -> None:
        """Create the document with its content; use a factory.

        Args:
            scope: the construct that this one belongs to.
            id: the construct's id, unique within the scope.
            content: the content of a Command document.

        Raises:
            PatchingError: the content is not a dict, or refers to a parameter that it does not declare.
        """
        with creating(scope, id):
            check_type("content", content, Mapping, "use HookDocument.shell(scope, id, lines)")
            check_references(content)
        super().__init__(scope, id)
        self._content = dict(content)
        self._document = CfnDocument(
            self, "Resource", content=self._content, document_type=DEFAULT_KIND, update_method="NewVersion"
        )

    @staticmethod
    def shell(
        scope: Construct,
        id: str,  # noqa: A002
        lines: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        timeout: Length = timedelta(hours=1),
    ) -> "HookDocument":
        """Create a document that runs a shell script on Linux.

        Its exit code is that of the last command: begin with ``set -e`` to stop at the first error.

        A script cannot contain ``{{ Name }}``, which Systems Manager would replace. Pass values with `environment`.

        Args:
            scope: the construct that the document belongs to.
            id: the construct's id, unique within the scope.
            lines: the lines of the script, at least one.
            environment: environment variables of the script. Default: none.
            timeout: how long the script can run, from 1 second to 48 hours. Default: 1 hour.

        Raises:
            PatchingError: there is no line, an argument is invalid, or the document is too long.
        """
        return _created(scope, id, _SHELL, lines, environment, timeout)

    @staticmethod
    def powershell(
        scope: Construct,
        id: str,  # noqa: A002
        lines: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        timeout: Length = timedelta(hours=1),
    ) -> "HookDocument":
        """Create a document that runs a PowerShell script.

        Begin with ``$ErrorActionPreference = 'Stop'`` to stop at the first error.

        Args:
            scope: the construct that the document belongs to.
            id: the construct's id, unique within the scope.
            lines: the lines of the script, at least one.
            environment: environment variables of the script. Default: none.
            timeout: how long the script can run, from 1 second to 48 hours. Default: 1 hour.

        Raises:
            PatchingError: there is no line, an argument is invalid, or the document is too long.
        """
        return _created(scope, id, _POWERSHELL, lines, environment, timeout)

    @staticmethod
    def from_file(
        scope: Construct,
        id: str,  # noqa: A002
        path: str | Path,
        *,
        environment: Mapping[str, str] | None = None,
        timeout: Length = timedelta(hours=1),
    ) -> "HookDocument":
        """Create a document that runs the script in a file, which becomes a part of the document.

        Args:
            scope: the construct that the document belongs to.
            id: the construct's id, unique within the scope.
            path: the file, with the suffix ``.sh`` or ``.ps1``.
            environment: environment variables of the script. Default: none.
            timeout: how long the script can run, from 1 second to 48 hours. Default: 1 hour.

        Raises:
            PatchingError: the file cannot be read, an argument is invalid, or the document is too long.
        """
        with creating(scope, id):
            check_type("path", path, (str, Path))
            file = Path(str(path))
            if file.suffix not in _BY_SUFFIX:
                raise refusal("path", "must have the suffix .sh or .ps1", repr(file.name))
            try:
                lines = file.read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError) as error:
                raise refusal("path", "must be a text file that can be read", f"{str(file)!r}: {error}") from error
        return _created(scope, id, _BY_SUFFIX[file.suffix], lines, environment, timeout)

    @property
    def document_name(self) -> str:
        """The name of the document."""
        return self._document.ref

    @property
    def document_ref(self) -> DocumentReference:
        """A reference to the document, as in ``IDocumentRef``."""
        return self._document.document_ref

    @property
    def env(self) -> ResourceEnvironment:
        """The account and Region of the document."""
        return self._document.env

    @property
    def content(self) -> Mapping[str, object]:
        """The content of the document."""
        return self._content

    @property
    def document(self) -> CfnDocument:
        """The L1 construct of the document."""
        return self._document


def _created(
    scope: Construct,
    id: str,  # noqa: A002
    shell: _Shell,
    lines: Sequence[str],
    environment: Mapping[str, str] | None,
    timeout: Length,
) -> HookDocument:
    with creating(scope, id):
        given = check_list_of("lines", lines, str)
        if not given:
            raise refusal("lines", "must have at least 1 item", 0)
        check_no_reference("lines", given)
        script = _with_environment(given, shell, {} if environment is None else environment)
        seconds = whole("timeout", timeout, "seconds", limits.SCRIPT_TIMEOUT_SECONDS)
        size = sum(len(line.encode()) + 1 for line in script)
        if size > limits.DOCUMENT_SIZE:
            fix = "download the script in a short one"
            raise refusal("lines", f"must have at most {limits.DOCUMENT_SIZE} bytes", size, fix)
    step = {
        "action": shell.action,
        "name": "script",
        "inputs": {"timeoutSeconds": as_text(seconds), "runCommand": script},
    }
    return HookDocument(scope, id, content={"schemaVersion": "2.2", "mainSteps": [step]})


def _with_environment(lines: Sequence[str], shell: _Shell, environment: Mapping[str, str]) -> list[str]:
    check_type("environment", environment, Mapping, "write {'CLUSTER': 'web'}")
    assignments = [_assignment(shell, name, value) for name, value in environment.items()]
    # The first line can choose the interpreter.
    first = 1 if lines[0].startswith("#!") else 0
    return [*lines[:first], *assignments, *lines[first:]]


def _assignment(shell: _Shell, name: str, value: str) -> str:
    check_type("environment names", name, str)
    if not _VARIABLE.fullmatch(name):
        raise refusal("environment names", "must be letters, digits and _, not beginning with a digit", repr(name))
    check_type(f"environment {name!r}", value, str)
    check_no_reference(f"environment {name!r}", [value])
    return shell.assignment.format(name=name, value=value.replace("'", shell.quote))
