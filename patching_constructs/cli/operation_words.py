"""What a command does on a node, and whether the node reboots, in words."""

from itertools import product
from typing import Final

from patching_constructs.cli.document_reboots import reboots_in
from patching_constructs.cli.value_words import UNKNOWN, known_text, one_of, text
from patching_constructs.properties.command import OPERATION, REBOOT_OPTION, PatchOperation, RebootOption
from patching_constructs.properties.document_runs import DocumentRun
from patching_constructs.ssm.documents import ACTION, INSTALL_WINDOWS_UPDATES, REBOOTING_DOCUMENTS
from patching_constructs.ssm.reboot import Reboot
from patching_constructs.ssm.runbooks import CREATE_IMAGE
from patching_constructs.template.commands import Command, TaskCommand
from patching_constructs.template.maintenance_windows import RUN_COMMAND, WindowTask
from patching_constructs.template.possible_values import PossibleValues, possible_values
from patching_constructs.template.unknown import Choice
from patching_constructs.template.value import UnknownError, Value

DECIDED_LATER: Final = "known when it runs"
_INVALID: Final = " (invalid)"
_WINDOWS_UPDATES: Final[dict[str, str]] = {
    PatchOperation.INSTALL: "Install: install missing Windows updates, without a patch baseline",
    PatchOperation.SCAN: "Scan: list missing Windows updates",
}
"""What AWS-InstallWindowsUpdates does, by its operation."""
_WITHOUT_NODES: Final = frozenset({"LAMBDA", "STEP_FUNCTIONS"})
"""The types of tasks that run nothing on nodes."""


def operation_of(command: Command) -> str:
    """Return the operation of a command, or the document of one that has no operation: ``Install``."""
    return one_of(*_operations(command, OPERATION, default=document_of(command.document)))


def operation_in_words(command: Command) -> str:
    """Describe what a command does on a node."""
    if not _updates_windows(command):
        return operation_effect(operation_of(command))
    words, decided_by = _operations(command, ACTION, default=PatchOperation.INSTALL)
    return one_of([_WINDOWS_UPDATES.get(each, each) for each in words], decided_by)


def _updates_windows(command: Command) -> bool:
    try:
        return command.document_name == INSTALL_WINDOWS_UPDATES
    except UnknownError:
        return False


def reboot_in_words(command: Command) -> str:
    """Describe whether the nodes reboot after a command."""
    operation, option = _given(command, OPERATION), _given(command, REBOOT_OPTION)
    if operation is None:
        return DECIDED_LATER
    operations, decided_by = _words_of(command, OPERATION, operation, default="")
    if operations == [""]:
        return _document_reboot(command)
    options, also_by = [DECIDED_LATER], PossibleValues(())
    if option is not None:
        options, also_by = _words_of(command, REBOOT_OPTION, option, default=RebootOption.REBOOT_IF_NEEDED)
    effects = dict.fromkeys(reboot_effect(one, other) for one, other in product(operations, options))
    return one_of(list(effects), tuple(dict.fromkeys(decided_by.choices + also_by.choices)))


def runs_on_nodes(task: WindowTask) -> bool:
    """Return whether a task runs anything on nodes, as far as the template says."""
    return text(task.kind, default=RUN_COMMAND) not in _WITHOUT_NODES


def _document_reboot(command: Command) -> str:
    """Describe whether the nodes reboot after a document without an operation."""
    if isinstance(command, TaskCommand) and not runs_on_nodes(command.runner):
        return "no, because it does not run on nodes"
    try:
        name, reboot = command.document_name, reboots_in(command.runner.template).of(command)
    except UnknownError:
        return UNKNOWN
    match reboot:
        case Reboot.NONE:
            return _without_reboot(command.run)
        case Reboot.POSSIBLE:
            return f"possible: {name}"
        case _ if name in REBOOTING_DOCUMENTS or name == CREATE_IMAGE:
            return f"yes: {name}"
        case _:
            return f"yes, at least under some conditions: {name}"


def _without_reboot(run: DocumentRun) -> str:
    if run.stops:
        return "no, but the nodes are stopped"
    if run.starts:
        return "no, but stopped nodes are started"
    return "no" if run.is_reboot_known else "depends on the document"


def document_of(document: Value) -> str:
    """Return the name or ARN of a document, function or state machine; of one in the templates, the logical ID."""
    return document.reference or text(document)


def operation_effect(operation: str) -> str:
    """Describe what an operation does on a node; another document is described by its name."""
    match operation:
        case PatchOperation.SCAN:
            return "Scan: report missing patches"
        case PatchOperation.INSTALL:
            return "Install: install missing patches"
        case _:
            return operation


def reboot_effect(operation: str, option: str) -> str:
    """Describe whether nodes reboot after an operation."""
    if operation == PatchOperation.SCAN:
        return "no"
    if operation.endswith(_INVALID):
        return "no, because the operation is invalid"
    if operation != PatchOperation.INSTALL:
        return UNKNOWN
    match option:
        case RebootOption.REBOOT_IF_NEEDED:
            return "if a patch was installed"
        case RebootOption.NO_REBOOT:
            return "no, and nodes stay non-compliant until a reboot and the next scan"
        case _:
            return option


def _operations(command: Command, name: str, *, default: str) -> tuple[list[str], tuple[Choice, ...]]:
    """Return every operation that a command can have, and what decides between them."""
    given = _given(command, name)
    if given is None:
        return [DECIDED_LATER], ()
    words, possible = _words_of(command, name, given, default=default)
    return words, possible.choices


def _given(command: Command, name: str) -> Value | None:
    """Return a parameter of the document, None where it is filled in when the document runs."""
    if isinstance(command, TaskCommand):
        return command.runner.parameter_values(name)
    given = command.parameters.at(name)
    return None if command.is_decided_later(given) else given


def _words_of(command: Command, name: str, given: Value, *, default: str) -> tuple[list[str], PossibleValues]:
    """Return every value that a parameter of the document can have, and what decides between them."""
    items = given.items() if given.is_list else [given]
    possible = possible_values(items[0] if len(items) == 1 else given)
    return list(dict.fromkeys(_checked(command, name, each, default) for each in possible.values)), possible


def _checked(command: Command, name: str, value: Value, default: str) -> str:
    """Return a value, with a note if the linter reports it."""
    items = [] if value.content is None else value.items() if value.is_list else [value]
    words = " | ".join(known_text(each, default=default) for each in items) or default
    if any(each.is_unknown for each in items) or _is_valid(command, name, items if value.content is not None else None):
        return words
    return f"{words}{_INVALID}"


def _is_valid(command: Command, name: str, items: list[Value] | None) -> bool:
    """Return whether the linter accepts the values of a parameter, None for a parameter that is not given."""
    try:
        parameter = command.known_parameters.get(name) if command.is_patching else None
    except UnknownError:
        return True
    if parameter is None:
        return True
    if items is None:
        return not parameter.required
    return len(items) == 1 and items[0].text() in parameter.allowed_values
