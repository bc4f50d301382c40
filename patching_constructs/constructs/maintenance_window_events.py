"""MaintenanceWindowEvents: EventBridge rules for what happens to maintenance windows.

https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypedDict, Unpack

from aws_cdk import aws_events as events
from aws_cdk.interfaces.aws_ssm import IMaintenanceWindowRef
from constructs import Construct

from patching_constructs._errors import located, refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import (
    check_description,
    check_list_of,
    check_type,
    nearest,
)
from patching_constructs.constructs._event_patterns import WindowPattern, add_windows
from patching_constructs.constructs._regions import check_rule_scope
from patching_constructs.constructs._rule_targets import check_rule_target
from patching_constructs.constructs._scopes import creating
from patching_constructs.constructs._window_facade import WindowFacade
from patching_constructs.ssm.events import (
    DETAILS,
    RULE_DESCRIPTION_LENGTH,
    RULE_NAME,
    UNSUCCESSFUL,
    WINDOW_STATE_SPELLINGS,
    DetailType,
    ExecutionStatus,
    WindowState,
)


class EventRuleOptions(TypedDict, total=False):
    """The properties of a rule that are the same for all events."""

    target: events.IRuleTarget | None
    description: str | None
    rule_name: str | None
    cross_stack_scope: Construct | None


class MaintenanceWindowEvents(WindowFacade):
    """Create EventBridge rules for the events of maintenance windows: their executions, tasks and states.

    It covers all windows of a schedule, also those that a freeze adds later. Each method creates one rule for all
    windows of the facade with these options, and returns it; ``add_target`` adds further targets:

    - ``target``: what receives the events, of ``aws_cdk.aws_events_targets``. Default: none yet.
    - ``description``: the description of the rule. Default: none.
    - ``rule_name``: the name of the rule. Default: a name that CloudFormation generates.
    - ``cross_stack_scope``: the construct that the rule belongs to, in the account and Region of the windows.
      Default: the window, or the first one.

    Systems Manager sends these events to the default event bus of the account, with best effort, so an event can be
    missing. A window that does not open sends none.

    There is a warning, ``patching-constructs:longEventPattern``, if the pattern of a rule exceeds the quota of
    EventBridge, which is enough for about 80 windows.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html
    """

    # --- Executions of the window ---------------------------------------------------------------------

    def on_execution_status_change(
        self,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        statuses: Sequence[ExecutionStatus] | None = None,
        **options: Unpack[EventRuleOptions],
    ) -> events.Rule:
        """Create a rule for changes of the status of an execution.

        Args:
            id: the id of the rule.
            statuses: the new statuses. Default: all of them.
            options: see `MaintenanceWindowEvents`.

        Raises:
            PatchingError: an argument is invalid.
        """
        return self._rule(id, [DetailType.WINDOW_EXECUTION], "statuses", statuses, options)

    def on_unsuccessful(self, id: str, **options: Unpack[EventRuleOptions]) -> events.Rule:  # noqa: A002
        """Create a rule for executions that failed, timed out, were canceled or were skipped.

        Args:
            id: the id of the rule.
            options: see `MaintenanceWindowEvents`.

        Raises:
            PatchingError: an argument is invalid.
        """
        return self.on_execution_status_change(id, statuses=UNSUCCESSFUL, **options)

    def on_failed(self, id: str, **options: Unpack[EventRuleOptions]) -> events.Rule:  # noqa: A002
        """Create a rule for executions that failed.

        Args:
            id: the id of the rule.
            options: see `MaintenanceWindowEvents`.

        Raises:
            PatchingError: an argument is invalid.
        """
        return self.on_execution_status_change(id, statuses=[ExecutionStatus.FAILED], **options)

    def on_timed_out(self, id: str, **options: Unpack[EventRuleOptions]) -> events.Rule:  # noqa: A002
        """Create a rule for executions that timed out, for example because a task was stopped at the cutoff.

        Args:
            id: the id of the rule.
            options: see `MaintenanceWindowEvents`.

        Raises:
            PatchingError: an argument is invalid.
        """
        return self.on_execution_status_change(id, statuses=[ExecutionStatus.TIMED_OUT], **options)

    def on_cancelled(self, id: str, **options: Unpack[EventRuleOptions]) -> events.Rule:  # noqa: A002
        """Create a rule for executions that were canceled.

        Args:
            id: the id of the rule.
            options: see `MaintenanceWindowEvents`.

        Raises:
            PatchingError: an argument is invalid.
        """
        return self.on_execution_status_change(id, statuses=[ExecutionStatus.CANCELLED], **options)

    def on_skipped(self, id: str, **options: Unpack[EventRuleOptions]) -> events.Rule:  # noqa: A002
        """Create a rule for executions that were skipped: ``SKIPPED_OVERLAPPING``, which AWS does not define.

        Args:
            id: the id of the rule.
            options: see `MaintenanceWindowEvents`.

        Raises:
            PatchingError: an argument is invalid.
        """
        return self.on_execution_status_change(id, statuses=[ExecutionStatus.SKIPPED_OVERLAPPING], **options)

    def on_succeeded(self, id: str, **options: Unpack[EventRuleOptions]) -> events.Rule:  # noqa: A002
        """Create a rule for executions that succeeded. One without a task succeeds as well.

        Args:
            id: the id of the rule.
            options: see `MaintenanceWindowEvents`.

        Raises:
            PatchingError: an argument is invalid.
        """
        return self.on_execution_status_change(id, statuses=[ExecutionStatus.SUCCESS], **options)

    # --- Tasks, and the window itself -----------------------------------------------------------------

    def on_task_status_change(
        self,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        statuses: Sequence[ExecutionStatus] | None = None,
        **options: Unpack[EventRuleOptions],
    ) -> events.Rule:
        """Create a rule for changes of the status of a task in an execution.

        AWS does not document PENDING and SKIPPED_OVERLAPPING in these events. An event contains the id of the
        execution of the task, and not that of the task.

        Args:
            id: the id of the rule.
            statuses: the new statuses. Default: all of them.
            options: see `MaintenanceWindowEvents`.

        Raises:
            PatchingError: an argument is invalid.
        """
        return self._rule(id, [DetailType.TASK_EXECUTION], "statuses", statuses, options)

    def on_state_change(
        self,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        states: Sequence[WindowState] | None = None,
        **options: Unpack[EventRuleOptions],
    ) -> events.Rule:
        """Create a rule for windows that are enabled or disabled. A disabled window does not open.

        Args:
            id: the id of the rule.
            states: the new states. Default: both.
            options: see `MaintenanceWindowEvents`.

        Raises:
            PatchingError: an argument is invalid.
        """
        return self._rule(id, WINDOW_STATE_SPELLINGS, "states", states, options)

    def _rule(
        self,
        id_: str,
        detail_types: Sequence[str],
        what: str,
        values: Sequence[StrEnum] | None,
        options: EventRuleOptions,
    ) -> events.Rule:
        key, literals = DETAILS[DetailType(detail_types[0])]
        with located(self._covered.scope):
            _check_options(options)
            if values is not None and not check_list_of(what, values, literals):
                raise refusal(what, "must have at least 1 item", 0, f"for all {what}, leave it out")
        scope = options.get("cross_stack_scope") or self._covered.scope
        with creating(scope, id_):
            check_rule_scope(scope, self._covered.windows)
        pattern = WindowPattern(detail_types, {} if values is None else {key: [str(value) for value in values]})
        rule = events.Rule(
            scope,
            id_,
            description=options.get("description"),
            rule_name=options.get("rule_name"),
            event_pattern=pattern.of(self._covered.ids()),
        )
        if target := options.get("target"):
            rule.add_target(target)
        pattern.warn_of_length(rule, len(self._covered.ids()))

        def follow(_: IMaintenanceWindowRef, added: Sequence[str]) -> None:
            add_windows(rule, added)
            pattern.warn_of_length(rule, len(self._covered.ids()))

        self._covered.follow(follow)
        return rule


def _check_options(options: EventRuleOptions) -> None:
    for name in options:
        if name not in EventRuleOptions.__annotations__:
            near = nearest(name, EventRuleOptions.__annotations__)
            known = ", ".join(EventRuleOptions.__annotations__)
            raise refusal("options", f"must have only {known}", name, f"did you mean {near}?" if near else "")
    check_rule_target(options.get("target"))
    check_description(options.get("description"), RULE_DESCRIPTION_LENGTH)
    rule_name = options.get("rule_name")
    if rule_name is not None:
        check_type("rule_name", rule_name, str)
        if not is_unresolved(rule_name) and not RULE_NAME.fullmatch(rule_name):
            raise refusal("rule_name", "must have 1-64 letters, digits, '.', '-' and '_'", repr(rule_name))
