"""Rules for commands: the patch documents and their parameters, in tasks and in associations."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from patching_constructs._validation import nearest
from patching_constructs.checks.context import Context
from patching_constructs.checks.own_documents import parameters_of
from patching_constructs.checks.rule import API, GUIDE, rule
from patching_constructs.checks.rules._value_checks import for_each, refused
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.properties._override_url import check_override_url
from patching_constructs.properties._s3_urls import is_read_without_credentials
from patching_constructs.properties.command import (
    BASELINE_OVERRIDE,
    EXECUTION_TIMEOUT,
    HOOKS,
    INSTALL_OVERRIDE_LIST,
    OPERATION,
    PATCH_DOCUMENTS,
    REBOOT_OPTION,
    RUN_PATCH_BASELINE_WITH_HOOKS,
    SNAPSHOT_ID,
    PatchOperation,
    RebootOption,
    similar_patch_document,
)
from patching_constructs.ssm import limits
from patching_constructs.ssm.documents import Parameter, known_documents
from patching_constructs.template.commands import Command
from patching_constructs.template.value import UnknownError, Value, listed, shown

_DOCUMENT = f"{GUIDE}patch-manager-aws-runpatchbaseline.html"
_WITH_HOOKS = f"{GUIDE}patch-manager-aws-runpatchbaselinewithhooks.html"
_OVERRIDES = (BASELINE_OVERRIDE, INSTALL_OVERRIDE_LIST)
# Parameters whose values are checked by separate rules.
_OWN_RULES = (OPERATION, REBOOT_OPTION, *_OVERRIDES, *HOOKS.values())
# Run Command takes a value from Parameter Store for {{ssm:name}}.
# https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-param-runcommand.html
_STORED = "{{ssm:"
_VALUE_FIXES = {EXECUTION_TIMEOUT: 'Set it to 1-36000 seconds, for example ["10800"].'}


@rule(
    "DocumentName",
    Severity.ERROR,
    of="commands",
    fix="Use AWS-RunPatchBaseline or AWS-RunPatchBaselineWithHooks.",
    page=_DOCUMENT,
)
def document_name(command: Command, _: Context) -> Iterator[Outcome]:
    """The name of a patch document must be spelled exactly as AWS publishes it."""
    near = similar_patch_document(command.document_name)
    if near:
        problem = f"{shown(command.document_name)} is not a known AWS document; the most similar name is {near}."
        yield Violation(command.document, problem, f"Use {near}.")


@rule(
    "DocumentVersion",
    Severity.ERROR,
    of="commands",
    fix="Set DocumentVersion to $DEFAULT, $LATEST, or a number.",
    page=f"{API}API_MaintenanceWindowRunCommandParameters.html",
)
def document_version(command: Command, _: Context) -> Iterator[Outcome]:
    """DocumentVersion must be $DEFAULT, $LATEST, or a number."""
    version = command.document_version
    if version.is_given and not limits.DOCUMENT_VERSION.fullmatch(version.text() or ""):
        yield Violation(
            version, f"DocumentVersion must be $DEFAULT, $LATEST, or a number, got {shown(version.content)}."
        )


@rule("ParameterList", Severity.ERROR, of="commands", fix="Enclose the value in [...].", page=_DOCUMENT)
def parameter_list(command: Command, _: Context) -> Iterator[Outcome]:
    """Every document parameter must be a list of strings."""
    if command.known_parameters and not command.is_scalar_accepted:
        yield from for_each((value for _, value in command.parameters.entries()), _listed)


def _listed(value: Value) -> Iterator[Outcome]:
    if value.is_unknown_list:
        return
    known = value.known()
    if not value.is_list:
        yield Violation(value, f"{value.path[-1]} must be a list of strings, got {shown(known)}.")
    elif any(item.is_nested for item in value.items()):
        yield Violation(
            value, f"{value.path[-1]} must be a list of strings, got {shown(known)}.", "Use only strings as items."
        )


@rule("ParameterName", Severity.ERROR, of="commands", fix="Remove the parameter.", page=_DOCUMENT)
def parameter_name(command: Command, deployment: Context) -> Iterator[Outcome]:
    """A command must use only parameters that its document defines."""
    known = parameters_of(command, deployment)
    if known is None:
        return
    for name, value in command.parameters.entries():
        if name not in known and value.is_given:
            problem = f"{command.intended_document} has no parameter {shown(name)}."
            yield Violation(value, problem, _other_name(name, command, known))


def _other_name(name: str, command: Command, known: Mapping[str, Parameter]) -> str | None:
    having = _document_with(name)
    if having and command.is_patching:
        return f"Use {having}, or remove the parameter."
    near = nearest(name, known)
    return f"Use {near}." if near else None


def _document_with(name: str) -> str | None:
    return next((document for document in PATCH_DOCUMENTS if name in known_documents()[document].parameters), None)


@rule(
    "ParameterValue",
    Severity.ERROR,
    of="commands",
    fix="Use a value that the document accepts, or remove the parameter.",
    page=_DOCUMENT,
)
def parameter_value(command: Command, deployment: Context) -> Iterator[Outcome]:
    """A parameter must have a value that its document accepts."""
    known = parameters_of(command, deployment) or {}
    for name, value in command.parameters.entries() if known else ():
        # `ParameterName` reports a misspelled name. The rules of single parameters do not see its value.
        meant = name if name in known or _document_with(name) else nearest(name, known)
        parameter = known.get(meant or "")
        if parameter is not None and not (command.is_patching and name in _OWN_RULES):
            yield from for_each([value], partial(_accepted, parameter))


def _accepted(parameter: Parameter, value: Value) -> Iterator[Outcome]:
    if parameter.accepts_any:
        return
    for item in listed(value):
        if _has_accepted_form(parameter, item):
            continue
        text = item.text()
        # {{...}} is resolved when the command is sent.
        if text is not None and "{{" not in text and not parameter.accepts(text):
            yield Violation(
                value,
                f"{parameter.name} must be a value that the document accepts, got {shown(text)}.",
                _VALUE_FIXES.get(parameter.name),
            )


def _has_accepted_form(parameter: Parameter, item: Value) -> bool:
    """Return whether the form of a value is certain, such as the ARN of a role of the template, and accepted."""
    try:
        return item.is_unknown and not parameter.allowed_values and parameter.accepts(item.example() or "")
    except UnknownError:
        return False


@rule("Operation", Severity.ERROR, of="commands", fix="Set Operation to [Scan] or [Install].", page=_DOCUMENT)
def operation(command: Command, _: Context) -> Iterator[Outcome]:
    """Operation of a patch document must be Scan or Install."""
    if not command.is_patching:
        return
    given = command.parameters[OPERATION]
    if not given.is_given:
        yield Violation(given, "Operation is required.")
    else:
        yield from _one_of(command, OPERATION)


@rule(
    "RebootOption", Severity.ERROR, of="commands", fix="Set RebootOption to RebootIfNeeded or NoReboot.", page=_DOCUMENT
)
def reboot_option(command: Command, _: Context) -> Iterator[Outcome]:
    """RebootOption must be RebootIfNeeded or NoReboot."""
    if command.is_patching:
        yield from _one_of(command, REBOOT_OPTION)


def _one_of(command: Command, name: str) -> Iterator[Outcome]:
    given, parameter = command.parameters[name], command.known_parameters.get(name)
    if parameter is None or command.is_decided_later(given):
        return
    words = [word.text() for word in listed(given)]
    if any(_STORED in (word or "") for word in words):
        raise UnknownError(given, f"{name} is a parameter of Parameter Store: {shown(given.content)}")
    if given.is_given and (len(words) != 1 or words[0] not in parameter.allowed_values):
        got = words[0] if len(words) == 1 else given.content
        yield Violation(
            given, f"{parameter.name} must be one of {', '.join(parameter.allowed_values)}, got {shown(got)}."
        )


@rule(
    "IgnoredByScan",
    Severity.WARNING,
    of="commands",
    fix="Remove the parameter, or set Operation to Install.",
    page=_DOCUMENT,
)
def ignored_by_scan(command: Command, _: Context) -> Iterator[Outcome]:
    """A scan should not set parameters that only an install uses."""
    if not command.is_patching or command.parameter(OPERATION) != PatchOperation.SCAN:
        return
    for name, value in command.parameters.entries():
        if name in (INSTALL_OVERRIDE_LIST, *HOOKS.values()) and command.given(name):
            yield Violation(value, f"{name} has no effect with Operation: Scan.")
    reboot = command.given(REBOOT_OPTION)
    if reboot is not None and command.parameter(REBOOT_OPTION) != RebootOption.NO_REBOOT:
        yield Violation(reboot, f"{REBOOT_OPTION} has no effect with Operation: Scan.")


@rule("NoRebootWithScan", Severity.NOTE, of="commands", fix="Remove RebootOption.", page=_DOCUMENT)
def no_reboot_with_scan(command: Command, _: Context) -> Iterator[Outcome]:
    """A scan should not set RebootOption: NoReboot, because it never reboots a node."""
    if command.is_patching and command.scans and command.parameter(REBOOT_OPTION) == RebootOption.NO_REBOOT:
        yield Violation(command.parameters[REBOOT_OPTION], "A scan never reboots a node, with or without NoReboot.")


@rule(
    "SnapshotId",
    Severity.WARNING,
    of="commands",
    fix="Remove SnapshotId. In a maintenance window, Systems Manager supplies one for each execution.",
    page=_DOCUMENT,
)
def snapshot_id(command: Command, _: Context) -> Iterator[Outcome]:
    """SnapshotId should not be a fixed ID, because every execution would use the same one."""
    snapshot = command.given(SNAPSHOT_ID) if command.is_patching else None
    if snapshot is not None:
        ids = listed(snapshot)
        got = ids[0].content if len(ids) == 1 else snapshot.content
        # A pseudo parameter such as {{WINDOW_EXECUTION_ID}} is replaced in each execution.
        if "{{" not in str(got):
            yield Violation(snapshot, f"SnapshotId {shown(got)} would be the same in every execution.")


@rule("ConflictingOverrides", Severity.ERROR, of="commands", fix="Remove one of the two overrides.", page=_DOCUMENT)
def conflicting_overrides(command: Command, _: Context) -> Iterator[Outcome]:
    """A command must not use both BaselineOverride and InstallOverrideList."""
    if command.is_patching and all(command.given(name) for name in _OVERRIDES):
        yield Violation(
            command.parameters[INSTALL_OVERRIDE_LIST], f"{' and '.join(_OVERRIDES)} cannot be used together."
        )


@rule(
    "OverrideUrl",
    Severity.ERROR,
    of="commands",
    fix="Use https://<host>/<path> or s3://<bucket>/<key>, without whitespace, quotes, backticks, $, or //.",
    page=_DOCUMENT,
)
def override_url(command: Command, _: Context) -> Iterator[Outcome]:
    """An override must be an https:// or s3:// URL that the document accepts."""
    if command.is_patching:
        yield from for_each(_given(command, _OVERRIDES), _url)


def _given(command: Command, names: Iterable[str]) -> list[Value]:
    return [value for name in names if (value := command.given(name)) is not None]


def _url(parameter: Value) -> Iterator[Outcome]:
    for item in parameter.each():
        url = item.example() or ""
        yield from refused(parameter, str(parameter.path[-1]), lambda url=url: check_override_url("override", url))  # type: ignore[misc]


@rule("OverrideBucketUrl", Severity.WARNING, of="commands", fix="Use s3://<bucket>/<key>.", page=_DOCUMENT)
def override_bucket_url(command: Command, _: Context) -> Iterator[Outcome]:
    """An override file in Amazon S3 should be specified in the s3:// form, which a private bucket requires."""
    if command.is_patching:
        yield from for_each(_given(command, _OVERRIDES), _bucket)


def _bucket(parameter: Value) -> Iterator[Outcome]:
    for item in parameter.each():
        if is_read_without_credentials(item.example() or ""):
            yield Violation(parameter, f"A private bucket requires the s3:// form, got {shown(item.content)}.")


@rule(
    "HookDocument",
    Severity.ERROR,
    of="commands",
    fix="Set the hook to the name or ARN of a Command document.",
    page=_WITH_HOOKS,
)
def hook_document(command: Command, _: Context) -> Iterator[Outcome]:
    """A hook must be a document name or ARN of 3-200 characters."""
    if command.document_name == RUN_PATCH_BASELINE_WITH_HOOKS:
        for name in HOOKS.values():
            yield from for_each(_given(command, [name]), partial(_hook, command.known_parameters[name]))


def _hook(parameter: Parameter, value: Value) -> Iterator[Outcome]:
    for item in value.each():
        if not parameter.accepts(item.example() or ""):
            yield Violation(value, f"{parameter.name} must be a document name or ARN, got {shown(item.content)}.")


@rule(
    "UnrecordedScan",
    Severity.WARNING,
    of="commands",
    fix="Remove BaselineOverride and register the baseline for the nodes, or read the results in the command output.",
    page=f"{GUIDE}patch-manager-baselineoverride-parameter.html",
)
def unrecorded_scan(command: Command, _: Context) -> Iterator[Outcome]:
    """A scan should not use BaselineOverride, which keeps its results out of the compliance data."""
    override = command.given(BASELINE_OVERRIDE) if command.is_patching else None
    if override is not None and command.scans:
        yield Violation(override, "A scan with BaselineOverride does not update the compliance data of the nodes.")
