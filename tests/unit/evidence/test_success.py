"""What a real success of an execution is."""

import pytest

from patching_constructs.evidence.success import Command, TaskRun, why_no_success

PATCH = "AWS-RunPatchBaseline"
SCRIPT = "AWS-RunShellScript"


def command_task(document: str = PATCH, *, nodes: int | None = 1, status: str = "SUCCESS") -> TaskRun:
    """Return a Run Command task; without a number of nodes, it has sent no command."""
    commands = () if nodes is None else (Command(document=document, nodes=nodes),)
    return TaskRun(name=document, kind="RUN_COMMAND", status=status, commands=commands)


def other(kind: str, status: str = "SUCCESS", *commands: Command) -> TaskRun:
    return TaskRun(name="Other", kind=kind, status=status, commands=commands)


GATE = other("AUTOMATION", "SUCCESS", Command(document=PATCH, nodes=2))


@pytest.mark.parametrize(
    "tasks",
    [
        [command_task()],
        [command_task(nodes=0), command_task()],
        [command_task(SCRIPT)],
        [command_task(SCRIPT, nodes=0), command_task(PATCH)],
        [command_task("arn:aws:ssm:eu-central-1::document/AWS-RunPatchBaselineWithHooks")],
        [GATE],
        # Run Command does not keep commands for longer than 30 days.
        [TaskRun(name=PATCH, kind="RUN_COMMAND", status="SUCCESS", commands=(Command(document=PATCH, nodes=None),))],
        [GATE, other("LAMBDA")],
        [other("LAMBDA")],
        [other("STEP_FUNCTIONS")],
        [other("AUTOMATION")],
    ],
)
def test_real_success(tasks: list[TaskRun]) -> None:
    assert why_no_success("SUCCESS", tasks) is None


@pytest.mark.parametrize(
    ("tasks", "reason"),
    [
        ([], "it ran no task"),
        ([command_task(nodes=0)], "its patch command ran on no node"),
        ([command_task(nodes=None)], "its patch command ran on no node"),
        # The nodes of another task do not replace those that should have been patched.
        ([command_task(SCRIPT), command_task(nodes=0)], "its patch command ran on no node"),
        ([other("LAMBDA"), command_task(nodes=0)], "its patch command ran on no node"),
        ([command_task(SCRIPT, nodes=0)], "its commands ran on no node"),
        ([command_task(SCRIPT, nodes=None)], "its commands ran on no node"),
        ([other("AUTOMATION", "SUCCESS", Command(document=PATCH, nodes=0))], "its patch command ran on no node"),
        ([command_task(), other("LAMBDA", "FAILED")], "the status of its task Other is FAILED"),
        ([command_task(status="TIMED_OUT")], "the status of its task AWS-RunPatchBaseline is TIMED_OUT"),
    ],
)
def test_no_success(tasks: list[TaskRun], reason: str) -> None:
    assert why_no_success("SUCCESS", tasks) == reason


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "CANCELLED", "SKIPPED_OVERLAPPING", "IN_PROGRESS"])
def test_another_status(status: str) -> None:
    assert why_no_success(status, [command_task()]) == f"its status is {status}"
