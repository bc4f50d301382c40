"""The same schedules in every account of two organizational units, in three Regions, each at its own night."""

import aws_cdk as cdk

from patching_constructs import (
    DayOfWeek,
    PatchOperation,
    PatchOrganization,
    PatchSchedule,
    PatchTarget,
    RateControl,
    ScheduleExpression,
)

app = cdk.App()
# In the management account of the organization, or in a delegated administrator of StackSets.
stack = cdk.Stack(app, "PatchAdministration")

organization = PatchOrganization(
    stack,
    "Patching",
    organizational_units=["ou-ab12-11112222", "ou-ab12-33334444"],
    # Deployed in this order.
    regions={
        "eu-central-1": "Europe/Berlin",
        "us-east-1": "America/New_York",
        "ap-southeast-2": "Australia/Sydney",
    },
    excluded_accounts=["111122223333"],
    max_concurrency=RateControl.count(5),
    failure_tolerance=RateControl.count(4),
)

# What each account and Region gets.
PatchSchedule(
    organization,
    "Scan",
    schedule=ScheduleExpression.daily(hour=22, time_zone=organization.time_zone),
    targets=[PatchTarget.tag("Patch", "weekly")],
    operation=PatchOperation.SCAN,
)
PatchSchedule(
    organization,
    "Weekly",
    schedule=ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=3, time_zone=organization.time_zone),
    targets=[PatchTarget.tag("Patch", "weekly")],
    operation=PatchOperation.INSTALL,
)

app.synth()
