"""PatchFreezes: freezes for all schedules of an app, a stack or another construct."""

from typing import Self

from constructs import Construct

from patching_constructs._errors import located, refusal, shown
from patching_constructs._validation import check_flag, check_list_of
from patching_constructs.constructs._freezes import FREEZE_FACTORY, ScopedFreeze, add_freezes
from patching_constructs.properties.freeze import PatchFreeze


class PatchFreezes:
    """The freezes of an app, a stage, a stack or any other construct: they apply to all schedules in it.

    Use `of` to create it. Freezes apply to schedules that are created before and after they are added.
    """

    def __init__(self, scope: Construct) -> None:
        """Take the scope; use `of`."""
        self._scope = scope

    @classmethod
    def of(cls, scope: Construct) -> Self:
        """Return the freezes of a scope.

        Args:
            scope: the app, or any construct.

        Raises:
            PatchingError: the scope is not a construct.
        """
        if isinstance(scope, type) or not hasattr(type(scope), "node"):
            raise refusal("scope", "must be a construct", shown(scope), "pass the app, a stack, or a construct in it")
        return cls(scope)

    def add(self, *freezes: PatchFreeze, include_scans: bool = False) -> None:
        """Add freezes to the scope.

        Args:
            freezes: the freezes.
            include_scans: whether windows are frozen that only scan, which changes nothing on the nodes.
                Default: False, they continue.

        Raises:
            PatchingError: an argument is invalid, or a schedule in the scope cannot have the freezes; then none of them
                is added.
        """
        with located(self._scope):
            if not freezes:
                raise refusal("freezes", "must have at least one freeze", "none", FREEZE_FACTORY)
            check_list_of("freezes", freezes, PatchFreeze, FREEZE_FACTORY)
            check_flag("include_scans", include_scans)
        add_freezes(self._scope, [ScopedFreeze(each, include_scans) for each in freezes])
