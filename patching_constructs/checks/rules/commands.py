"""Rules of what runs on the nodes: the patch documents and their parameters, in tasks and in associations."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from patching_constructs._validation import nearest
from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import API, CLOUDFORMATION, GUIDE, rule
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
)
from patching_constructs.ssm import limits
from patching_constructs.ssm.documents import Parameter, find_document, known_documents
from patching_constructs.template.associations import Association
from patching_constructs.template.commands import Command, bare_name
from patching_constructs.template.maintenance_windows import WindowTask
from patching_constructs.template.value import Value, listed, shown

_DOCUMENT = f"{GUIDE}patch-manager-aws-runpatchbaseline.html"
_WITH_HOOKS = f"{GUIDE}patch-manager-aws-runpatchbaselinewithhooks.html"
_ASSOCIATION = f"{CLOUDFORMATION}aws-resource-ssm-association.html"
_OVERRIDES = (BASELINE_OVERRIDE, INSTALL_OVERRIDE_LIST)
# The parameters whose values have a rule of their own.
_OWN_RULES = (OPERATION, REBOOT_OPTION, SNAPSHOT_ID, *_OVERRIDES, *HOOKS.values())
_VALUE_FIXES = {EXECUTION_TIMEOUT: 'Write 1-36000 seconds, as ["10800"].'}


@rule(
    "DocumentName",
    Severity.ERROR,
    of="runners",
    fix="Write AWS-RunPatchBaseline or AWS-RunPatchBaselineWithHooks.",
    page=_DOCUMENT,
)
def document_name(runner: WindowTask | Association, _: Context) -> Iterator[Outcome]:
    """A patch document is called by its very name."""
    name = bare_name(runner.document)
    # Another document of AWS's own whose name is near is no slip.
    if name is None or find_document(name) or not name.lower().startswith("aws"):
        return
    near = nearest(name, PATCH_DOCUMENTS, cutoff=0.93)
    if near:
        problem = f"There is no document {shown(name)}; it looks like {near}."
        yield Violation(runner.document, problem, f"Write {near}.")


@rule(
    "DocumentVersion",
    Severity.ERROR,
    of="commands",
    fix="Write $DEFAULT, $LATEST or a number.",
    page=f"{API}API_MaintenanceWindowRunCommandParameters.html",
)
def document_version(command: Command, _: Context) -> Iterator[Outcome]:
    """A document's version is $DEFAULT, $LATEST or a number."""
    version = command.document_version
    if version.is_given and not limits.DOCUMENT_VERSION.fullmatch(version.text() or ""):
        yield Violation(
            version, f"DocumentVersion must be $DEFAULT, $LATEST or a number, got {shown(version.content)}."
        )


@rule("ParameterList", Severity.ERROR, of="commands", fix="Put [...] around it.", page=_DOCUMENT)
def parameter_list(command: Command, _: Context) -> Iterator[Outcome]:
    """Every parameter of a document is a list of strings."""
    if command.is_patching:
        yield from for_each((value for _, value in command.parameters.entries()), _listed)


def _listed(value: Value) -> Iterator[Outcome]:
    known = value.known()
    if not value.is_list:
        yield Violation(value, f"{value.path[-1]} must be a list of strings, got {shown(known)}.")
    elif any(item.is_nested for item in value.items()):
        yield Violation(value, f"{value.path[-1]} must be a list of strings, got {shown(known)}.", "Write strings.")


@rule("ParameterName", Severity.ERROR, of="commands", fix="Leave it out.", page=_DOCUMENT)
def parameter_name(command: Command, _: Context) -> Iterator[Outcome]:
    """A command has the parameters that its document knows, and no other."""
    if not command.is_patching:
        return
    document = command.document_name or ""
    known = _parameters(command)
    for name, value in command.parameters.entries():
        if name not in known:
            yield Violation(value, f"{document} has no parameter {shown(name)}.", _other_name(name, known))


def _parameters(command: Command) -> Mapping[str, Parameter]:
    """Return the parameters that the command's document has; none of a document that is not AWS's own."""
    document = find_document(command.document_name)
    return document.parameters if document else {}


def _other_name(name: str, known: Mapping[str, Parameter]) -> str | None:
    having = next((document for document in PATCH_DOCUMENTS if name in known_documents()[document].parameters), None)
    if having:
        return f"Run {having}, or leave it out."
    near = nearest(name, known)
    return f"Write {near}." if near else None


@rule(
    "ParameterValue",
    Severity.ERROR,
    of="commands",
    fix="Write a value that the document accepts, or leave it out.",
    page=_DOCUMENT,
)
def parameter_value(command: Command, _: Context) -> Iterator[Outcome]:
    """A parameter has a value that its document accepts."""
    if not command.is_patching:
        return
    known = _parameters(command)
    for name, value in command.parameters.entries():
        if name in known and name not in _OWN_RULES:
            yield from for_each([value], partial(_accepted, known[name]))


def _accepted(parameter: Parameter, value: Value) -> Iterator[Outcome]:
    for item in listed(value):
        text = item.text()
        # What stands in {{...}} is filled in when the command is sent.
        if text is not None and "{{" not in text and not parameter.accepts(text):
            yield Violation(value, f"{parameter.name} does not accept {shown(text)}.", _VALUE_FIXES.get(parameter.name))


@rule(
    "Operation", Severity.ERROR, of="commands", fix="Write Operation: [Scan] or Operation: [Install].", page=_DOCUMENT
)
def operation(command: Command, _: Context) -> Iterator[Outcome]:
    """A patch document is told to Scan or to Install."""
    if not command.is_patching:
        return
    given = command.parameters[OPERATION]
    if not given.is_given:
        yield Violation(given, "Operation must be given.")
    else:
        yield from _one_of(given, _parameters(command)[OPERATION])


@rule("RebootOption", Severity.ERROR, of="commands", fix="Write RebootIfNeeded or NoReboot.", page=_DOCUMENT)
def reboot_option(command: Command, _: Context) -> Iterator[Outcome]:
    """What follows an install is RebootIfNeeded or NoReboot."""
    if command.is_patching:
        yield from _one_of(command.parameters[REBOOT_OPTION], _parameters(command)[REBOOT_OPTION])


def _one_of(given: Value, parameter: Parameter) -> Iterator[Outcome]:
    words = [word.text() for word in listed(given)]
    if given.is_given and (len(words) != 1 or words[0] not in parameter.allowed_values):
        got = words[0] if len(words) == 1 else given.content
        yield Violation(
            given, f"{parameter.name} must be one of {', '.join(parameter.allowed_values)}, got {shown(got)}."
        )


@rule("IgnoredByScan", Severity.WARNING, of="commands", fix="Leave it out, or install.", page=_DOCUMENT)
def ignored_by_scan(command: Command, _: Context) -> Iterator[Outcome]:
    """A scan is given nothing that only an install reads."""
    if not command.is_patching or command.parameter(OPERATION) != PatchOperation.SCAN:
        return
    for name, value in command.parameters.entries():
        if name in (REBOOT_OPTION, INSTALL_OVERRIDE_LIST, *HOOKS.values()) and command.given(name):
            yield Violation(value, f"{name} does nothing with Operation Scan.")


@rule(
    "SnapshotId",
    Severity.ERROR,
    of="commands",
    fix="Leave it out: the service gives every run an id of its own.",
    page=_DOCUMENT,
)
def snapshot_id(command: Command, _: Context) -> Iterator[Outcome]:
    """A window and an association give no snapshot id: one that is written is used again at every run."""
    snapshot = command.given(SNAPSHOT_ID) if command.is_patching else None
    if snapshot is not None:
        ids = snapshot.items()
        got = ids[0].content if len(ids) == 1 else snapshot.content
        yield Violation(snapshot, f"SnapshotId {shown(got)} would be the same at every run.")


@rule("ConflictingOverrides", Severity.ERROR, of="commands", fix="Keep the one that you mean.", page=_DOCUMENT)
def conflicting_overrides(command: Command, _: Context) -> Iterator[Outcome]:
    """A command has a BaselineOverride or an InstallOverrideList, not both."""
    if command.is_patching and all(command.given(name) for name in _OVERRIDES):
        yield Violation(command.parameters[INSTALL_OVERRIDE_LIST], f"{' and '.join(_OVERRIDES)} exclude each other.")


@rule(
    "OverrideUrl",
    Severity.ERROR,
    of="commands",
    fix="Write https://<host>/<path> or s3://<bucket>/<key>, without whitespace, quotes, backticks, $ and //.",
    page=_DOCUMENT,
)
def override_url(command: Command, _: Context) -> Iterator[Outcome]:
    """An override is where a node can read it."""
    if command.is_patching:
        yield from for_each(_given(command, _OVERRIDES), _url)


def _given(command: Command, names: Iterable[str]) -> list[Value]:
    return [value for name in names if (value := command.given(name)) is not None]


def _url(parameter: Value) -> Iterator[Outcome]:
    for item in parameter.items():
        url = item.example() or ""
        yield from refused(parameter, str(parameter.path[-1]), lambda url=url: check_override_url("override", url))  # type: ignore[misc]


@rule("OverrideBucketUrl", Severity.WARNING, of="commands", fix="Write s3://<bucket>/<key>.", page=_DOCUMENT)
def override_bucket_url(command: Command, _: Context) -> Iterator[Outcome]:
    """A file in a bucket is named in the s3:// form, which a private bucket needs."""
    if command.is_patching:
        yield from for_each(_given(command, _OVERRIDES), _bucket)


def _bucket(parameter: Value) -> Iterator[Outcome]:
    for item in parameter.items():
        if is_read_without_credentials(item.example() or ""):
            yield Violation(
                parameter, f"{shown(item.content)} is read without credentials: a private bucket refuses it."
            )


@rule(
    "HookDocument", Severity.ERROR, of="commands", fix="Write the name or ARN of a Command document.", page=_WITH_HOOKS
)
def hook_document(command: Command, _: Context) -> Iterator[Outcome]:
    """A hook is the name or ARN of a document, 3-200 characters."""
    if command.document_name == RUN_PATCH_BASELINE_WITH_HOOKS:
        for name in HOOKS.values():
            yield from for_each(_given(command, [name]), partial(_hook, _parameters(command)[name]))


def _hook(parameter: Parameter, value: Value) -> Iterator[Outcome]:
    for item in value.items():
        if not parameter.accepts(item.text() or ""):
            yield Violation(value, f"{parameter.name} must be a document's name or ARN, got {shown(item.content)}.")


@rule(
    "UnrecordedScan",
    Severity.WARNING,
    of="commands",
    fix="Leave BaselineOverride out and register the baseline for the nodes, or read the result in the output.",
    page=f"{GUIDE}patch-manager-baselineoverride-parameter.html",
)
def unrecorded_scan(command: Command, _: Context) -> Iterator[Outcome]:
    """A scan is recorded: with a BaselineOverride the compliance of the nodes stays what it was."""
    override = command.given(BASELINE_OVERRIDE) if command.is_patching else None
    if override is not None and command.scans:
        yield Violation(override, "With BaselineOverride a scan does not update the compliance of the nodes.")


@rule(
    "AssociationRunsOnDeployment",
    Severity.WARNING,
    of="associations",
    fix="Set ApplyOnlyAtCronInterval to true.",
    page=_ASSOCIATION,
)
def association_runs_on_deployment(association: Association, deployment: Context) -> Iterator[Outcome]:
    """An association that installs waits for its schedule, rather than patch as soon as it is deployed."""
    if not deployment.command_of(association).installs:
        return
    waits = association["ApplyOnlyAtCronInterval"]
    if not waits.is_true():
        at = waits if waits.is_given else association.properties
        yield Violation(at, "The association installs as soon as it is deployed, and nodes may reboot then.")
