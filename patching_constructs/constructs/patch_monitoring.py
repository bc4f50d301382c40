"""PatchMonitoring: know that patching has failed, has not run, or has left nodes behind.

https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-events.html
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as event_targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.interfaces.aws_sns import ITopicRef
from aws_cdk.interfaces.aws_ssm import IMaintenanceWindowRef
from constructs import Construct

from patching_constructs._errors import located, refusal, shown
from patching_constructs._validation import check_flag, check_type, has_property
from patching_constructs.constructs._dead_letter_queues import dead_letter_queue
from patching_constructs.constructs._monitored_schedules import Monitored, MonitoredSchedule, monitored_schedules
from patching_constructs.constructs._monitoring_alarms import MonitoringAlarms
from patching_constructs.constructs._monitoring_coverage import MonitoringCoverage
from patching_constructs.constructs._monitoring_dashboard import MonitoringDashboard
from patching_constructs.constructs._monitoring_functions import NotifyFunction, WatchFunction
from patching_constructs.constructs._monitoring_limits import MonitoringLimits
from patching_constructs.constructs._monitoring_topic import (
    allow_alarms,
    check_topic,
    topic_of,
)
from patching_constructs.constructs._scopes import check_has_assets, creating
from patching_constructs.constructs._topic_keys import check_target_topic
from patching_constructs.constructs._watch_runs import WatchRuns
from patching_constructs.constructs.maintenance_window_events import MaintenanceWindowEvents
from patching_constructs.evidence.names import COMPLIANCE, EXECUTIONS
from patching_constructs.properties._durations import Length
from patching_constructs.ssm.events import WindowState

# An event pattern has at most 2,048 characters: about 80 windows. The rest is for windows that freezes add later.
_WINDOWS_PER_RULE: Final = 40
_TARGETS_OF_RULE: Final = 5
"""The quota: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html."""
_RETENTION_FIX: Final = "use a member of aws_cdk.aws_logs.RetentionDays"


class PatchMonitoring(Construct):
    """Know that patching has failed, has not run, or has left nodes behind: by alarms, and by messages to people.

    It covers, for all of its schedules:

    - executions that failed, timed out, were canceled or skipped, and windows that were disabled, by the events of
      Systems Manager;
    - executions that are missing: the alarm ``DidNotRun`` of each window. An execution without a task, or whose
      commands ran on no node, counts as missing;
    - nodes that have been non-compliant for too long, and nodes without a current patch state: the alarms
      ``NonCompliant`` and ``NoEvidence`` of each schedule that patches. Schedules with the same targets share them;
    - itself: the alarms ``WatchFails``, ``NotifyFails`` and ``UndeliveredEvents``.

    The messages are sent to a topic. Subscribe to it: ``monitoring.topic.add_subscription(...)``. AWS forwards them to
    chat channels as well, see the guide.

    The executions are read every 15 minutes, and the nodes every hour, by a function that publishes metrics. It reads
    targets, durations and dates from Systems Manager, so it also works for imported windows. A schedule with
    ``enabled=False`` is not missing executions.

    Args:
        scope: the construct that this one belongs to.
        id: the construct's id, unique within the scope.
        schedules: what is covered, in the account and Region of this construct: each a `PatchSchedule`,
            `MaintenanceWindow`, `PatchRollout` or `PatchFleet`, or an imported window. All windows of a schedule with
            freezes are covered, also those that a freeze adds later: up to 90 windows. A ring cannot be added to a
            rollout later.
        topic: the topic of the messages, a standard topic of this Region. It gets a policy that allows the alarms of
            the account to publish, and so does its key; if that is not possible, there is a warning
            (``patching-constructs:topicKeyPolicyNotChanged``). An imported topic, and its key, must allow
            ``cloudwatch.amazonaws.com`` already.
            Default: without ``targets``, a new topic that is encrypted with a new key; otherwise, none.
        targets: what else receives the events of Systems Manager and of the alarms, as they are: up to 5, or 4 with
            ``topic``. Default: none.
        grace: how long after the end of a window its execution may be missing, from 15 minutes to 31 days.
            Default: 4 hours.
        non_compliant_after: how long a node may be non-compliant, from 1 hour to 366 days. Default: 7 days.
        evidence_max_age: how old the patch state of a node may be, and how long a new node may be without one, from 1
            hour to 366 days. Default: the longest time between two executions, their duration, and ``grace``; of
            several schedules with the same targets, the shortest. If it is unknown, as that of an imported window, a
            state can have any age, and a node may be without one for ``non_compliant_after``.
        dashboard: whether there is a dashboard with the metrics. Default: False.
        log_retention: how long the logs of the functions are kept. Default: 3 months.

    Raises:
        PatchingError: a property is invalid, a schedule is in another account or Region, or a window is twice in
            the list.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-events.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        schedules: Sequence[Monitored],
        topic: ITopicRef | None = None,
        targets: Sequence[events.IRuleTarget] = (),
        grace: Length = timedelta(hours=4),
        non_compliant_after: Length = timedelta(days=7),
        evidence_max_age: Length | None = None,
        dashboard: bool = False,
        log_retention: logs.RetentionDays | None = None,
    ) -> None:
        with creating(scope, id):
            check_has_assets(scope)
            monitored = monitored_schedules(scope, schedules)
            if topic is not None:
                check_topic(scope, topic)
            _check_targets(targets, others=0 if topic is None else 1)
            limits = MonitoringLimits.checked(grace, non_compliant_after, evidence_max_age)
            check_flag("dashboard", dashboard)
            if log_retention is not None:
                check_type("log_retention", log_retention, logs.RetentionDays, _RETENTION_FIX)
        super().__init__(scope, id)
        self._schedules = monitored
        retention = logs.RetentionDays.THREE_MONTHS if log_retention is None else log_retention
        self._queue = dead_letter_queue(self, "UndeliveredQueue")
        self._topic = topic_of(self, topic, is_required=not targets)
        self._watch = WatchFunction(self, retention, selects_groups=any(each.can_select_groups for each in monitored))
        # A topic that is an L1 construct gets its policy only by itself.
        published_to = self._topic if topic is None else topic
        self._notify = None if published_to is None else NotifyFunction(self, retention, published_to, self._queue)
        self._alarms = MonitoringAlarms(self)
        self._dashboard = MonitoringDashboard(self, limits.grace) if dashboard else None
        permissions = [each.permissions for each in (self._watch, self._notify) if each is not None]
        coverage = MonitoringCoverage(monitored, limits, self._alarms, permissions, self._dashboard)
        self._create_own_alarms()
        self._watch_rules = tuple(self._create_watch_rules(coverage))
        self._rules = tuple(self._create_rules())
        for rule in self._rules:
            if self._notify is not None:
                notify = self._notify.function
                rule.add_target(event_targets.LambdaFunction(notify, dead_letter_queue=self._queue))
            for target in targets:
                rule.add_target(target)

    # --- What it consists of --------------------------------------------------------------------------

    @property
    def topic(self) -> sns.ITopic:
        """The topic of the messages: the given one, or the created one.

        Raises:
            PatchingError: only targets were given.
        """
        with located(self):
            if self._topic is None:
                raise refusal("topic", "must be set if there are targets", "targets alone", "set topic")
        return self._topic

    @property
    def alarms(self) -> tuple[cloudwatch.Alarm, ...]:
        """All alarms. A freeze that would add another window after they were read is an error."""
        for schedule in self._schedules:
            if schedule.parts is not None:
                schedule.parts.listed()
        return tuple(self._alarms.created.values())

    @property
    def rules(self) -> tuple[events.Rule, ...]:
        """The rules for unsuccessful executions, for disabled windows, and for the alarms."""
        return self._rules

    @property
    def watch_rules(self) -> tuple[events.Rule, ...]:
        """The rules that run the watch function."""
        return self._watch_rules

    @property
    def watch_function(self) -> lambda_.Function:
        """The function that reads executions and nodes, and publishes metrics."""
        return self._watch.function

    @property
    def notify_function(self) -> lambda_.Function | None:
        """The function that sends messages; None if only targets were given."""
        return None if self._notify is None else self._notify.function

    @property
    def watch_role(self) -> iam.Role:
        """The role of the function that reads executions and nodes."""
        return self._watch.role

    @property
    def notify_role(self) -> iam.Role | None:
        """The role of the function that sends messages; None if only targets were given."""
        return None if self._notify is None else self._notify.role

    @property
    def state_table(self) -> dynamodb.Table:
        """The table with what the watch function has seen; it works without it, with less precision."""
        return self._watch.table

    @property
    def dead_letter_queue(self) -> sqs.Queue:
        """The queue of events that did not become a message."""
        return self._queue

    @property
    def dashboard(self) -> cloudwatch.Dashboard | None:
        """The dashboard; None without one."""
        return None if self._dashboard is None else self._dashboard.dashboard

    # --- Rules and alarms -----------------------------------------------------------------------------

    def _create_rules(self) -> Iterator[events.Rule]:
        for place, windows in enumerate(_for_rules(self._schedules), start=1):
            of_windows = MaintenanceWindowEvents.from_maintenance_windows(windows)
            suffix = "" if place == 1 else place
            yield of_windows.on_unsuccessful(f"Unsuccessful{suffix}", cross_stack_scope=self)
            disabled = [WindowState.DISABLED]
            yield of_windows.on_state_change(f"Disabled{suffix}", states=disabled, cross_stack_scope=self)
        of_alarms = self._alarms.rule("AlarmChanges")
        # The event of an alarm that starts before the rule exists is lost.
        self._alarms.preceding.add(of_alarms)
        yield of_alarms

    def _create_watch_rules(self, coverage: MonitoringCoverage) -> Iterator[events.Rule]:
        runs = WatchRuns(self, self._watch.function, self._queue)
        executions, nodes = coverage.execution_entries, coverage.node_entries
        self._alarms.preceding.add(runs.in_deployment("FirstRun", EXECUTIONS, executions))
        yield from runs.regularly("CheckExecutions", EXECUTIONS, Duration.minutes(15), executions)
        yield from runs.regularly("CheckNodes", COMPLIANCE, Duration.hours(1), nodes)

    def _create_own_alarms(self) -> None:
        failing = self._watch.function.metric_errors(period=Duration.hours(1))
        text = "The function that checks executions and nodes fails, so what it did not read is unknown. See its log."
        self._alarms.of_monitoring("WatchFails", text, failing, periods=2)
        waiting = self._queue.metric_approximate_number_of_messages_visible(
            period=Duration.minutes(5), statistic="Maximum"
        )
        text = "Events did not become messages, or did not start a check. They are in the dead-letter queue."
        # A queue that nobody uses publishes no values after some hours, and the events are still in it.
        ignored = cloudwatch.TreatMissingData.IGNORE
        alarms = [self._alarms.of_monitoring("UndeliveredEvents", text, waiting, treat_missing_data=ignored)]
        if self._topic is None or self._notify is None:
            return
        failing = self._notify.function.metric_errors(period=Duration.minutes(5))
        text = "The function that sends messages about patching fails. See its log."
        alarms.append(self._alarms.of_monitoring("NotifyFails", text, failing))
        # Their messages must not depend on the function.
        allow_alarms(self, self._notify.topic)
        for alarm in alarms:
            alarm.add_alarm_action(actions.SnsAction(self._topic))


def _for_rules(schedules: Sequence[MonitoredSchedule]) -> Iterator[list[IMaintenanceWindowRef]]:
    """Return the schedules, divided so that the windows of each part fit in an event pattern."""
    part: list[IMaintenanceWindowRef] = []
    count = 0
    for schedule in schedules:
        own = len(schedule.windows)
        if part and count + own > _WINDOWS_PER_RULE:
            yield part
            part, count = [], 0
        part.append(schedule.window)
        count += own
    yield part


def _check_targets(targets: Sequence[events.IRuleTarget], *, others: int) -> None:
    fix = "use one of aws_cdk.aws_events_targets, such as SqsQueue(queue)"
    if isinstance(targets, str) or not isinstance(targets, Sequence):
        raise refusal("targets", "must be a list of IRuleTarget", shown(targets), "wrap it in [...]")
    for target in targets:
        if not has_property(target, "bind"):
            raise refusal("targets", "must be a list of IRuleTarget", shown(target), fix)
        check_target_topic("targets", target)
    most = _TARGETS_OF_RULE - others
    if len(targets) > most:
        rule = f"must have at most {most} items" + (" with topic, which is a target too" if others else "")
        raise refusal("targets", rule, len(targets), "use an SNS topic or an event bus as one of them")
