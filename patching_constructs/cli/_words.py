"""Records in words: what a window does, for a person to read."""

from cron_descriptor import FormatException, Options, get_description

from patching_constructs._errors import PatchingError
from patching_constructs.assembly import Deferred, TargetRecord, TaskRecord, Text, WindowRecord
from patching_constructs.command import PatchOperation, RebootOption
from patching_constructs.schedule._cron import CronExpression
from patching_constructs.schedule._rule import At, Rate, parse_rule

UNKNOWN = "not known before deployment"


def schedule_in_words(window: WindowRecord) -> str:
    """Say when a window opens: ``At 04:00, on the second Tuesday of the month, then 5 days later``."""
    if window.schedule is None or isinstance(window.schedule, Deferred):
        return text(window.schedule)
    try:
        rule = parse_rule(window.schedule)
    except PatchingError as error:
        return f"{window.schedule}: {error}"
    match rule:
        case CronExpression():
            return _cron_in_words(rule) + _offset_in_words(window.schedule_offset)
        case Rate(count, unit):
            return f"Every {unit}" if count == 1 else f"Every {count} {unit}s"
        case At(moment):
            return f"Once, on {moment:%Y-%m-%d} at {moment:%H:%M:%S} UTC"
        case _:
            return UNKNOWN


def _cron_in_words(cron: CronExpression) -> str:
    options = Options()
    options.day_of_week_start_index_zero = False
    options.use_24hour_time_format = True
    fields = [cron.second or "0", cron.minute, cron.hour, cron.day, cron.month, cron.weekday, cron.year]
    # The library knows no last day of the week by the name of L.
    fields[5] = "SAT" if str(cron.weekday) == "L" else cron.weekday
    try:
        words = get_description(" ".join(map(str, fields)), options)
    except FormatException:
        return str(cron)
    every_day = str(cron.day) in "*?" and str(cron.weekday) in "*?"
    return f"{words}, every day" if every_day and "every" not in words.lower() else words


def _offset_in_words(offset: Text) -> str:
    if offset is None:
        return ""
    return f", then {text(offset)} {'day' if offset == '1' else 'days'} later"


def length_in_words(window: WindowRecord) -> str:
    """Say how long a window is open, and when it starts nothing new."""
    return f"{text(window.duration)} h open; in the last {text(window.cutoff)} h nothing new starts"


def targets_in_words(window: WindowRecord) -> str:
    """Say which nodes a window patches."""
    return " or ".join(map(_target_in_words, window.targets)) or "none"


def _target_in_words(target: TargetRecord) -> str:
    return " and ".join(
        f"has a tag {_listed(values)}" if key == "tag-key" else f"{text(key).removeprefix('tag:')} = {_listed(values)}"
        for key, values in target.filters
    )


def _listed(values: tuple[Text, ...]) -> str:
    return " | ".join(map(text, values))


def operation_in_words(task: TaskRecord) -> str:
    """Say what a task does on a node."""
    operation = task.parameters.get("Operation")
    match operation:
        case PatchOperation.SCAN:
            return "Scan: report missing patches"
        case PatchOperation.INSTALL:
            return "Install missing patches"
        case None:
            return text(task.document)
        case _:
            return text(operation)


def reboot_in_words(task: TaskRecord) -> str:
    """Say whether the nodes reboot."""
    operation, option = task.parameters.get("Operation"), task.parameters.get("RebootOption")
    if operation == PatchOperation.SCAN:
        return "no"
    match option:
        case None | RebootOption.REBOOT_IF_NEEDED:
            return "when a patch was installed"
        case RebootOption.NO_REBOOT:
            return "no; nodes stay non-compliant until a reboot and the next scan"
        case _:
            return text(option)


def text(value: Text) -> str:
    """Say a value that the template may not know."""
    match value:
        case None:
            return "none"
        case Deferred():
            return UNKNOWN
        case _:
            return value
