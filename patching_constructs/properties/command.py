"""What runs on a node: the name and the parameters of the patch document.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaselinewithhooks.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from patching_constructs._errors import refusal
from patching_constructs._tokens import as_text, is_unresolved
from patching_constructs._validation import check_literal, check_type, nearest
from patching_constructs.properties._document_names import document_name
from patching_constructs.properties._durations import whole_number
from patching_constructs.properties._override_url import check_override_url
from patching_constructs.properties.document_parameters import check_hook
from patching_constructs.ssm import limits
from patching_constructs.ssm.documents import Document, find_document, known_documents

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_ssm import IDocumentRef

RUN_PATCH_BASELINE: Final = "AWS-RunPatchBaseline"
RUN_PATCH_BASELINE_WITH_HOOKS: Final = "AWS-RunPatchBaselineWithHooks"
PATCH_DOCUMENTS: Final = (RUN_PATCH_BASELINE, RUN_PATCH_BASELINE_WITH_HOOKS)

# The document parameters of the properties below. `ssm.documents` has the parameters of each document.
OPERATION: Final = "Operation"
REBOOT_OPTION: Final = "RebootOption"
SNAPSHOT_ID: Final = "SnapshotId"
BASELINE_OVERRIDE: Final = "BaselineOverride"
INSTALL_OVERRIDE_LIST: Final = "InstallOverrideList"
EXECUTION_TIMEOUT: Final = "StepTimeoutSeconds"
HOOKS: Final = {
    "pre_install": "PreInstallHookDocName",
    "post_install": "PostInstallHookDocName",
    "on_exit": "OnExitHookDocName",
}


class PatchOperation(StrEnum):
    """What the patch command does on a node."""

    SCAN = "Scan"
    """Report the missing patches, without installing them and without a reboot."""
    INSTALL = "Install"
    """Install the missing patches that the baseline approves, and reboot according to `RebootOption`."""


class RebootOption(StrEnum):
    """Whether a node reboots after patches were installed."""

    REBOOT_IF_NEEDED = "RebootIfNeeded"
    """Reboot the node if any patch was installed. The service's default."""
    NO_REBOOT = "NoReboot"
    """Never reboot. The node stays non-compliant until it is rebooted and scanned again."""


@dataclass(frozen=True, slots=True)
class PatchHooks:
    """SSM documents that run on a node before and after patches are installed on it.

    With hooks, the patch document is ``AWS-RunPatchBaselineWithHooks``. It requires SSM Agent 3.0.502 or later, and
    does not support macOS, overrides and an execution timeout. Each hook is the name or ARN of a Command document,
    3-200 characters, or a document of the app such as a `HookDocument`; at least one is required.

    On a node without missing patches and pending reboots, only `on_exit` runs.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaselinewithhooks.html

    Raises:
        PatchingError: no document is given, or the name of a document is invalid.
    """

    pre_install: "str | IDocumentRef | None" = None
    """Runs before patches are installed; if it fails, nothing is installed, and `on_exit` runs. Default: none."""
    post_install: "str | IDocumentRef | None" = None
    """Runs after patches are installed, before the reboot. Default: none."""
    on_exit: "str | IDocumentRef | None" = None
    """Runs at the end of an install, after the reboot, also after a step that failed. Default: none."""

    def __post_init__(self) -> None:
        given = self.documents
        if not given:
            raise refusal("PatchHooks", "requires pre_install, post_install or on_exit", "none")
        for name, document in given.items():
            _check_hook(name, document)
            check_hook(f"PatchHooks {name}", getattr(self, name))

    @property
    def documents(self) -> dict[str, str]:
        """The given documents, by property name."""
        return {name: document_name(f"PatchHooks {name}", document) for name, document in self.given.items()}

    @property
    def given(self) -> "dict[str, str | IDocumentRef]":
        """The documents as they were given, by property name."""
        every = {name: getattr(self, name) for name in HOOKS}
        return {name: document for name, document in every.items() if document is not None}


def similar_patch_document(name: str | None) -> str | None:
    """Return the patch document that a misspelled name most likely means; None for any other name."""
    # Another AWS document with a similar name is not a typo.
    if name is None or find_document(name) or not name.lower().startswith("aws"):
        return None
    return nearest(name, PATCH_DOCUMENTS, cutoff=0.93)


def _check_hook(name: str, document: str) -> None:
    check_type(f"PatchHooks {name}", document, str)
    if is_unresolved(document):
        return
    parameter = known_documents()[RUN_PATCH_BASELINE_WITH_HOOKS].parameters[HOOKS[name]]
    if not document or not parameter.accepts(document):
        rule = "must be the name or ARN of an SSM document, 3-200 letters, digits and _-.:/"
        raise refusal(f"PatchHooks {name}", rule, repr(document))


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchCommand:
    """A command that runs a patch document: the service gets `document_name` and `parameters`.

    There is no SnapshotId, because a maintenance window supplies one, and a one-time command gets a new one when it is
    sent.

    Raises:
        PatchingError: two properties cannot be used together, or the document does not have a parameter or does not
            accept its value.
    """

    operation: PatchOperation | str
    """A string must be one of the literals, or a token."""
    reboot_option: RebootOption | str | None = None
    """A string must be one of the literals, or a token."""
    hooks: PatchHooks | None = None
    baseline_override: str | None = None
    install_override_list: str | None = None
    execution_timeout_seconds: float | None = None
    """How long patching can run on a node, 1-36,000 whole seconds. Default: that of the document, 10,800 (3 hours).
    Messages use the name of the schedule's property, ``execution_timeout``."""

    def __post_init__(self) -> None:
        _check_types(self)
        _check_operation(self)
        _check_overrides(self)
        if self.execution_timeout_seconds is not None:
            whole_number(
                "execution_timeout", self.execution_timeout_seconds, "seconds", limits.EXECUTION_TIMEOUT_SECONDS
            )
        _check_document(self)

    @property
    def document_name(self) -> str:
        """``AWS-RunPatchBaseline``, or ``AWS-RunPatchBaselineWithHooks`` if there are hooks."""
        return RUN_PATCH_BASELINE_WITH_HOOKS if self.hooks else RUN_PATCH_BASELINE

    @property
    def document(self) -> Document:
        """The document, with its parameters."""
        return known_documents()[self.document_name]

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The given parameters of the document, each with a list of strings."""
        hooks = self.hooks.documents if self.hooks else {}
        given = {_PARAMETERS[name]: as_text(value) for name, value in _given(self).items()}
        given |= {HOOKS[name]: document for name, document in hooks.items()}
        return {name: [value] for name, value in given.items()}


def check_patch_parameters(document: str, given: Mapping[str, str]) -> None:
    """Check the parameters of a patch document as those of a schedule.

    Raises:
        PatchingError: two parameters cannot be used together, or a value is invalid.
    """
    hooks = {name: given[parameter] for name, parameter in HOOKS.items() if given.get(parameter)}
    timeout = given.get(EXECUTION_TIMEOUT)
    PatchCommand(
        operation=given.get(OPERATION, ""),
        reboot_option=given.get(REBOOT_OPTION),
        hooks=PatchHooks(**hooks) if hooks and document == RUN_PATCH_BASELINE_WITH_HOOKS else None,
        baseline_override=given.get(BASELINE_OVERRIDE) or None,
        install_override_list=given.get(INSTALL_OVERRIDE_LIST) or None,
        execution_timeout_seconds=None if timeout is None or is_unresolved(timeout) else float(timeout),
    )


def _check_types(command: PatchCommand) -> None:
    if command.hooks is not None:
        check_type("hooks", command.hooks, PatchHooks, "write PatchHooks(pre_install=...)")
    for name in ("baseline_override", "install_override_list"):
        if getattr(command, name) is not None:
            check_type(name, getattr(command, name), str)


_PARAMETERS: Final = {
    "operation": OPERATION,
    "reboot_option": REBOOT_OPTION,
    "baseline_override": BASELINE_OVERRIDE,
    "install_override_list": INSTALL_OVERRIDE_LIST,
    "execution_timeout": EXECUTION_TIMEOUT,
}
_INSTEAD_OF_HOOKS: Final = {
    "baseline_override": "leave hooks out, or register the baselines instead: PatchBaseline(patch_groups=[...])",
    "install_override_list": "leave hooks out, or approve the patches: PatchBaseline(approved_patches=[...])",
    "execution_timeout": "leave one of them out",
}


def _given(command: PatchCommand) -> dict[str, str | float]:
    """Return the given properties, by their names in messages."""
    timeout = command.execution_timeout_seconds
    every = {
        "operation": command.operation,
        "reboot_option": command.reboot_option,
        "baseline_override": command.baseline_override,
        "install_override_list": command.install_override_list,
        "execution_timeout": timeout if timeout is None or is_unresolved(timeout) else int(timeout),
    }
    return {name: value for name, value in every.items() if value is not None}


def _check_operation(command: PatchCommand) -> None:
    check_literal("operation", command.operation, PatchOperation)
    if command.reboot_option is not None:
        check_literal("reboot_option", command.reboot_option, RebootOption)
    if command.operation != PatchOperation.SCAN:
        return
    for name in ("reboot_option", "hooks", "install_override_list"):
        value = getattr(command, name)
        if value is not None:
            rule = "requires operation INSTALL instead of SCAN, because a scan installs nothing"
            raise refusal(name, rule, _shown(value), "leave it out")


def _check_overrides(command: PatchCommand) -> None:
    baseline, install = command.baseline_override, command.install_override_list
    if baseline is not None and install is not None:
        fix = "keep only one of them"
        raise refusal(
            "baseline_override",
            "cannot be used with install_override_list",
            f"{_shown(baseline)} and {_shown(install)}",
            fix,
        )
    for what, url in (("baseline_override", baseline), ("install_override_list", install)):
        if url is not None and not is_unresolved(url):
            check_override_url(what, url)


def _check_document(command: PatchCommand) -> None:
    for name, value in _given(command).items():
        if _PARAMETERS[name] not in command.document.parameters:
            rule = f"cannot be used with hooks: {command.document_name} has no {_PARAMETERS[name]}"
            raise refusal(name, rule, _shown(value), _INSTEAD_OF_HOOKS[name])


def _shown(value: object) -> str:
    if is_unresolved(value):
        return "a token"
    match value:
        case PatchHooks():
            return "PatchHooks"
        case int():
            return f"{value} seconds"
        case _:
            return repr(str(value))
