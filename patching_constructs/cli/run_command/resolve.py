"""The request of `now`: from options, or from a schedule of a template."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from patching_constructs._errors import PatchingError, refusal
from patching_constructs.cli.refusals import named
from patching_constructs.cli.run_command.options import FLAGS, Options, check_sources, parsed_rate
from patching_constructs.cli.run_command.request import CommandRequest
from patching_constructs.cli.run_command.targets import SELECT_THE_NODES, target_of_options
from patching_constructs.properties.command import (
    BASELINE_OVERRIDE,
    EXECUTION_TIMEOUT,
    HOOKS,
    INSTALL_OVERRIDE_LIST,
    OPERATION,
    REBOOT_OPTION,
    PatchCommand,
    PatchOperation,
    RebootOption,
)
from patching_constructs.properties.rate_control import RateControl

if TYPE_CHECKING:
    from patching_constructs.cli.run_command.template_schedule import TemplateSchedule

_TEMPLATE_KEYS: Final = {
    "operation": OPERATION,
    "reboot_option": REBOOT_OPTION,
    "max_concurrency": "MaxConcurrency",
    "max_errors": "MaxErrors",
    "install_override_list": INSTALL_OVERRIDE_LIST,
    "baseline_override": BASELINE_OVERRIDE,
    "execution_timeout": EXECUTION_TIMEOUT,
}
_HOOKS: Final = {f"PatchHooks {field}": name for field, name in HOOKS.items()}


@dataclass(frozen=True, slots=True)
class ResolvedRequest:
    """A request, with the account and Region of the template's stack where they are known."""

    request: CommandRequest
    account: str | None = None
    region: str | None = None
    left_out: tuple[str, ...] = ()
    """What the schedule says and the command does not do, in words."""


def resolve_request(options: Options, *, snapshot_id: str) -> ResolvedRequest:
    """Return the request that the options describe; an option overrides the template.

    Raises:
        PatchingError: options contradict each other, or the service would refuse the request.
    """
    check_sources(options)
    schedule = _schedule(options)
    with named(_names(options)), _in_template(options, schedule):
        command = _command(options, schedule)
        settings = _settings(options, schedule)
        request = CommandRequest(
            command=command,
            target=schedule.target() if schedule else target_of_options(options),
            snapshot_id=snapshot_id,
            settings=settings,
            **_rates(options, schedule),
        )
    if schedule is None:
        return ResolvedRequest(request)
    left_out = schedule.left_out(command.parameters, command.document_name)
    return ResolvedRequest(request, *schedule.environment, left_out=tuple(left_out))


def _schedule(options: Options) -> "TemplateSchedule | None":
    if not options.templates:
        return None
    # Without a template nothing waits for its reader.
    from patching_constructs.cli.run_command.template_schedule import schedule_of_options

    return schedule_of_options(options)


def _settings(options: Options, schedule: "TemplateSchedule | None") -> Mapping[str, Any]:
    """Return what the command is given beside the document; the comment of the option before that of the schedule."""
    given = schedule.settings.arguments if schedule else {}
    return given if options.comment is None else {**given, "Comment": options.comment}


def _names(options: Options) -> dict[str, str]:
    """Return how the user wrote the properties of the request: as a flag, or as a key in the template."""
    typed = {name: flag for name, flag in FLAGS.items() if not options.templates or options.is_given(name)}
    return _TEMPLATE_KEYS | _HOOKS | typed


@contextmanager
def _in_template(options: Options, schedule: "TemplateSchedule | None") -> Iterator[None]:
    """Add the file and line to the refusal of a value that the template has."""
    try:
        yield
    except PatchingError as error:
        name = _HOOKS.get(error.what) or _TEMPLATE_KEYS.get(error.what)
        if schedule is None or name is None or options.is_given(error.what):
            raise
        with schedule.located(name):
            raise


def _command(options: Options, schedule: "TemplateSchedule | None") -> PatchCommand:
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


def _operation(options: Options, schedule: "TemplateSchedule | None") -> PatchOperation:
    operation = _given(options.operation, schedule, OPERATION, "--operation")
    if operation is None:
        raise refusal("--operation", "is required", "none", "specify Scan or Install")
    return PatchOperation(_literal("operation", operation, PatchOperation))


def _reboot_option(options: Options, schedule: "TemplateSchedule | None") -> RebootOption | None:
    option = _given(options.reboot_option, schedule, REBOOT_OPTION, "--reboot-option")
    if option is None:
        return None
    return RebootOption(_literal("reboot_option", option, RebootOption))


def _execution_timeout(schedule: "TemplateSchedule") -> int | None:
    text = schedule.known(EXECUTION_TIMEOUT, SELECT_THE_NODES)
    if text is None:
        return None
    if not re.fullmatch("[0-9]{1,9}", text):
        raise refusal("execution_timeout", "must be a whole number of seconds", repr(text))
    return int(text)


def _literal(name: str, value: str, literals: type[StrEnum]) -> str:
    if value not in set(literals):
        raise refusal(name, f"must be {' or '.join(literals)}", repr(value))
    return value


def _rates(options: Options, schedule: "TemplateSchedule | None") -> dict[str, RateControl]:
    typed = {"max_concurrency": options.max_concurrency, "max_errors": options.max_errors}
    found = {name: _rate_of(name, text, schedule) for name, text in typed.items()}
    return {name: rate for name, rate in found.items() if rate is not None}


def _rate_of(name: str, typed: str | None, schedule: "TemplateSchedule | None") -> RateControl | None:
    if typed is not None:
        return parsed_rate(name, typed)
    return schedule.rate(_TEMPLATE_KEYS[name], f"specify {FLAGS[name]}") if schedule else None


def _given(option: str | None, schedule: "TemplateSchedule | None", name: str, flag: str) -> str | None:
    """Return the value of the option, or else of the template."""
    if option is not None or schedule is None:
        return option
    return schedule.known(name, f"specify {flag}")
