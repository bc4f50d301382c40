"""Rules of what runs on the nodes: the patch documents and their parameters, in tasks and in associations."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from patching_constructs._validation import nearest
from patching_constructs.checks.finding import Answer, Fault, Severity, shown
from patching_constructs.checks.model import Association, Command, Task, bare_name
from patching_constructs.checks.rule import API, CLOUDFORMATION, GUIDE, rule
from patching_constructs.checks.rules._asking import for_each, refused
from patching_constructs.checks.value import Value, listed
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
    mend="Write AWS-RunPatchBaseline or AWS-RunPatchBaselineWithHooks.",
    page=_DOCUMENT,
)
def document_name(runner: Task | Association) -> Iterator[Answer]:
    """A patch document is called by its very name."""
    name = bare_name(runner.document)
    # Another document of AWS's own whose name is near is no slip.
    if name is None or find_document(name) or not name.lower().startswith("aws"):
        return
    near = nearest(name, PATCH_DOCUMENTS, cutoff=0.93)
    if near:
        problem = f"There is no document {shown(name)}; it looks like {near}."
        yield Fault(runner.document, problem, f"Write {near}.")


@rule(
    "DocumentVersion",
    Severity.ERROR,
    of="commands",
    mend="Write $DEFAULT, $LATEST or a number.",
    page=f"{API}API_MaintenanceWindowRunCommandParameters.html",
)
def document_version(command: Command) -> Iterator[Answer]:
    """A document's version is $DEFAULT, $LATEST or a number."""
    runner = command.runner
    version = runner.invocation["DocumentVersion"] if isinstance(runner, Task) else runner["DocumentVersion"]
    if version.is_given and not limits.DOCUMENT_VERSION.fullmatch(version.text() or ""):
        yield Fault(version, f"DocumentVersion must be $DEFAULT, $LATEST or a number, got {shown(version.content)}.")


@rule("ParameterList", Severity.ERROR, of="commands", mend="Put [...] around it.", page=_DOCUMENT)
def parameter_list(command: Command) -> Iterator[Answer]:
    """Every parameter of a document is a list of strings."""
    if command.is_patching:
        yield from for_each((value for _, value in command.parameters.entries()), _listed)


def _listed(value: Value) -> Iterator[Answer]:
    known = value.known()
    if not isinstance(known, list):
        yield Fault(value, f"{value.path[-1]} must be a list of strings, got {shown(known)}.")
    elif any(isinstance(item.content, dict | list) for item in value.items()):
        yield Fault(value, f"{value.path[-1]} must be a list of strings, got {shown(known)}.", "Write strings.")


@rule("ParameterName", Severity.ERROR, of="commands", mend="Leave it out.", page=_DOCUMENT)
def parameter_name(command: Command) -> Iterator[Answer]:
    """A command has the parameters that its document knows, and no other."""
    if not command.is_patching:
        return
    document = command.document_name or ""
    known = _parameters(command)
    for name, value in command.parameters.entries():
        if name not in known:
            yield Fault(value, f"{document} has no parameter {shown(name)}.", _other_name(name, known))


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
    mend="Write a value that the document accepts, or leave it out.",
    page=_DOCUMENT,
)
def parameter_value(command: Command) -> Iterator[Answer]:
    """A parameter has a value that its document accepts."""
    if not command.is_patching:
        return
    known = _parameters(command)
    for name, value in command.parameters.entries():
        if name in known and name not in _OWN_RULES:
            yield from for_each([value], partial(_accepted, known[name]))


def _accepted(parameter: Parameter, value: Value) -> Iterator[Answer]:
    for item in listed(value):
        text = item.text()
        # What stands in {{...}} is filled in when the command is sent.
        if text is not None and "{{" not in text and not parameter.accepts(text):
            yield Fault(value, f"{parameter.name} does not accept {shown(text)}.", _VALUE_FIXES.get(parameter.name))


@rule(
    "Operation", Severity.ERROR, of="commands", mend="Write Operation: [Scan] or Operation: [Install].", page=_DOCUMENT
)
def operation(command: Command) -> Iterator[Answer]:
    """A patch document is told to Scan or to Install."""
    if not command.is_patching:
        return
    given = command.parameters[OPERATION]
    if not given.is_given:
        yield Fault(given, "Operation must be given.")
    else:
        yield from _one_of(given, _parameters(command)[OPERATION])


@rule("RebootOption", Severity.ERROR, of="commands", mend="Write RebootIfNeeded or NoReboot.", page=_DOCUMENT)
def reboot_option(command: Command) -> Iterator[Answer]:
    """What follows an install is RebootIfNeeded or NoReboot."""
    if command.is_patching:
        yield from _one_of(command.parameters[REBOOT_OPTION], _parameters(command)[REBOOT_OPTION])


def _one_of(given: Value, parameter: Parameter) -> Iterator[Answer]:
    words = [word.text() for word in listed(given)]
    if given.is_given and (len(words) != 1 or words[0] not in parameter.allowed_values):
        got = words[0] if len(words) == 1 else given.content
        yield Fault(given, f"{parameter.name} must be one of {', '.join(parameter.allowed_values)}, got {shown(got)}.")


@rule("ScanIgnores", Severity.WARNING, of="commands", mend="Leave it out, or install.", page=_DOCUMENT)
def scan_ignores(command: Command) -> Iterator[Answer]:
    """A scan is given nothing that only an install reads."""
    if not command.is_patching or command.parameter(OPERATION) != PatchOperation.SCAN:
        return
    for name, value in command.parameters.entries():
        if name in (REBOOT_OPTION, INSTALL_OVERRIDE_LIST, *HOOKS.values()) and command.given(name):
            yield Fault(value, f"{name} does nothing with Operation Scan.")


@rule(
    "SnapshotId",
    Severity.ERROR,
    of="commands",
    mend="Leave it out: the service gives every run an id of its own.",
    page=_DOCUMENT,
)
def snapshot_id(command: Command) -> Iterator[Answer]:
    """A window and an association give no snapshot id: one that is written is used again at every run."""
    snapshot = command.given(SNAPSHOT_ID) if command.is_patching else None
    if snapshot is not None:
        ids = snapshot.items()
        got = ids[0].content if len(ids) == 1 else snapshot.content
        yield Fault(snapshot, f"SnapshotId {shown(got)} would be the same at every run.")


@rule("OverridesExclude", Severity.ERROR, of="commands", mend="Keep the one that you mean.", page=_DOCUMENT)
def overrides_exclude(command: Command) -> Iterator[Answer]:
    """A command has a BaselineOverride or an InstallOverrideList, not both."""
    if command.is_patching and all(command.given(name) for name in _OVERRIDES):
        yield Fault(command.parameters[INSTALL_OVERRIDE_LIST], f"{' and '.join(_OVERRIDES)} exclude each other.")


@rule(
    "OverrideUrl",
    Severity.ERROR,
    of="commands",
    mend="Write https://<host>/<path> or s3://<bucket>/<key>, without whitespace, quotes, backticks, $ and //.",
    page=_DOCUMENT,
)
def override_url(command: Command) -> Iterator[Answer]:
    """An override is where a node can read it."""
    if command.is_patching:
        yield from for_each(_given(command, _OVERRIDES), _url)


def _given(command: Command, names: Iterable[str]) -> list[Value]:
    return [value for name in names if (value := command.given(name)) is not None]


def _url(parameter: Value) -> Iterator[Answer]:
    for item in parameter.items():
        url = item.example() or ""
        yield from refused(parameter, str(parameter.path[-1]), lambda url=url: check_override_url("override", url))  # type: ignore[misc]


@rule("OverrideBucket", Severity.WARNING, of="commands", mend="Write s3://<bucket>/<key>.", page=_DOCUMENT)
def override_bucket(command: Command) -> Iterator[Answer]:
    """A file in a bucket is named in the s3:// form, which a private bucket needs."""
    if command.is_patching:
        yield from for_each(_given(command, _OVERRIDES), _bucket)


def _bucket(parameter: Value) -> Iterator[Answer]:
    for item in parameter.items():
        if is_read_without_credentials(item.example() or ""):
            yield Fault(parameter, f"{shown(item.content)} is read without credentials: a private bucket refuses it.")


@rule(
    "HookDocument", Severity.ERROR, of="commands", mend="Write the name or ARN of a Command document.", page=_WITH_HOOKS
)
def hook_document(command: Command) -> Iterator[Answer]:
    """A hook is the name or ARN of a document, 3-200 characters."""
    if command.document_name == RUN_PATCH_BASELINE_WITH_HOOKS:
        for name in HOOKS.values():
            yield from for_each(_given(command, [name]), partial(_hook, _parameters(command)[name]))


def _hook(parameter: Parameter, value: Value) -> Iterator[Answer]:
    for item in value.items():
        if not parameter.accepts(item.text() or ""):
            yield Fault(value, f"{parameter.name} must be a document's name or ARN, got {shown(item.content)}.")


@rule(
    "ScanRecorded",
    Severity.WARNING,
    of="commands",
    mend="Leave BaselineOverride out and register the baseline for the nodes, or read the result in the output.",
    page=f"{GUIDE}patch-manager-baselineoverride-parameter.html",
)
def scan_recorded(command: Command) -> Iterator[Answer]:
    """A scan is recorded: with a BaselineOverride the compliance of the nodes stays what it was."""
    override = command.given(BASELINE_OVERRIDE) if command.is_patching else None
    if override is not None and command.scans:
        yield Fault(override, "With BaselineOverride a scan does not update the compliance of the nodes.")


@rule(
    "AssociationRunsAtOnce",
    Severity.WARNING,
    of="associations",
    mend="Set ApplyOnlyAtCronInterval to true.",
    page=_ASSOCIATION,
)
def association_runs_at_once(association: Association) -> Iterator[Answer]:
    """An association that installs waits for its schedule, rather than patch as soon as it is deployed."""
    if not Command(association).installs:
        return
    waits = association["ApplyOnlyAtCronInterval"]
    if not waits.is_true():
        at = waits if waits.is_given else association.properties
        yield Fault(at, "The association installs as soon as it is deployed, and nodes may reboot then.")
