"""Patch baselines.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-baselines.html
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from patching_constructs.ssm.operating_systems import OperatingSystem
from patching_constructs.template.resource import Resource
from patching_constructs.template.value import Value

BASELINE: Final = "AWS::SSM::PatchBaseline"


class Baseline(Resource):
    """A patch baseline."""

    @property
    def system(self) -> OperatingSystem | None:
        """The operating system; None for an invalid one, which a rule of its own reports.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        given = self["OperatingSystem"]
        name = given.text() if given.is_given else OperatingSystem.WINDOWS.value
        return OperatingSystem(name) if name in list(OperatingSystem) else None

    @cached_property
    def rules(self) -> list[Value]:
        """The approval rules.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        return self["ApprovalRules"]["PatchRules"].items()

    @cached_property
    def filter_lists(self) -> list[Value]:
        """The lists of filters: of every rule, and the global one.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        lists = [each["PatchFilterGroup"]["PatchFilters"] for each in self.rules]
        return [*lists, self["GlobalFilters"]["PatchFilters"]]

    @property
    def filters(self) -> list[Value]:
        """The filters of all lists.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        return [each for filters in self.filter_lists for each in filters.items()]

    def registrations(self) -> Iterator[tuple[str | None, Value]]:
        """Return the patch groups that it is registered for, and None where it is the default of its system.

        Raises:
            UnknownError: its system, or whether it is the default, is unknown until deployment.
        """
        if self.system is None:
            return
        default = self["DefaultBaseline"]
        if default.is_true():
            yield None, default
        for group in self["PatchGroups"].items():
            if not group.is_unknown:
                yield group.text(), group
