"""What runs on a node: the patch document's name and its parameters. Pure.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaselinewithhooks.html
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from patching_constructs import _limits
from patching_constructs._errors import refusal
from patching_constructs._literals import check_literal
from patching_constructs._tokens import as_text, is_unresolved
from patching_constructs._validation import check_type

RUN_PATCH_BASELINE: Final = "AWS-RunPatchBaseline"
RUN_PATCH_BASELINE_WITH_HOOKS: Final = "AWS-RunPatchBaselineWithHooks"
PATCH_DOCUMENTS: Final = (RUN_PATCH_BASELINE, RUN_PATCH_BASELINE_WITH_HOOKS)


# The parameters of both documents, and of the one with hooks.
OPERATION: Final = "Operation"
REBOOT_OPTION: Final = "RebootOption"
SNAPSHOT_ID: Final = "SnapshotId"
BASELINE_OVERRIDE: Final = "BaselineOverride"
INSTALL_OVERRIDE_LIST: Final = "InstallOverrideList"
HOOKS: Final = {
    "pre_install": "PreInstallHookDocName",
    "post_install": "PostInstallHookDocName",
    "on_exit": "OnExitHookDocName",
}


def parameter_names(document: str) -> tuple[str, ...]:
    """Return the parameters that a patch document has."""
    both = (OPERATION, REBOOT_OPTION, SNAPSHOT_ID, BASELINE_OVERRIDE)
    return (*both, *HOOKS.values()) if document == RUN_PATCH_BASELINE_WITH_HOOKS else (*both, INSTALL_OVERRIDE_LIST)


class PatchOperation(StrEnum):
    """What is done on a node."""

    SCAN = "Scan"
    """Report the missing patches. Nothing is installed, nothing reboots."""
    INSTALL = "Install"
    """Install the missing patches that the baseline approves, and reboot as `RebootOption` says."""


class RebootOption(StrEnum):
    """What follows an install."""

    REBOOT_IF_NEEDED = "RebootIfNeeded"
    """Reboot the node when any patch was installed. The service's default."""
    NO_REBOOT = "NoReboot"
    """Never reboot. A node then stays non-compliant until somebody reboots it and the next scan has run."""


@dataclass(frozen=True, slots=True)
class PatchHooks:
    """SSM documents that run on every node around an install.

    With hooks the document is ``AWS-RunPatchBaselineWithHooks``: SSM Agent 3.0.502 or later, not on macOS, no
    install override list. Each is the name or ARN of a Command document; at least one is given.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaselinewithhooks.html

    Raises:
        PatchingError: no document is given, or a name that no document can have.
    """

    pre_install: str | None = None
    """Runs before patches are installed; where it fails, nothing is installed. Default: nothing runs."""
    post_install: str | None = None
    """Runs after patches are installed, before the reboot. Default: nothing runs."""
    on_exit: str | None = None
    """Runs at the end, after the reboot. Default: nothing runs."""

    def __post_init__(self) -> None:
        for name, document in self.documents.items():
            check_type(f"PatchHooks {name}", document, str)
        given = self.documents
        if not given:
            raise refusal("PatchHooks", "needs a document for pre_install, post_install or on_exit", "none")
        for name, document in given.items():
            if not is_unresolved(document) and not _limits.DOCUMENT_NAME.fullmatch(document):
                raise refusal(f"PatchHooks {name}", "must be the name or ARN of an SSM document", repr(document))

    @property
    def documents(self) -> dict[str, str]:
        """The documents that are given, by the name of their property."""
        every = {name: getattr(self, name) for name in HOOKS}
        return {name: document for name, document in every.items() if document is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchCommand:
    """One run of a patch document: what `document_name` and `parameters` say is what the service gets.

    There is no SnapshotId: a maintenance window supplies its own, and a one-time command gets a fresh one when it
    is sent.

    Raises:
        PatchingError: two properties exclude each other, or an override is not where a node could read it.
    """

    operation: PatchOperation | str
    """A string counts if it is a literal of the set, or a token."""
    reboot_option: RebootOption | str | None = None
    """A string counts if it is a literal of the set, or a token."""
    hooks: PatchHooks | None = None
    baseline_override: str | None = None
    install_override_list: str | None = None
    execution_timeout_seconds: float | None = None

    def __post_init__(self) -> None:
        _check_types(self)
        _check_operation(self)
        _check_overrides(self)

    @property
    def document_name(self) -> str:
        """``AWS-RunPatchBaseline``, or ``AWS-RunPatchBaselineWithHooks`` where there are hooks."""
        return RUN_PATCH_BASELINE_WITH_HOOKS if self.hooks else RUN_PATCH_BASELINE

    @property
    def leaves_reboot_pending(self) -> bool:
        """Whether patches are installed and no reboot follows that makes them count."""
        return self.operation == PatchOperation.INSTALL and self.reboot_option == RebootOption.NO_REBOOT

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The document's parameters, those that are given; every one of them is a list of strings."""
        every = {
            OPERATION: self.operation,
            REBOOT_OPTION: self.reboot_option,
            BASELINE_OVERRIDE: self.baseline_override,
            INSTALL_OVERRIDE_LIST: self.install_override_list,
            "StepTimeoutSeconds": None
            if self.execution_timeout_seconds is None
            else as_text(self.execution_timeout_seconds),
        }
        given = {name: str(value) for name, value in every.items() if value is not None}
        hooks = self.hooks.documents if self.hooks else {}
        given |= {HOOKS[name]: document for name, document in hooks.items()}
        return {name: [value] for name, value in given.items()}


def _check_types(command: PatchCommand) -> None:
    if command.hooks is not None:
        check_type("hooks", command.hooks, PatchHooks, "write PatchHooks(pre_install=...)")
    for name in ("baseline_override", "install_override_list"):
        if getattr(command, name) is not None:
            check_type(name, getattr(command, name), str)


def _check_operation(command: PatchCommand) -> None:
    check_literal("operation", command.operation, PatchOperation)
    if command.reboot_option is not None:
        check_literal("reboot_option", command.reboot_option, RebootOption)
    if command.operation != PatchOperation.SCAN:
        return
    for name in ("reboot_option", "hooks", "install_override_list"):
        value = getattr(command, name)
        if value is not None:
            rule = "goes with operation INSTALL only: a scan installs nothing"
            raise refusal(name, rule, f"{_shown(value)} with operation SCAN", "leave it out")


def _check_overrides(command: PatchCommand) -> None:
    baseline, install = command.baseline_override, command.install_override_list
    if baseline is not None and install is not None:
        fix = "keep the one that you mean"
        raise refusal(
            "baseline_override", "excludes install_override_list", f"{_shown(baseline)} and {_shown(install)}", fix
        )
    if install is not None and command.hooks:
        rule = f"does not go with hooks: {RUN_PATCH_BASELINE_WITH_HOOKS} does not know it"
        raise refusal("install_override_list", rule, _shown(install), "use baseline_override, or leave the hooks out")
    for what, url in (("baseline_override", baseline), ("install_override_list", install)):
        if url is not None and not is_unresolved(url):
            check_override_url(what, url)


def check_override_url(what: str, url: str) -> None:
    """Refuse what is no place that a node could read a file from.

    Raises:
        PatchingError: it is of another form, or has a character that the document refuses.
    """
    if not _limits.OVERRIDE_URL.fullmatch(url):
        fix = "a private bucket needs the s3:// form" if "amazonaws" in url else ""
        raise refusal(what, "must be https://<host>/<path> or s3://<bucket>/<key>", repr(url), fix)
    if _limits.OVERRIDE_FORBIDDEN.intersection(url):
        raise refusal(what, "must have no backtick, quote or $ in it", repr(url), "rename the file")


def _shown(value: object) -> str:
    if isinstance(value, PatchHooks):
        return "PatchHooks"
    return "a token" if is_unresolved(value) else repr(str(value))
