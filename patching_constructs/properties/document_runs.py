"""What a run of an AWS-owned document does to its nodes: the one table for constructs, rules and descriptions.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-ssm-documents.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from patching_constructs._tokens import is_unresolved
from patching_constructs.properties.command import (
    BASELINE_OVERRIDE,
    OPERATION,
    PATCH_DOCUMENTS,
    REBOOT_OPTION,
    PatchOperation,
    RebootOption,
)
from patching_constructs.ssm.documents import (
    APPLY_PATCH_BASELINE,
    INSTALL_MISSING_WINDOWS_UPDATES,
    INSTALL_SPECIFIC_WINDOWS_UPDATES,
    INSTALL_WINDOWS_UPDATES,
    REBOOTING_DOCUMENTS,
    RESTART_INSTANCES,
    RUN_PATCH_BASELINE_ASSOCIATION,
    UPDATE_SSM_AGENT,
    find_document,
)
from patching_constructs.ssm.reboot import Reboot
from patching_constructs.ssm.reboot_scripts import reboot_in_script
from patching_constructs.ssm.runbooks import (
    CREATE_IMAGE,
    CREATE_SNAPSHOT,
    PATCH_AUTO_SCALING_INSTANCE,
    PATCH_LOAD_BALANCER_INSTANCE,
    PATCH_WITH_ROLLBACK,
    START_INSTANCES,
    STOP_INSTANCES,
)

PATCHING_DOCUMENTS: Final = frozenset({*PATCH_DOCUMENTS, RUN_PATCH_BASELINE_ASSOCIATION, APPLY_PATCH_BASELINE})
"""The documents that scan for and install the patches of a baseline: those of the constructs, and two others."""

SCRIPT_DOCUMENTS: Final = frozenset({"AWS-RunShellScript", "AWS-RunPowerShellScript"})
_SCRIPT: Final = "commands"

# The parameter that decides between a scan and an install.
_OPERATIONS: Final[Mapping[str, str]] = MappingProxyType(
    {INSTALL_WINDOWS_UPDATES: "Action"} | dict.fromkeys(PATCHING_DOCUMENTS, OPERATION)
)
# They only install. AWS documents of none of them whether and when it reboots.
_INSTALLERS: Final = frozenset(
    {
        INSTALL_MISSING_WINDOWS_UPDATES,
        INSTALL_SPECIFIC_WINDOWS_UPDATES,
        PATCH_AUTO_SCALING_INSTANCE,
        PATCH_LOAD_BALANCER_INSTANCE,
        PATCH_WITH_ROLLBACK,
    }
)
# The parameter with which nodes do not reboot, and its value. CREATE_IMAGE reboots the instance by default:
# https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-aws-createimage.html
_WITHOUT_REBOOT: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {INSTALL_WINDOWS_UPDATES: ("AllowReboot", "False"), CREATE_IMAGE: ("NoReboot", "true")}
    | dict.fromkeys(PATCHING_DOCUMENTS - {APPLY_PATCH_BASELINE}, (REBOOT_OPTION, RebootOption.NO_REBOOT.value))
)
_WITHOUT_EFFECT: Final = frozenset({CREATE_SNAPSHOT, UPDATE_SSM_AGENT})


@dataclass(frozen=True, slots=True)
class DocumentRun:
    """What a run of a document does to its nodes, by its name and parameters; of an unknown document, nothing."""

    name: str | None
    parameter: Callable[[str], str | None]
    """Returns the first value of a parameter; None if it is not given."""
    script: Callable[[str], str]
    """Returns the lines of a parameter with a script, as far as they are known."""

    @property
    def operation(self) -> str | None:
        """Whether it scans or installs, or an invalid operation; None for a document that does neither."""
        if self.name in _INSTALLERS:
            return PatchOperation.INSTALL
        parameter = _OPERATIONS.get(self.name or "")
        return None if parameter is None else self._value(parameter)

    @property
    def installs(self) -> bool:
        """Whether it installs patches or updates."""
        return self.operation == PatchOperation.INSTALL

    @property
    def is_patching(self) -> bool:
        """Whether it runs a patch document, which scans for or installs the patches of a baseline."""
        return self.name in PATCHING_DOCUMENTS

    @property
    def scans(self) -> bool:
        """Whether it is a scan that reports patches by a baseline. A scan for Windows updates only lists them."""
        return self.is_patching and self.operation == PatchOperation.SCAN

    @property
    def reboot(self) -> Reboot:
        """Whether it reboots its nodes."""
        if self.name in REBOOTING_DOCUMENTS:
            return Reboot.CERTAIN
        if self.name in SCRIPT_DOCUMENTS:
            return reboot_in_script(self.script(_SCRIPT))
        if self.name in _OPERATIONS and not (self.installs or is_unresolved(self.operation)):
            return Reboot.NONE
        if self.name == APPLY_PATCH_BASELINE:
            return Reboot.CERTAIN
        if self.name is not None and self.name in _WITHOUT_REBOOT:
            parameter, value = _WITHOUT_REBOOT[self.name]
            return Reboot.NONE if (self._value(parameter) or "").lower() == value.lower() else Reboot.CERTAIN
        return Reboot.POSSIBLE if self.name in _INSTALLERS else Reboot.NONE

    @property
    def is_reboot_known(self) -> bool:
        """Whether this table has the document, so that no reboot means that it does not reboot its nodes."""
        tables = (REBOOTING_DOCUMENTS, _OPERATIONS, _WITHOUT_REBOOT, _INSTALLERS, _WITHOUT_EFFECT)
        return any(self.name in each for each in tables) or self.stops or self.starts

    @property
    def defers_reboot(self) -> bool:
        """Whether it installs without the reboot that can be required to complete the installation."""
        return self.installs and self.reboot is Reboot.NONE

    @property
    def leaves_reboot_pending(self) -> bool:
        """Whether the patches that it installs are reported as pending until a reboot and a scan."""
        return self.is_patching and self.defers_reboot

    @property
    def records(self) -> bool:
        """Whether it updates the compliance data of its nodes, also that of patches that were pending a reboot.

        With a baseline override, the existing compliance data of a node is not overwritten:
        https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-baselineoverride-parameter.html
        """
        return self.is_patching and not self.defers_reboot and not self.parameter(BASELINE_OVERRIDE)

    @property
    def stops(self) -> bool:
        """Whether it stops its nodes."""
        return self.name == STOP_INSTANCES

    @property
    def starts(self) -> bool:
        """Whether its nodes run afterwards, also those that were stopped."""
        return self.name in {START_INSTANCES, RESTART_INSTANCES}

    @property
    def backs_up(self) -> bool:
        """Whether it creates an image or a snapshot."""
        return self.name in {CREATE_IMAGE, CREATE_SNAPSHOT}

    @property
    def updates_agent(self) -> bool:
        """Whether it updates SSM Agent."""
        return self.name == UPDATE_SSM_AGENT

    def _value(self, name: str) -> str | None:
        """Return the value of a parameter, or its default."""
        given = self.parameter(name)
        if given is not None:
            return given
        document = find_document(self.name)
        default = None if document is None else document.parameters[name].default
        return None if default is None else str(default)
