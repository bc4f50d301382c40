"""PatchSchedule against L1 constructs: ``python -m tests.bench.patch_schedule``.

Each run creates a number of schedules, in stacks of at most 150, and synthesizes them. See `_measure`.
"""

from tests.bench._measure import Benchmark

PER_STACK = 150


def make_ours(count: int) -> None:
    """Synthesize schedules created with PatchSchedule."""
    import aws_cdk as cdk  # noqa: PLC0415

    from patching_constructs import PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression  # noqa: PLC0415

    app = cdk.App()
    for place in range(count):
        if place % PER_STACK == 0:
            stack = cdk.Stack(app, f"Stack{place}")
        PatchSchedule(
            stack,
            f"Schedule{place}",
            schedule=ScheduleExpression.patch_tuesday(days_after=5, hour=place % 24, time_zone="Europe/Berlin"),
            targets=[PatchTarget.patch_group(f"group-{place}")],
            operation=PatchOperation.INSTALL,
            window_name=f"window-{place}",
        )
    app.synth()


def make_theirs(count: int) -> None:
    """Synthesize the same resources with L1 constructs."""
    import aws_cdk as cdk  # noqa: PLC0415
    from aws_cdk import aws_ssm as ssm  # noqa: PLC0415

    app = cdk.App()
    task = ssm.CfnMaintenanceWindowTask
    for place in range(count):
        if place % PER_STACK == 0:
            stack = cdk.Stack(app, f"Stack{place}")
        window = ssm.CfnMaintenanceWindow(
            stack,
            f"Window{place}",
            name=f"window-{place}",
            schedule=f"cron(0 {place % 24} ? * TUE#2 *)",
            schedule_timezone="Europe/Berlin",
            schedule_offset=5,
            duration=4,
            cutoff=1,
            allow_unassociated_targets=False,
        )
        window_id = window.ref
        target = ssm.CfnMaintenanceWindowTarget(
            stack,
            f"Target{place}",
            resource_type="INSTANCE",
            targets=[ssm.CfnMaintenanceWindowTarget.TargetsProperty(key="tag:Patch Group", values=[f"group-{place}"])],
            window_id=window_id,
        )
        task(
            stack,
            f"Task{place}",
            window_id=window_id,
            task_type="RUN_COMMAND",
            task_arn="AWS-RunPatchBaseline",
            priority=1,
            targets=[task.TargetProperty(key="WindowTargetIds", values=[target.ref])],
            max_concurrency="10%",
            max_errors="10%",
            task_invocation_parameters=task.TaskInvocationParametersProperty(
                maintenance_window_run_command_parameters=task.MaintenanceWindowRunCommandParametersProperty(
                    parameters={"Operation": ["Install"]}
                )
            ),
        )
    app.synth()


if __name__ == "__main__":
    Benchmark("patch_schedule", "schedules", ours=make_ours, theirs=make_theirs).main()
