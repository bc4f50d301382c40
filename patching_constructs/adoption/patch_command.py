"""The task that patches: the parameters of a patch document as properties of a `PatchSchedule`."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from patching_constructs.adoption.code import Call, Expression
from patching_constructs.adoption.given import NotAdoptableError, shown, text
from patching_constructs.adoption.members import duration, member_or_token
from patching_constructs.properties.command import (
    BASELINE_OVERRIDE,
    EXECUTION_TIMEOUT,
    HOOKS,
    INSTALL_OVERRIDE_LIST,
    OPERATION,
    REBOOT_OPTION,
    RUN_PATCH_BASELINE_WITH_HOOKS,
    PatchOperation,
    RebootOption,
)

_PROPERTIES: Final[Mapping[str, tuple[str, Callable[[Any], Expression]]]] = {
    OPERATION: ("operation", lambda value: member_or_token(PatchOperation, value)),
    REBOOT_OPTION: ("reboot_option", lambda value: member_or_token(RebootOption, value)),
    BASELINE_OVERRIDE: ("baseline_override", text),
    INSTALL_OVERRIDE_LIST: ("install_override_list", text),
    EXECUTION_TIMEOUT: ("execution_timeout", lambda value: duration("seconds", value)),
}
_OF_AN_INSTALL: Final = (REBOOT_OPTION, INSTALL_OVERRIDE_LIST)
"""What a `PatchSchedule` does not take with a scan."""


def patch_properties(document: str, parameters: Mapping[str, Any]) -> tuple[dict[str, Expression], dict[str, Any]]:
    """Return the properties of a `PatchSchedule` for the parameters of a patch document, and the other parameters.

    Args:
        document: the document.
        parameters: its parameters, each a string or a list of one.

    Raises:
        NotAdoptableError: a value is invalid.
    """
    single = {name: _single(value) for name, value in parameters.items()}
    if single.get(OPERATION) in (None, ""):
        raise NotAdoptableError(f"the parameter {OPERATION} is missing")
    scans = single[OPERATION] == PatchOperation.SCAN
    known = {
        name: kind(single[parameter])
        for parameter, (name, kind) in _PROPERTIES.items()
        if single.get(parameter, "") != "" and not (scans and parameter in _OF_AN_INSTALL)
    }
    hooks = {name: text(single[parameter]) for name, parameter in HOOKS.items() if single.get(parameter, "") != ""}
    with_hooks = document == RUN_PATCH_BASELINE_WITH_HOOKS and hooks and not scans
    if document == RUN_PATCH_BASELINE_WITH_HOOKS and not with_hooks:
        raise NotAdoptableError(f"{document} has no hook, or only scans")
    if with_hooks:
        known["hooks"] = Call("PatchHooks", named=hooks)
    used = {parameter for parameter, (name, _) in _PROPERTIES.items() if name in known}
    used |= set(HOOKS.values()) if with_hooks else set()
    return known, {name: value for name, value in parameters.items() if name not in used}


def _single(value: object) -> Any:  # noqa: ANN401 - a value of a template
    match value:
        case [only]:
            return only
        case list():
            raise NotAdoptableError(f"a parameter of a patch document has one value, got {shown(value)}")
        case _:
            return value
