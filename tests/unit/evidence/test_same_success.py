"""The gate of a schedule and the function of a monitoring agree about what a real success is.

The script of a gate is one text, so that it cannot import the definition of the function. A gate requires more: the
operation, and few enough failures.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from patching_constructs.constructs.gate_scripts.decide import Gate, GateClosedError
from patching_constructs.evidence.executions import Executions
from patching_constructs.evidence.success import PATCH_DOCUMENTS, why_no_success
from tests.unit.gate.service import (
    BEFORE,
    EXECUTION,
    INVOCATION,
    STARTED,
    Service,
    command,
    events,
    execution,
)

SCRIPT = "AWS-RunShellScript"


@dataclass(frozen=True)
class Task:
    """A task of an execution, and what it has run on."""

    kind: str
    document: str
    status: str
    operation: str
    nodes: int


class Answers(Service):
    """The answers about an execution with some tasks, without an endpoint."""

    def __init__(self, tasks: list[Task]) -> None:
        super().__init__()
        self.tasks, self.commands, self.invocations_of, self.nodes_of = [], [], {}, {}
        for number, each in enumerate(tasks):
            self._add(each, *(f"{kind}0000000-0000-4000-8000-{number:012}" for kind in "abc"))

    def _add(self, task: Task, task_id: str, command_id: str, automation: str) -> None:
        is_gate = task.kind == "AUTOMATION"
        self.tasks.append(
            {
                "WindowExecutionId": EXECUTION,
                "TaskExecutionId": task_id,
                "Status": task.status,
                "TaskArn": "Gate" if is_gate else task.document,
                "TaskType": task.kind,
            }
        )
        started = automation if is_gate else command_id
        self.invocations_of[task_id] = [{"InvocationId": INVOCATION, "ExecutionId": started, "Status": task.status}]
        sent = command(command_id, snapshot=automation, operation=task.operation) | {"DocumentName": task.document}
        if task.kind in ("RUN_COMMAND", "AUTOMATION"):
            self.commands.append(sent)
            self.nodes_of[command_id] = {
                f"i-{node:017x}": {"DocumentName": task.document, "Status": "Success"} for node in range(task.nodes)
            }

    def get_paginator(self, operation: str) -> Any:
        name = "".join(part.title() for part in operation.split("_"))
        return SimpleNamespace(paginate=lambda **given: self._pages(name, given))

    def _pages(self, operation: str, given: dict[str, Any]) -> Iterator[dict[str, Any]]:
        token: dict[str, Any] = {}
        while True:
            answer = self.answer(operation, given | token)
            yield answer
            if "NextToken" not in answer:
                return
            token = {"NextToken": answer["NextToken"]}


tasks = st.builds(
    Task,
    kind=st.sampled_from(["RUN_COMMAND", "AUTOMATION", "LAMBDA"]),
    document=st.sampled_from([*PATCH_DOCUMENTS, SCRIPT]),
    status=st.sampled_from(["SUCCESS"] * 7 + ["FAILED"]),
    operation=st.sampled_from(["Install", "Scan"]),
    nodes=st.integers(0, 2),
)


@settings(max_examples=500)
@given(st.lists(tasks, max_size=3))
def test_the_gate_and_the_function_agree(tasks: list[Task]) -> None:
    answers: Any = Answers(tasks)
    last = execution(BEFORE, EXECUTION, "SUCCESS", STARTED, timedelta(hours=1))
    try:
        # A gate of a schedule that scans takes both operations.
        patched = bool(Gate(answers, events(Operation="Scan")).patched_nodes(last))
    except GateClosedError:
        patched = False
    found = list(Executions(answers).tasks(last))
    succeeded = why_no_success("SUCCESS", found) is None
    assert patched == (succeeded and any(each.is_patching for each in found))
