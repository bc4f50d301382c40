"""Short labels of what a schedule does and where: for a calendar entry, which has little space."""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from patching_constructs.cli.document_reboots import reboots_in
from patching_constructs.cli.operation_words import operation_of
from patching_constructs.cli.value_words import text
from patching_constructs.ssm.documents import REBOOTING_DOCUMENTS
from patching_constructs.ssm.reboot import Reboot
from patching_constructs.ssm.target_keys import INSTANCE_IDS, RESOURCE_TYPES, TAG_KEY
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.commands import Command
from patching_constructs.template.reboots import Reboots
from patching_constructs.template.scheduled_runs import ScheduledRun
from patching_constructs.template.sources import Template
from patching_constructs.template.task_runs import commands_in
from patching_constructs.template.value import UnknownError


class Effect(StrEnum):
    """What an execution does to the nodes, from the most to the least."""

    REBOOT = "reboot"
    INSTALL = "install"
    REBOOT_ONLY = "rebootOnly"
    OTHER = "other"
    SCAN = "scan"


@dataclass(frozen=True, slots=True)
class EffectWords:
    """An effect as a title, and its explanation."""

    title: str
    explanation: str


EFFECTS: Final = {
    Effect.REBOOT: EffectWords("Install with reboot", "Patches are installed, and nodes can reboot."),
    Effect.INSTALL: EffectWords("Install, no reboot", "Patches are installed. Nodes do not reboot."),
    Effect.REBOOT_ONLY: EffectWords("Reboot", "Nodes can reboot. No task is known to install patches."),
    Effect.SCAN: EffectWords("Scan", "Missing patches are reported. Nothing is installed."),
    Effect.OTHER: EffectWords("Other", "Another document, no task, or unknown until deployment."),
}

_MOST_VALUES: Final = 3


def effect_of_window(window: MaintenanceWindow) -> Effect:
    """Return the effect of the tasks of a window together."""
    return _together(commands_in(window), window.template)


def effect_of_run(run: ScheduledRun) -> Effect:
    """Return the effect of what a schedule outside of maintenance windows runs."""
    return _together(run.commands, run.resource.template)


def is_effect_of_window_unknown(window: MaintenanceWindow) -> bool:
    """Return whether it is unknown until deployment if a window installs patches or reboots nodes."""
    return any(_is_effect_unknown(each, window.template) for each in commands_in(window))


def is_effect_of_run_unknown(run: ScheduledRun) -> bool:
    """Return whether it is unknown until deployment if a schedule outside of windows installs or reboots."""
    return any(_is_effect_unknown(command, run.resource.template) for command in run.commands)


def _is_effect_unknown(command: Command, template: Template) -> bool:
    reboots = reboots_in(template)
    try:
        reboots.installs(command)
        reboots.of(command)
    except UnknownError:
        return True
    return False


def _together(commands: Iterable[Command], template: Template) -> Effect:
    reboots = reboots_in(template)
    effects = {_effect(each, reboots) for each in commands}
    if effects >= {Effect.INSTALL, Effect.REBOOT_ONLY}:
        return Effect.REBOOT
    return min(effects, key=list(Effect).index, default=Effect.OTHER)


def _effect(command: Command, reboots: Reboots) -> Effect:
    if _is_certain(lambda: command.scans):
        return Effect.SCAN
    if _is_certain(lambda: reboots.installs(command)):
        # A reboot option that is unknown until deployment can be one with a reboot.
        return Effect.INSTALL if _is_certain(lambda: reboots.of(command) is Reboot.NONE) else Effect.REBOOT
    return Effect.REBOOT_ONLY if _is_certain(lambda: reboots.of(command) is not Reboot.NONE) else Effect.OTHER


def _is_certain(condition: Callable[[], bool]) -> bool:
    try:
        return condition()
    except UnknownError:
        return False


# --- Operations ---------------------------------------------------------------------------------------


def operation_of_window(window: MaintenanceWindow) -> str:
    """Return what the tasks of a window do, in few words: ``Install, Scan``."""
    return "Frozen" if window.is_frozen else _operations(commands_in(window)) or "no task"


def operation_of_run(run: ScheduledRun) -> str:
    """Return what a schedule outside of maintenance windows does, in few words."""
    return _operations(run.commands)


def _operations(commands: Iterable[Command]) -> str:
    """List what patches or reboots first, then other documents."""
    ordered = sorted(commands, key=lambda command: not _patches_or_reboots(command))
    return ", ".join(_few(list(dict.fromkeys(map(_operation, ordered)))))


def _patches_or_reboots(command: Command) -> bool:
    return _is_certain(lambda: command.is_patching or command.document_name in REBOOTING_DOCUMENTS)


def _operation(command: Command) -> str:
    if _is_certain(lambda: command.document_name in REBOOTING_DOCUMENTS):
        return "Reboot"
    # Of an ARN, the name of the document or function.
    words = operation_of(command)
    return re.split("[:/]", words)[-1] if words.startswith("arn:") else words


# --- Targets ------------------------------------------------------------------------------------------


def targets_of_window(window: MaintenanceWindow) -> str:
    """Return the values that a window selects nodes by, without their keys: ``web | db``."""
    return (
        _joined(
            (
                _selection((text(key), list(map(text, values))) for key, values in target.filters_as_written)
                for target in window.targets
            ),
            window.label,
        )
        + window.template.source.in_region
    )


def targets_of_run(run: ScheduledRun) -> str:
    """Return the values that a schedule outside of maintenance windows selects nodes by."""
    try:
        selections = [selection for command in run.commands for selection in command.selections()]
    except UnknownError:
        return "targets unknown"
    return _joined(
        (
            _selection((key, sorted(map(_known, values))) for key, values in selection.items())
            for selection in selections
        ),
        run.label,
    )


def _known(value: Hashable) -> str:
    return value if isinstance(value, str) else "unknown"


def _joined(selections: Iterable[str], name: str) -> str:
    return ", ".join(dict.fromkeys(selections)) or f"{name} (no targets)"


def _selection(entries: Iterable[tuple[str, Sequence[str]]]) -> str:
    return " ".join(_entry(key, values) for key, values in entries if key != RESOURCE_TYPES) or "targets unknown"


def _entry(key: str, values: Sequence[str]) -> str:
    if key == INSTANCE_IDS and len(values) > 1:
        return f"{len(values)} nodes"
    listed = " | ".join(_few(values))
    return f"tag {listed}" if key == TAG_KEY else listed


def _few(values: Sequence[str]) -> Iterator[str]:
    yield from values[:_MOST_VALUES]
    if len(values) > _MOST_VALUES:
        yield f"{len(values) - _MOST_VALUES} more"
