"""Patch policies of Quick Setup: they scan and install by State Manager associations, without a maintenance window.

https://docs.aws.amazon.com/quick-setup/latest/APIReference/API_ConfigurationDefinitionInput.html
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Final

from patching_constructs.planning.coverage import EVERY_NODE, Selection
from patching_constructs.properties.command import (
    OPERATION,
    REBOOT_OPTION,
    RUN_PATCH_BASELINE,
    PatchOperation,
    RebootOption,
)
from patching_constructs.ssm import target_keys
from patching_constructs.ssm.target_keys import INSTANCE_IDS, POLICY_TARGET_KEYS, TAG
from patching_constructs.template.commands import Command
from patching_constructs.template.resource import Resource
from patching_constructs.template.value import UnknownError, Value

CONFIGURATION_MANAGER: Final = "AWS::SSMQuickSetup::ConfigurationManager"
PATCH_POLICY: Final = "AWSQuickSetupType-PatchPolicy"
SCAN_AND_INSTALL: Final = "ScanAndInstall"


class ConfigurationManager(Resource):
    """A configuration of Quick Setup."""

    @cached_property
    def policies(self) -> list["PatchPolicy"]:
        """Its patch policies.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        definitions = self["ConfigurationDefinitions"].items()
        return [PatchPolicy(self, each) for each in definitions if each["Type"].text() == PATCH_POLICY]

    @property
    def commands(self) -> list[Command]:
        """The runs of the patch document by its policies.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        return [command for policy in self.policies for _, command in policy.schedules]


class PatchPolicy:
    """A patch policy: a definition of a configuration of Quick Setup."""

    def __init__(self, manager: ConfigurationManager, definition: Value) -> None:
        """Take the configuration and its definition."""
        self.manager = manager
        self.definition = definition

    @property
    def value(self) -> Value:
        """Its definition."""
        return self.definition

    @property
    def parameters(self) -> Value:
        """The parameters of the policy.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        return self.definition["Parameters"]

    @cached_property
    def schedules(self) -> "list[tuple[Value, PolicyCommand]]":
        """The schedules of the policy, each with what is run.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        scan = self.parameters["ConfigurationOptionsScanValue"]
        found = [(scan, PolicyCommand(self, PatchOperation.SCAN, scan))]
        if self.parameters["ConfigurationOptionsPatchOperation"].text() == SCAN_AND_INSTALL:
            install = self.parameters["ConfigurationOptionsInstallValue"]
            found.append((install, PolicyCommand(self, PatchOperation.INSTALL, install)))
        return found

    @property
    def other_regions(self) -> Sequence[str]:
        """Its Regions, if that of its template is known not to be one of them; otherwise none.

        Raises:
            UnknownError: its parameters are unknown until deployment.
        """
        here, given = self.definition.template.source.region, self.parameters["TargetRegions"]
        written = None if given.is_unknown or not here else given.text()
        regions = [each.strip() for each in (written or here).split(",")]
        return () if here in regions else regions

    def selections(self) -> Iterator[Selection]:
        """Return the nodes of the account that the policy selects.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        parameters = self.parameters
        kind = parameters["TargetType"].text() or ""
        key = POLICY_TARGET_KEYS.get(kind)
        if kind == target_keys.EVERY_NODE:
            yield EVERY_NODE
        elif key == INSTANCE_IDS:
            ids = (parameters["TargetInstances"].text() or "").split(",")
            yield {key: frozenset(each.strip() for each in ids)}
        elif key == TAG:
            tag = parameters["TargetTagKey"].text() or ""
            yield {f"{TAG}{tag}": frozenset([parameters["TargetTagValue"].identity])}
        elif key is not None:
            yield {key: frozenset([parameters["ResourceGroupName"].identity])}


class PolicyCommand(Command):
    """A run of the patch document by a patch policy."""

    stops_by_default = True
    runner: ConfigurationManager

    def __init__(self, policy: PatchPolicy, operation: PatchOperation, schedule: Value) -> None:
        """Take the policy, the operation, and the schedule that runs it."""
        super().__init__(policy.manager, policy.definition)
        self._policy = policy
        self._operation = operation
        self._schedule = schedule

    @property
    def value(self) -> Value:
        """The schedule, which differs between the commands of a policy."""
        return self._schedule

    @property
    def document(self) -> Value:
        """The document, which the policy does not name."""
        return Value(self.at.template, (*self.at.path, "Type"), RUN_PATCH_BASELINE)

    @property
    def document_version(self) -> Value:
        """No version: a policy cannot give one."""
        return self.at["DocumentVersion"]

    @cached_property
    def parameters(self) -> Value:
        """The parameters that follow from those of the policy."""
        given: dict[str, object] = {OPERATION: [self._operation.value]}
        reboot = self._policy.parameters[REBOOT_OPTION]
        # A wrong one is reported of the policy, and a scan does not reboot.
        if self._operation is PatchOperation.INSTALL and (reboot.is_unknown or reboot.text() in list(RebootOption)):
            given[REBOOT_OPTION] = [reboot.content]
        return Value(self.at.template, self._policy.parameters.path, given)

    @property
    def filters(self) -> list[Value]:
        """No entries: a policy selects nodes by parameters of its own."""
        return []

    @property
    def are_nodes_decided_later(self) -> bool:
        """Whether its nodes are those of organizational units, in accounts that are not seen here."""
        return self._policy.parameters["TargetOrganizationalUnits"].is_given

    @property
    def other_regions(self) -> Sequence[str]:
        """The Regions of the policy, if that of its template is known not to be one of them; otherwise none."""
        return self._policy.other_regions

    def selections(self) -> Iterator[Selection]:
        """Return the nodes that the policy selects, in whatever Region.

        Raises:
            UnknownError: they are in accounts that are not seen here, or unknown until deployment.
        """
        if self.are_nodes_decided_later:
            raise UnknownError(self.at, "The nodes of a patch policy of organizational units are in other accounts")
        return self._policy.selections()


def policies_of(managers: Iterable[ConfigurationManager]) -> list[PatchPolicy]:
    """Return the patch policies of configurations; those that are unknown until deployment are left out."""
    found: list[PatchPolicy] = []
    for manager in managers:
        with suppress(UnknownError):
            found += manager.policies
    return found
