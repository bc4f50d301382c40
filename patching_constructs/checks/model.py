"""The records that the rules look at: windows, targets, tasks, commands, baselines, roles and nodes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

from patching_constructs._errors import PatchingError
from patching_constructs._template_metadata import FROZEN
from patching_constructs.checks.finding import UndecidableError
from patching_constructs.checks.policy import allows, statements
from patching_constructs.checks.value import Value, listed
from patching_constructs.planning.coverage import Selection, selection_of
from patching_constructs.properties.command import (
    OPERATION,
    PATCH_DOCUMENTS,
    REBOOT_OPTION,
    PatchOperation,
    RebootOption,
)
from patching_constructs.schedule._cron import CronExpression
from patching_constructs.schedule._rule import parse_rule
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.ssm.operating_systems import OperatingSystem
from patching_constructs.ssm.target_keys import INSTANCE_IDS, PATCH_GROUP_KEYS, WINDOW_TARGET_IDS
from patching_constructs.template.intrinsics import UNKNOWN, Deferred, mapping
from patching_constructs.template.sources import Template

if TYPE_CHECKING:
    from patching_constructs.checks.estate import Estate

ASSOCIATION: Final = "AWS::SSM::Association"
BASELINE: Final = "AWS::SSM::PatchBaseline"
ROLE: Final = "AWS::IAM::Role"
INSTANCE: Final = "AWS::EC2::Instance"
LAUNCH_TEMPLATE: Final = "AWS::EC2::LaunchTemplate"


class Resource:
    """A resource of a template."""

    def __init__(self, estate: "Estate", template: Template, logical_id: str, content: Mapping[str, object]) -> None:
        """Take a resource as it stands in a template."""
        self.estate = estate
        self.template = template
        self.logical_id = logical_id
        kind = content.get("Type")
        self.type = kind if isinstance(kind, str) else ""
        self.condition = content.get("Condition")
        self.construct_path = mapping(content.get("Metadata")).get("aws:cdk:path")
        self.value = Value(self, ("Resources", logical_id), content)
        self.properties = self.value["Properties"]
        self._known: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        """Return a property.

        Raises:
            UndecidableError: only the deployment knows the properties.
        """
        # Many rules ask for the same ones.
        if name not in self._known:
            self._known[name] = self.properties[name]
        return self._known[name]

    def check_made_together(self, other: "Resource") -> None:
        """Refuse to decide of two resources of which a condition may make only one, or that may be far apart.

        Raises:
            UndecidableError: they have different conditions, or only the deployment knows that their stacks are in one
                account and Region.
        """
        name = other.name_beside(self)
        if self.condition != other.condition:
            reason = f"Whether {name} is made together with {self.logical_id} is up to their conditions"
            raise UndecidableError(self.value, reason)
        if self.template.source.deployment != other.template.source.deployment:
            reason = f"Whether {name} is in the same account and Region is known only to the deployment"
            raise UndecidableError(self.value, reason)

    def name_beside(self, other: "Resource") -> str:
        """Return the logical id, with the stack where the other resource is in another one."""
        is_near = self.template is other.template
        return self.logical_id if is_near else f"{self.template.source.stack}/{self.logical_id}"

    def neighbour(self, logical_id: str) -> "Resource | None":
        """Return another resource of the template."""
        return self.estate.resource(self.template, logical_id)


class Window(Resource):
    """A maintenance window."""

    @cached_property
    def targets(self) -> "list[Target]":
        """The targets that the template registers with it."""
        return [each for each in self.estate.registered_with(self) if isinstance(each, Target)]

    @cached_property
    def tasks(self) -> "list[Task]":
        """The tasks that the template registers with it."""
        return [each for each in self.estate.registered_with(self) if isinstance(each, Task)]

    @property
    def is_frozen(self) -> bool:
        """Whether the template says that it is meant to have no task."""
        return self.template.metadata(self.logical_id).get(FROZEN) is True

    @cached_property
    def used_targets(self) -> "frozenset[Target]":
        """The targets that its tasks aim at.

        Raises:
            UndecidableError: only the deployment knows what a task aims at.
        """
        return frozenset(target for task in self.tasks for target in task.targets)

    @cached_property
    def unknown_target(self) -> Value | None:
        """What a task aims at that only the deployment knows."""
        aimed = (value for task in self.tasks for value in task.target_ids)
        return next((value for value in aimed if value.is_deferred and not value.refers_to), None)

    @cached_property
    def node_ids(self) -> frozenset[str | Deferred] | None:
        """The nodes that its targets name; None where some are chosen otherwise.

        Raises:
            UndecidableError: only the deployment knows.
        """
        entries = [entry for target in self.targets for entry in target.filters]
        if not all(map(is_by_id, entries)):
            return None
        return frozenset(value for entry in entries for value in entry["Values"].texts())

    @cached_property
    def schedule(self) -> ScheduleExpression | None:
        """When it opens; None where that is no schedule, which is another rule's finding.

        Raises:
            UndecidableError: only the deployment knows.
        """
        text, zone = self["Schedule"].text(), self["ScheduleTimezone"].text()
        offset = self["ScheduleOffset"].number()
        if text is None:
            return None
        try:
            rule = parse_rule(text)
            # Beside a moment or a rate a zone says nothing.
            return ScheduleExpression(rule, zone if isinstance(rule, CronExpression) else None, offset)
        except PatchingError:
            return None

    def moment(self, name: str) -> datetime | None:
        """Return its start or end date; None where there is none, or one that is another rule's finding.

        Raises:
            UndecidableError: only the deployment knows.
        """
        text = self[name].text()
        try:
            moment = datetime.fromisoformat(text or "")
        except ValueError:
            return None
        return moment if moment.tzinfo else None


class Registration(Resource):
    """What is registered with a window: a target or a task."""

    @cached_property
    def window(self) -> Window | None:
        """The window of the template that it refers to."""
        found = self["WindowId"].refers_to if not self.properties.is_deferred else None
        return found if isinstance(found, Window) else None


class Target(Registration):
    """A target of a window."""

    @cached_property
    def filters(self) -> list[Value]:
        """The entries of its ``Targets``: keys with values.

        Raises:
            UndecidableError: only the deployment knows.
        """
        return self["Targets"].items()

    @cached_property
    def selection(self) -> Selection:
        """The nodes that it chooses.

        Raises:
            UndecidableError: only the deployment knows.
        """
        return _selection(self.filters)

    @cached_property
    def patch_groups(self) -> list[Value]:
        """The patch groups that it chooses by name."""
        return [value for each in self.filters if _is_patch_group(each) for value in each["Values"].items()]


class Task(Registration):
    """A task of a window."""

    @cached_property
    def invocation(self) -> Value:
        """What a run command is given."""
        return self["TaskInvocationParameters"]["MaintenanceWindowRunCommandParameters"]

    @cached_property
    def publisher(self) -> Resource | None:
        """The resource of the template that publishes its news: the inner role."""
        return self.invocation["ServiceRoleArn"].refers_to

    @cached_property
    def roles(self) -> list[Resource]:
        """The resources of the template that run it or publish its news, as far as it is known."""
        found: list[Resource | None] = []
        with suppress(UndecidableError):
            found.append(self["ServiceRoleArn"].refers_to)
            found.append(self.publisher)
        return [role for role in found if role is not None]

    @cached_property
    def runs_command(self) -> bool:
        """Whether it is a run command."""
        return self["TaskType"].text() == "RUN_COMMAND"

    @cached_property
    def filters(self) -> list[Value]:
        """The entries of its ``Targets``."""
        return self["Targets"].items()

    @cached_property
    def target_ids(self) -> list[Value]:
        """The targets of the window that it aims at."""
        return [
            value
            for each in self.filters
            if each["Key"].text() == WINDOW_TARGET_IDS
            for value in each["Values"].items()
        ]

    @cached_property
    def targets(self) -> list[Target]:
        """The targets of the template that it aims at."""
        return [target for each in self.target_ids if isinstance(target := each.refers_to, Target)]

    @cached_property
    def document(self) -> Value:
        """The document that it runs."""
        return self["TaskArn"]


class Association(Resource):
    """A State Manager association."""

    @cached_property
    def document(self) -> Value:
        """The document that it runs."""
        return self["Name"]

    @property
    def filters(self) -> list[Value]:
        """The entries of its ``Targets``."""
        return self["Targets"].items()


class Command:
    """A run of a document on nodes, by a window's task or an association."""

    def __init__(self, runner: Task | Association) -> None:
        """Take what runs it."""
        self.runner = runner

    @cached_property
    def document_name(self) -> str | None:
        """The document's name, taken out of an ARN.

        Raises:
            UndecidableError: only the deployment knows.
        """
        return bare_name(self.runner.document)

    @cached_property
    def is_patching(self) -> bool:
        """Whether it runs a patch document.

        Raises:
            UndecidableError: only the deployment knows.
        """
        runs = self.runner.runs_command if isinstance(self.runner, Task) else True
        return runs and self.document_name in PATCH_DOCUMENTS

    @cached_property
    def parameters(self) -> Value:
        """The document's parameters."""
        holder = self.runner.invocation if isinstance(self.runner, Task) else self.runner.properties
        return holder["Parameters"]

    def given(self, name: str) -> Value | None:
        """Return a parameter that says something; an empty text stands for none in the patch documents.

        Raises:
            UndecidableError: only the deployment knows.
        """
        value = self.parameters[name]
        return value if any(item.is_deferred or item.text() != "" for item in listed(value)) else None

    def parameter(self, name: str) -> str | None:
        """Return the value of a parameter, None where there is none or it is another rule's finding.

        Raises:
            UndecidableError: only the deployment knows.
        """
        value = self.parameters[name]
        items = value.items()
        return items[0].text() if items else value.text()

    @cached_property
    def installs(self) -> bool:
        """Whether it installs patches.

        Raises:
            UndecidableError: only the deployment knows.
        """
        return self.is_patching and self.parameter(OPERATION) == PatchOperation.INSTALL

    @property
    def scans(self) -> bool:
        """Whether it scans.

        Raises:
            UndecidableError: only the deployment knows.
        """
        return self.is_patching and self.parameter(OPERATION) == PatchOperation.SCAN

    @property
    def reboots(self) -> bool:
        """Whether it can reboot its nodes, as far as a document's name tells.

        Raises:
            UndecidableError: only the deployment knows.
        """
        if self.is_patching:
            return self.installs and self.parameter(REBOOT_OPTION) != RebootOption.NO_REBOOT
        return re.search("reboot|restart", self.document_name or "", re.IGNORECASE) is not None

    @cached_property
    def patch_groups(self) -> list[Value]:
        """The patch groups that it is aimed at by name.

        Raises:
            UndecidableError: only the deployment knows.
        """
        if isinstance(self.runner, Task):
            return [group for target in self.runner.targets for group in target.patch_groups]
        return [value for each in self.runner.filters if _is_patch_group(each) for value in each["Values"].items()]

    @cached_property
    def selections(self) -> list[Selection]:
        """The nodes that it runs on.

        Raises:
            UndecidableError: only the deployment knows.
        """
        if isinstance(self.runner, Task):
            own = [each for each in self.runner.filters if is_by_id(each)]
            return [*(target.selection for target in self.runner.targets), *([_selection(own)] if own else [])]
        return [_selection(self.runner.filters)]


def bare_name(document: Value) -> str | None:
    """Return the name of a document, taken out of an ARN; of what the template makes itself its logical id.

    Raises:
        UndecidableError: only the deployment knows.
    """
    if document.refers_to is not None:
        return document.refers_to.logical_id
    # The ARN of a document is often put together with the partition, the Region and the account.
    name = document.shape.rpartition("document/")[2]
    if UNKNOWN in name:
        document.known()
    return name or None


def _selection(entries: Iterable[Value]) -> Selection:
    """Return what the entries of a target choose.

    Raises:
        UndecidableError: only the deployment knows the keys, or a list of values.
    """
    return selection_of((entry["Key"].text() or "", entry["Values"].texts()) for entry in entries)


def is_by_id(entry: Value) -> bool:
    """Tell whether an entry of a target names nodes by their ids.

    Raises:
        UndecidableError: only the deployment knows.
    """
    return entry["Key"].text() == INSTANCE_IDS


def _is_patch_group(entry: Value) -> bool:
    return entry["Key"].text() in PATCH_GROUP_KEYS


class Baseline(Resource):
    """A patch baseline."""

    @property
    def system(self) -> OperatingSystem | None:
        """The operating system; None where there is no such, which is another rule's finding.

        Raises:
            UndecidableError: only the deployment knows.
        """
        given = self["OperatingSystem"]
        name = given.text() if given.is_given else OperatingSystem.WINDOWS.value
        return OperatingSystem(name) if name in list(OperatingSystem) else None

    @cached_property
    def rules(self) -> list[Value]:
        """The approval rules."""
        return self["ApprovalRules"]["PatchRules"].items()

    def claims(self) -> Iterator[tuple[str | None, Value]]:
        """Return the patch groups that it is registered for, and None where it is its system's default.

        Raises:
            UndecidableError: only the deployment knows its system, or whether it is the default.
        """
        if self.system is None:
            return
        default = self["DefaultBaseline"]
        if default.is_true():
            yield None, default
        for group in self["PatchGroups"].items():
            if not group.is_deferred:
                yield group.text(), group

    @cached_property
    def filter_lists(self) -> list[Value]:
        """The lists of filters: of every rule, and the global one."""
        lists = [each["PatchFilterGroup"]["PatchFilters"] for each in self.rules]
        return [*lists, self["GlobalFilters"]["PatchFilters"]]


@dataclass(frozen=True, slots=True)
class Hidden:
    """A function or transform that makes resources when the template is deployed."""

    name: str
    value: Value


class Role(Resource):
    """An IAM role."""

    def allows(self, action: str) -> bool:
        """Tell whether a policy of the template lets it do something, somewhere.

        Raises:
            UndecidableError: a managed policy may, or a value that only the deployment knows.
        """
        if action not in self._allowed:
            self._allowed[action] = any(allows(statement, action) for statement in self._statements)
        if self._allowed[action]:
            return True
        managed = self["ManagedPolicyArns"]
        if managed.is_given:
            raise UndecidableError(managed)
        return False

    @cached_property
    def _allowed(self) -> dict[str, bool]:
        return {}

    @cached_property
    def _statements(self) -> list[Value]:
        documents = [policy["PolicyDocument"] for policy in self["Policies"].items()]
        documents += [policy["PolicyDocument"] for policy in self.estate.policies_of(self)]
        return [statement for document in documents for statement in statements(document)]


class Node(Resource):
    """An instance, or a template that instances are launched from."""

    @property
    def metadata_options(self) -> Value:
        """The options of the instance's metadata."""
        holder = self["LaunchTemplateData"] if self.type == LAUNCH_TEMPLATE else self.properties
        return holder["MetadataOptions"]

    @property
    def profile(self) -> Value:
        """The instance profile."""
        holder = self["LaunchTemplateData"] if self.type == LAUNCH_TEMPLATE else self.properties
        given = holder["IamInstanceProfile"]
        if self.type == INSTANCE or given.is_deferred:
            return given
        return next((given[name] for name in ("Arn", "Name") if given[name].is_given), given)

    @property
    def roles(self) -> list["Role"]:
        """The roles of the template that the instance profile has."""
        found = self.profile.refers_to
        roles = [] if found is None else found["Roles"].items()
        return [role.refers_to for role in roles if isinstance(role.refers_to, Role)]

    @property
    def tags(self) -> list[Value]:
        """The tags of the instance."""
        if self.type == INSTANCE:
            return self["Tags"].items()
        specifications = self["LaunchTemplateData"]["TagSpecifications"].items()
        return [
            tag for each in specifications if each["ResourceType"].text() == "instance" for tag in each["Tags"].items()
        ]
