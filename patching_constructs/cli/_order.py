"""What `now` is asked for: options, or a schedule of a template, as one request."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from patching_constructs._errors import refusal
from patching_constructs._validation import check_literal
from patching_constructs.cli._flags import named_by_flags
from patching_constructs.cli._run_command import CommandRequest
from patching_constructs.cli._schedule_names import find_window
from patching_constructs.properties.command import (
    BASELINE_OVERRIDE,
    EXECUTION_TIMEOUT,
    HOOKS,
    INSTALL_OVERRIDE_LIST,
    OPERATION,
    PATCH_DOCUMENTS,
    REBOOT_OPTION,
    SNAPSHOT_ID,
    PatchCommand,
    PatchHooks,
    PatchOperation,
    RebootOption,
)
from patching_constructs.properties.rate_control import RateControl
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.ssm import limits, target_keys
from patching_constructs.ssm.target_keys import INSTANCE_IDS, TAG
from patching_constructs.template import Deferred, TargetRecord, TaskRecord, Text, WindowRecord, read_windows

_NAME_THE_NODES: Final = "leave --from-template out, and name the nodes with --tag, --patch-group or --instance-ids"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was said on the command line."""

    operation: PatchOperation | None = None
    patch_groups: Sequence[str] = ()
    instance_metadata_tags: bool = False
    tags: Sequence[str] = ()
    instance_ids: Sequence[str] = ()
    template: Path | None = None
    schedule: str | None = None
    use_defaults: bool = False
    reboot_option: RebootOption | None = None
    max_concurrency: str | None = None
    max_errors: str | None = None
    install_override_list: str | None = None
    baseline_override: str | None = None
    comment: str | None = None

    @property
    def typed(self) -> frozenset[str]:
        """The options that were given, without the schedule, which is no property of a command."""
        every = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "schedule"}
        return frozenset(name for name, value in every.items() if value is not None and value != ())


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
    _check_sources(options)
    schedule = _schedule(options)
    with named_by_flags(options.typed):
        request = CommandRequest(
            command=_command(options, schedule),
            target=schedule.target() if schedule else _target(options),
            snapshot_id=snapshot_id,
            comment=options.comment,
            **_rates(options, schedule),
        )
    return Order(request, *schedule.environment) if schedule else Order(request)


def _check_sources(options: Options) -> None:
    sources = {
        "--patch-group": options.patch_groups,
        "--tag": options.tags,
        "--instance-ids": options.instance_ids,
        "--from-template": options.template,
    }
    given = [name for name, value in sources.items() if value]
    if len(given) != 1:
        got = " and ".join(given) or "none"
        raise refusal("the nodes", f"must be chosen by exactly one of {', '.join(sources)}", got)
    if options.schedule is not None and options.template is None:
        raise refusal("--schedule", "names a schedule of a template", repr(options.schedule), "give --from-template")
    if options.instance_metadata_tags and not options.patch_groups:
        raise refusal("--instance-metadata-tags", "requires --patch-group", given[0])


# --- The parts of a request ---------------------------------------------------------------------------


def _command(options: Options, schedule: "_Schedule | None") -> PatchCommand:
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


def _operation(options: Options, schedule: "_Schedule | None") -> PatchOperation:
    operation = _said(options.operation, schedule, OPERATION, "--operation")
    if operation is None:
        raise refusal("--operation", "must be Scan or Install", "none")
    check_literal("operation", operation, PatchOperation)
    return PatchOperation(operation)


def _reboot_option(options: Options, schedule: "_Schedule | None") -> RebootOption | None:
    option = _said(options.reboot_option, schedule, REBOOT_OPTION, "--reboot-option")
    if option is None:
        return None
    check_literal("reboot_option", option, RebootOption)
    return RebootOption(option)


def _execution_timeout(schedule: "_Schedule") -> int | None:
    text = schedule.known(EXECUTION_TIMEOUT, schedule.said.get(EXECUTION_TIMEOUT), _NAME_THE_NODES)
    if text is None:
        return None
    if not re.fullmatch("[0-9]{1,9}", text):
        raise refusal(EXECUTION_TIMEOUT, "must be a number of seconds", repr(text))
    return int(text)


def _rates(options: Options, schedule: "_Schedule | None") -> dict[str, RateControl]:
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


def _said(option: str | None, schedule: "_Schedule | None", name: str, option_name: str) -> str | None:
    """Return what the option says, or else what the template says."""
    if option is not None or schedule is None:
        return option
    return schedule.known(name, schedule.said.get(name), f"give {option_name}")


# --- The nodes ----------------------------------------------------------------------------------------

_Filter = tuple[str, tuple[str, ...]]


def _target(options: Options) -> PatchTarget:
    if options.patch_groups:
        groups = dict.fromkeys(options.patch_groups)
        return PatchTarget.patch_group(*groups, instance_metadata_tags=options.instance_metadata_tags)
    if options.tags:
        return _by_tags(_tags(options.tags))
    ids = [each.strip() for given in options.instance_ids for each in given.split(",")]
    return PatchTarget.instance_ids(*dict.fromkeys(ids))


def _tags(given: Sequence[str]) -> list[_Filter]:
    """Gather the values of each key, each once and in order."""
    tags: dict[str, dict[str, None]] = {}
    for tag in given:
        key, equals, value = tag.partition("=")
        if not equals:
            raise refusal("--tag", "must be KEY=VALUE", repr(tag))
        tags.setdefault(key, {})[value] = None
    if len(tags) > limits.TARGET_FILTERS:
        raise refusal("--tag", f"must have 1-{limits.TARGET_FILTERS} keys", len(tags))
    return [(key, tuple(values)) for key, values in tags.items()]


def _by_tags(tags: Iterable[_Filter]) -> PatchTarget:
    (key, values), *others = tags
    return _narrowed(PatchTarget.tag(key, *values), others)


def _narrowed(target: PatchTarget, tags: Iterable[_Filter]) -> PatchTarget:
    for key, values in tags:
        target = target.and_tag(key, *values)
    return target


def _by_filters(filters: list[_Filter]) -> PatchTarget:
    """Make the target anew, so that a template of any hand is checked as the construct checks its own."""
    tags = [(key.removeprefix(TAG), values) for key, values in filters if key.startswith(TAG)]
    match [each for each in filters if not each[0].startswith(TAG)]:
        case [] if tags:
            return _by_tags(tags)
        case [(target_keys.TAG_KEY, (key,))]:
            return _narrowed(PatchTarget.tag_key(key), tags)
        case [(key, ids)] if key == INSTANCE_IDS and not tags:
            return PatchTarget.instance_ids(*ids)
        case [(target_keys.RESOURCE_GROUP, (name,))] if not tags:
            return PatchTarget.resource_group(name)
        case _:
            raise refusal("targets", "must be tags, node ids or one resource group", _shown(filters), _NAME_THE_NODES)


# --- A schedule of a template -------------------------------------------------------------------------

# What `now` can say; a document's parameters beyond these would be dropped silently.
_PARAMETERS: Final = frozenset(
    {
        OPERATION,
        REBOOT_OPTION,
        BASELINE_OVERRIDE,
        INSTALL_OVERRIDE_LIST,
        EXECUTION_TIMEOUT,
        SNAPSHOT_ID,
        *HOOKS.values(),
    }
)


@dataclass(frozen=True, slots=True)
class _Schedule:
    """A window of a template, with what its one task that patches says."""

    name: str
    stack_environment: str
    said: Mapping[str, Text]
    targets: tuple[TargetRecord, ...]

    @property
    def environment(self) -> tuple[str | None, str | None]:
        """The account and the region of the stack, each None where the stack is for any."""
        account, _, region = self.stack_environment.removeprefix("aws://").partition("/")
        return (
            None if account in {"", "unknown-account"} else account,
            None if region in {"", "unknown-region"} else region,
        )

    def known(self, what: str, value: Text, fix: str) -> str | None:
        """Return a value that the command cannot go without."""
        if isinstance(value, Deferred):
            rule = "must be known before deployment"
            raise refusal(f"schedule {self.name!r}: {what}", rule, value.intrinsic, fix)
        return value

    def hooks(self) -> PatchHooks | None:
        """Return the documents that run around the install."""
        fix = f"to install without hooks, {_NAME_THE_NODES}"
        documents = {field: self.known(name, self.said.get(name), fix) for field, name in HOOKS.items()}
        return PatchHooks(**documents) if any(documents.values()) else None

    def target(self) -> PatchTarget:
        """Return the nodes as one target: a window may have several, a command has one."""
        every = [self._filters(each) for each in self.targets]
        match every:
            case [filters]:
                return _by_filters(filters)
            case [[(key, _)], *_] if all(len(each) == 1 and each[0][0] == key for each in every):
                values = dict.fromkeys(value for [(_, values)] in every for value in values)
                return _by_filters([(key, tuple(values))])
            case _:
                got = " or ".join(map(_shown, every)) or "none"
                what = f"schedule {self.name!r}: the targets"
                raise refusal(what, "must go into one command", got, _NAME_THE_NODES)

    def _filters(self, target: TargetRecord) -> list[_Filter]:
        return [
            (self._known_text(key), tuple(self._known_text(value) for value in values))
            for key, values in target.filters
        ]

    def _known_text(self, value: Text) -> str:
        return self.known("a target", value, _NAME_THE_NODES) or ""


def _shown(filters: list[_Filter]) -> str:
    return " and ".join(f"{key}={','.join(values)}" for key, values in filters)


def _schedule(options: Options) -> _Schedule | None:
    """Find the schedule that the options name, if they name a template."""
    if options.template is None:
        return None
    window = find_window(read_windows(options.template, use_defaults=options.use_defaults), options.schedule)
    task = _task(window)
    said = {name: task.parameter(name) for name in task.parameters}
    return _Schedule(
        name=window.label,
        stack_environment=window.environment,
        said=said | {"MaxConcurrency": task.max_concurrency, "MaxErrors": task.max_errors},
        targets=_targets(window, task),
    )


def _targets(window: WindowRecord, task: TaskRecord) -> tuple[TargetRecord, ...]:
    """Return the targets of the task; one that is not found would leave nodes unpatched."""
    found = {each.logical_id: each for each in window.targets}
    for name in task.target_ids:
        if name not in found:
            what = f"schedule {window.label!r}: a target"
            raise refusal(what, "must stand in the template, at the same window", str(name), _NAME_THE_NODES)
    return tuple(found[str(name)] for name in task.target_ids)


def _task(window: WindowRecord) -> TaskRecord:
    patching = [each for each in window.tasks if each.document in PATCH_DOCUMENTS]
    what = f"schedule {window.label!r}"
    if window.is_frozen and not window.tasks:
        raise refusal(what, "must have a task", "a frozen schedule, which has none", _NAME_THE_NODES)
    if len(patching) != 1:
        got = ", ".join(f"{each.logical_id} ({each.document})" for each in window.tasks) or "no task"
        raise refusal(what, f"must have exactly one task that runs {' or '.join(PATCH_DOCUMENTS)}", got)
    foreign = sorted(set(patching[0].parameters) - _PARAMETERS)
    if foreign:
        rule = f"must have no parameters but {', '.join(sorted(_PARAMETERS))}"
        raise refusal(what, rule, ", ".join(foreign), _NAME_THE_NODES)
    return patching[0]
