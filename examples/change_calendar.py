"""The same freeze for a schedule and in a Change Calendar, which also closes every weekend, for an association."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import aws_cdk as cdk
from aws_cdk import aws_ssm as ssm

from patching_constructs import (
    CalendarEvent,
    CalendarType,
    ChangeCalendar,
    DayOfWeek,
    EventFrequency,
    PatchFreeze,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)

BERLIN = ZoneInfo("Europe/Berlin")
christmas = PatchFreeze(date(2026, 12, 18), date(2027, 1, 4), "Christmas", time_zone=BERLIN)
weekends = CalendarEvent(
    summary="weekends",
    start=datetime(2026, 12, 5, tzinfo=BERLIN),
    duration=timedelta(days=2),
    frequency=EventFrequency.WEEKLY,
)

app = cdk.App()
stack = cdk.Stack(app, "Changes")
PatchSchedule(
    stack,
    "Install",
    schedule=ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=4, time_zone=BERLIN),
    targets=[PatchTarget.patch_group("shop")],
    operation=PatchOperation.INSTALL,
    freezes=[christmas],
)
calendar = ChangeCalendar(stack, "Calendar", calendar_type=CalendarType.DEFAULT_OPEN, events=[christmas, weekends])
# cfn-lint parses the content of every document as JSON or YAML, and a calendar is neither.
calendar.document.add_metadata("cfn-lint", {"config": {"ignore_checks": ["E3051"]}})
ssm.CfnAssociation(
    stack,
    "UpdateAgent",
    name="AWS-UpdateSSMAgent",
    targets=[ssm.CfnAssociation.TargetProperty(key="tag:Patch Group", values=["shop"])],
    schedule_expression="rate(14 days)",
    calendar_names=[calendar.calendar_arn],
)
app.synth()
