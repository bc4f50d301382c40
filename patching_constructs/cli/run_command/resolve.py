"""The request of `now`: from options, or from a schedule of a template."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from patching_constructs._errors import refusal
from patching_constructs.cli.refusals import named
from patching_constructs.cli.run_command.options import FLAGS, Options, check_sources
from patching_constructs.cli.run_command.request import CommandRequest
from patching_constructs.cli.run_command.targets import SELECT_THE_NODES, target_of_options
from patching_constructs.cli.run_command.template_schedule import TemplateSchedule, schedule_of_options
from patching_constructs.properties.command import (
    BASELINE_OVERRIDE,
    EXECUTION_TIMEOUT,
    INSTALL_OVERRIDE_LIST,
    OPERATION,
    REBOOT_OPTION,
    PatchCommand,
    PatchOperation,
    RebootOption,
)
from patching_constructs.properties.rate_control import RateControl

_ALL: Final = 100
_TEMPLATE_KEYS: Final = {
    "operation": OPERATION,
    "reboot_option": REBOOT_OPTION,
    "max_concurrency": "MaxConcurrency",
    "max_errors": "MaxErrors",
    "install_override_list": INSTALL_OVERRIDE_LIST,
    "baseline_override": BASELINE_OVERRIDE,
    "execution_timeout": EXECUTION_TIMEOUT,
}


@dataclass(frozen=True, slots=True)
class ResolvedRequest:
    """A request, with the account and Region of the template's stack where they are known."""

    request: CommandRequest
    account: str | None = None
    region: str | None = None


def resolve_request(options: Options, *, snapshot_id: str) -> ResolvedRequest:
    """Return the request that the options describe; an option overrides the template.

    Raises:
        PatchingError: options contradict each other, or the service would refuse the request.
    """
    check_sources(options)
    schedule = schedule_of_options(options)
    with named(_names(options)):
        request = CommandRequest(
            command=_command(options, schedule),
            target=schedule.target() if schedule else target_of_options(options),
            snapshot_id=snapshot_id,
            comment=options.comment,
            **_rates(options, schedule),
        )
    return ResolvedRequest(request, *schedule.environment) if schedule else ResolvedRequest(request)


def _names(options: Options) -> dict[str, str]:
    """Return how the user wrote the properties of the request: as a flag, or as a key in the template."""
    typed = {name: flag for name, flag in FLAGS.items() if options.template is None or options.is_given(name)}
    return _TEMPLATE_KEYS | typed


def _command(options: Options, schedule: TemplateSchedule | None) -> PatchCommand:
    operation = _operation(options, schedule)
    # A scan of the nodes of an install schedule takes none of the properties that require an install.
    install = schedule if operation == PatchOperation.INSTALL else None
    return PatchCommand(
        operation=operation,
        reboot_option=_reboot_option(options, install),
        hooks=install.hooks() if install else None,
        baseline_override=_given(options.baseline_override, schedule, BASELINE_OVERRIDE, "--baseline-override"),
        install_override_list=_given(
            options.install_override_list, install, INSTALL_OVERRIDE_LIST, "--install-override-list"
        ),
        execution_timeout_seconds=_execution_timeout(schedule) if schedule else None,
    )


def _operation(options: Options, schedule: TemplateSchedule | None) -> PatchOperation:
    operation = _given(options.operation, schedule, OPERATION, "--operation")
    if operation is None:
        raise refusal("--operation", "is required", "none", "specify Scan or Install")
    return PatchOperation(_literal(OPERATION, operation, PatchOperation))


def _reboot_option(options: Options, schedule: TemplateSchedule | None) -> RebootOption | None:
    option = _given(options.reboot_option, schedule, REBOOT_OPTION, "--reboot-option")
    if option is None:
        return None
    return RebootOption(_literal(REBOOT_OPTION, option, RebootOption))


def _execution_timeout(schedule: TemplateSchedule) -> int | None:
    text = schedule.known(EXECUTION_TIMEOUT, SELECT_THE_NODES)
    if text is None:
        return None
    if not re.fullmatch("[0-9]{1,9}", text):
        raise refusal(EXECUTION_TIMEOUT, "must be a whole number of seconds", repr(text))
    return int(text)


def _literal(name: str, value: str, literals: type[StrEnum]) -> str:
    if value not in set(literals):
        raise refusal(name, f"must be {' or '.join(literals)}", repr(value))
    return value


def _rates(options: Options, schedule: TemplateSchedule | None) -> dict[str, RateControl]:
    given = {
        "max_concurrency": _given(options.max_concurrency, schedule, "MaxConcurrency", "--max-concurrency"),
        "max_errors": _given(options.max_errors, schedule, "MaxErrors", "--max-errors"),
    }
    return {name: _rate(name, text) for name, text in given.items() if text is not None}


def _rate(name: str, text: str) -> RateControl:
    parts = re.fullmatch(r"([0-9]+)(%?)", text)
    if parts is None or (parts[2] and int(parts[1]) > _ALL):
        raise refusal(name, "must be a number of nodes such as 10, or a percentage of 0%-100%", repr(text))
    rate = RateControl.percentage if parts[2] else RateControl.count
    return rate(int(parts[1]))


def _given(option: str | None, schedule: TemplateSchedule | None, name: str, flag: str) -> str | None:
    """Return the value of the option, or else of the template."""
    if option is not None or schedule is None:
        return option
    return schedule.known(name, f"specify {flag}")
