"""Forecast whether all nodes are patched in time; run ``patching-constructs capacity`` for the numbers."""

from datetime import timedelta

import aws_cdk as cdk

from patching_constructs import (
    PatchCapacity,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    RateControl,
    ScheduleExpression,
)

app = cdk.App()
stack = cdk.Stack(app, "Capacity")
# Take the numbers from the last executions.
shop = PatchCapacity(nodes=400, minutes_per_node=12)
# Half of the nodes take at most 8 minutes, and 95 of 100 at most 20.
database = PatchCapacity(nodes=60, minutes_per_node=8, minutes_per_node_p95=20)

PatchSchedule(
    stack,
    "Shop",
    schedule=ScheduleExpression.patch_tuesday(days_after=5, hour=1, time_zone="Europe/Berlin"),
    targets=[PatchTarget.patch_group("shop")],
    operation=PatchOperation.INSTALL,
    max_concurrency=RateControl.percentage(10),
    window_name="shop",
    capacity=shop,
)
PatchSchedule(
    stack,
    "Database",
    schedule=ScheduleExpression.patch_tuesday(days_after=6, hour=1, time_zone="Europe/Berlin"),
    targets=[PatchTarget.patch_group("database")],
    operation=PatchOperation.INSTALL,
    duration=timedelta(hours=6),
    max_concurrency=RateControl.count(4),
    window_name="database",
    capacity=database,
)
app.synth()
