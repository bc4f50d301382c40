"""Rules for names, descriptions, and required properties."""

from collections.abc import Iterator

from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import API, CLOUDFORMATION, rule
from patching_constructs.checks.rules._value_checks import length
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.ssm import limits
from patching_constructs.template.baselines import BASELINE
from patching_constructs.template.maintenance_windows import TARGET, TASK, WINDOW
from patching_constructs.template.required_properties import REQUIRED
from patching_constructs.template.resource import Resource
from patching_constructs.template.value import Value, shown

_UNSUPPORTED = {WINDOW: ("Enabled",), TASK: ("AlarmConfiguration",)}
_LONGEST_DESCRIPTION = {
    WINDOW: limits.DESCRIPTION_LENGTH,
    TARGET: limits.DESCRIPTION_LENGTH,
    TASK: limits.DESCRIPTION_LENGTH,
    BASELINE: limits.BASELINE_DESCRIPTION_LENGTH,
}


@rule(
    "ResourceName",
    Severity.ERROR,
    of="named",
    fix="Use 3-128 letters, digits, underscores, hyphens, or periods. For targets and tasks, you can remove Name.",
    page=f"{API}API_CreateMaintenanceWindow.html",
)
def resource_name(resource: Resource, _: Context) -> Iterator[Outcome]:
    """Name must be 3-128 letters, digits, underscores, hyphens, or periods."""
    name = resource["Name"]
    if name.is_given and not limits.WINDOW_NAME.fullmatch(name.example() or ""):
        yield Violation(
            name, f"Name must be 3-128 letters, digits, underscores, hyphens, or periods, got {shown(name.content)}."
        )


@rule(
    "DescriptionLength",
    Severity.ERROR,
    of="named",
    fix="Shorten the text.",
    page=f"{API}API_CreateMaintenanceWindow.html",
)
def description_length(resource: Resource, _: Context) -> Iterator[Outcome]:
    """Descriptions must be 1-128 characters, or 1-1024 for a patch baseline."""
    yield from _text(resource["Description"], _LONGEST_DESCRIPTION[resource.type])
    if resource.type == TARGET:
        yield from _text(resource["OwnerInformation"], limits.OWNER_INFORMATION_LENGTH)


def _text(text: Value, longest: int) -> Iterator[Outcome]:
    if text.is_given:
        yield from length(text, longest)


@rule(
    "UnsupportedProperty",
    Severity.ERROR,
    of="named",
    fix="Remove the property. To suspend patching, remove the task, as PatchSchedule(enabled=False) does.",
    page=f"{CLOUDFORMATION}AWS_SSM.html",
)
def unsupported_property(resource: Resource, _: Context) -> Iterator[Outcome]:
    """A resource must not set properties that CloudFormation does not support."""
    for name in _UNSUPPORTED.get(resource.type, ()):
        if resource[name].is_given:
            yield Violation(resource[name], f"CloudFormation does not support {name} on this resource.")


@rule(
    "RequiredProperty",
    Severity.ERROR,
    of="named",
    fix="Add the property.",
    page=f"{CLOUDFORMATION}AWS_SSM.html",
)
def required_property(resource: Resource, _: Context) -> Iterator[Outcome]:
    """Properties that the service requires must be set."""
    missing = [name for name in REQUIRED[resource.type] if not resource[name].is_given]
    if missing:
        yield Violation(resource.properties, f"Required properties are missing: {', '.join(missing)}.")
