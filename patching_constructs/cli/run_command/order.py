"""What `now` is asked for, as one request: options, or a schedule of a template."""

import re
from dataclasses import dataclass

from patching_constructs._errors import refusal
from patching_constructs._validation import check_literal
from patching_constructs.cli.refusals import named_by_flags
from patching_constructs.cli.run_command.options import Options, check_sources
from patching_constructs.cli.run_command.request import CommandRequest
from patching_constructs.cli.run_command.targets import NAME_THE_NODES, target_of_options
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


@dataclass(frozen=True, slots=True)
class Order:
    """A request, and the account and region that the template it comes from names, if it does."""

    request: CommandRequest
    account: str | None = None
    region: str | None = None


def order_from(options: Options, *, snapshot_id: str) -> Order:
    """Make the request that the options ask for; an option goes before what the template says.

    Raises:
        PatchingError: the options contradict each other, or ask for what the service would refuse.
    """
    check_sources(options)
    schedule = schedule_of_options(options)
    with named_by_flags(options.typed):
        request = CommandRequest(
            command=_command(options, schedule),
            target=schedule.target() if schedule else target_of_options(options),
            snapshot_id=snapshot_id,
            comment=options.comment,
            **_rates(options, schedule),
        )
    return Order(request, *schedule.environment) if schedule else Order(request)


def _command(options: Options, schedule: "TemplateSchedule | None") -> PatchCommand:
    operation = _operation(options, schedule)
    # What goes with an install only is of no use to a scan of what the schedule would install.
    install = schedule if operation == PatchOperation.INSTALL else None
    return PatchCommand(
        operation=operation,
        reboot_option=_reboot_option(options, install),
        hooks=install.hooks() if install else None,
        baseline_override=_said(options.baseline_override, schedule, BASELINE_OVERRIDE, "--baseline-override"),
        install_override_list=_said(
            options.install_override_list, install, INSTALL_OVERRIDE_LIST, "--install-override-list"
        ),
        execution_timeout_seconds=_execution_timeout(schedule) if schedule else None,
    )


def _operation(options: Options, schedule: "TemplateSchedule | None") -> PatchOperation:
    operation = _said(options.operation, schedule, OPERATION, "--operation")
    if operation is None:
        raise refusal("--operation", "must be Scan or Install", "none")
    check_literal("operation", operation, PatchOperation)
    return PatchOperation(operation)


def _reboot_option(options: Options, schedule: "TemplateSchedule | None") -> RebootOption | None:
    option = _said(options.reboot_option, schedule, REBOOT_OPTION, "--reboot-option")
    if option is None:
        return None
    check_literal("reboot_option", option, RebootOption)
    return RebootOption(option)


def _execution_timeout(schedule: "TemplateSchedule") -> int | None:
    text = schedule.known(EXECUTION_TIMEOUT, NAME_THE_NODES)
    if text is None:
        return None
    if not re.fullmatch("[0-9]{1,9}", text):
        raise refusal(EXECUTION_TIMEOUT, "must be a number of seconds", repr(text))
    return int(text)


def _rates(options: Options, schedule: "TemplateSchedule | None") -> dict[str, RateControl]:
    said = {
        "max_concurrency": _said(options.max_concurrency, schedule, "MaxConcurrency", "--max-concurrency"),
        "max_errors": _said(options.max_errors, schedule, "MaxErrors", "--max-errors"),
    }
    return {name: _rate(name, text) for name, text in said.items() if text is not None}


def _rate(name: str, text: str) -> RateControl:
    parts = re.fullmatch(r"([0-9]+)(%?)", text)
    if parts is None:
        raise refusal(name, "must be a number such as 10 or a share such as 10%", repr(text))
    make = RateControl.percentage if parts[2] else RateControl.count
    return make(int(parts[1]))


def _said(option: str | None, schedule: "TemplateSchedule | None", name: str, option_name: str) -> str | None:
    """Return what the option says, or else what the template says."""
    if option is not None or schedule is None:
        return option
    return schedule.known(name, f"give {option_name}")
