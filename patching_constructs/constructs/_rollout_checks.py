"""Checks of the order of the rings of a rollout, in the words of its properties.

Each warning has its own id, so that ``Annotations.of(rollout).acknowledge_warning(id)`` silences only that one.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from aws_cdk import Annotations
from constructs import Construct

from patching_constructs._errors import PatchingError, refusal
from patching_constructs.constructs.patch_ring import PatchRing
from patching_constructs.planning.rollouts import (
    ProblemKind,
    RingExecution,
    RingTimes,
    RolloutProblem,
    rollout_problems,
)

ASSUMED_ORDER: Final = "patching-constructs:assumedRingOrder"
NEXT_CYCLE: Final = "patching-constructs:ringAfterNextCycle"
SKIPPED_RING: Final = "patching-constructs:skippedRing"
OUTLASTS_BAKE_TIME: Final = "patching-constructs:installOutlastsBakeTime"
SAME_TARGETS: Final = "patching-constructs:ringsWithSameTargets"

_WARNINGS: Final = {ProblemKind.NEXT_CYCLE: NEXT_CYCLE, ProblemKind.SKIPPED: SKIPPED_RING}
_HOUR: Final = timedelta(hours=1)


def check_rings(rings: Sequence[RingTimes]) -> list[RolloutProblem]:
    """Check that the rings start in their order, one after another, with their bake times between them.

    Returns:
        What is no error, for `warn_of_rings`.

    Raises:
        PatchingError: two of them do not, in a cycle whose times are certain.
    """
    problems = rollout_problems(rings)
    for problem in problems:
        if problem.kind not in _WARNINGS and problem.is_certain:
            raise _error(problem)
    return problems


def warn_of_rings(scope: Construct, problems: Iterable[RolloutProblem], gated: Collection[str]) -> None:
    """Warn of rings whose order is only assumed, or that patch what the ring before them has not tested.

    Args:
        scope: the rollout.
        problems: what was found.
        gated: the names of the rings whose gate requires the success of the ring before.
    """
    for problem in problems:
        if problem.kind in _WARNINGS:
            _warn(scope, _WARNINGS[problem.kind], _text(problem, is_gated=problem.other.ring.name in gated))
        else:
            assumption = "AWS does not document daylight saving changes, so this is assumed; use another hour"
            _warn(scope, ASSUMED_ORDER, f"{_error(problem).problem}; {assumption}")


def warn_of_same_targets(scope: Construct, ring: PatchRing, earlier: Iterable[PatchRing]) -> None:
    """Warn of a ring that patches the nodes of an earlier one again."""
    for other in earlier:
        if set(other.targets) == set(ring.targets):
            text = f"rings {other.name!r} and {ring.name!r} have the same targets, so each cycle patches the same nodes"
            _warn(scope, SAME_TARGETS, f"{text} twice; set other targets for one of them")


def warn_of_running_on(scope: Construct, name: str) -> None:
    """Warn of a ring whose installation can continue while the next ring starts."""
    _warn(
        scope,
        OUTLASTS_BAKE_TIME,
        f"ring {name!r} has cutoff_behavior=CONTINUE_TASK: its installation can continue after its window, within the "
        "bake time and while the next ring is patched; leave cutoff_behavior out",
    )


def _error(problem: RolloutProblem) -> PatchingError:
    ring, later = problem.ring, problem.other
    match problem.kind:
        case ProblemKind.ORDER:
            rule, fix = f"must start after ring {ring.name!r}", "list the rings in the order in which they start"
        case ProblemKind.OVERLAP if problem.execution is not None and problem.execution.cycle != later.cycle:
            rule = f"must not overlap with ring {ring.name!r} of the cycle before"
            fix = f"reduce days_after of {ring.name!r}, or use a schedule with longer intervals"
        case ProblemKind.OVERLAP:
            rule, fix = f"must not overlap with ring {ring.name!r}", "increase days_after, or change the hour"
        case _:
            rule = f"must start after bake_time={ring.bake_time // _HOUR} h of ring {ring.name!r}"
            fix = "increase days_after, or reduce bake_time or duration"
    return refusal(f"ring {later.ring.name!r}", rule, _executions(problem.execution, later), fix)


def _text(problem: RolloutProblem, *, is_gated: bool) -> str:
    ring, other = problem.ring, problem.other.ring
    if problem.kind is ProblemKind.NEXT_CYCLE:
        times = _executions(problem.execution, problem.other)
        so = "its gate checks the success of that cycle" if is_gated else "it patches what was approved for that cycle"
        return (
            f"ring {other.name!r} starts after the next cycle of ring {ring.name!r}, so {so}: {times}; "
            "reduce days_after, or use a schedule with longer intervals"
        )
    does, so = ("runs", ", so its gate is closed") if is_gated else ("is patched", "")
    if not ring.windows:
        why = "is not enabled"
    else:
        why = f"has no execution in the cycle of {problem.other.cycle.isoformat()}"
        so = so and f"{so} unless {ring.name!r} has succeeded within max_age before"
    return (
        f"ring {other.name!r} {does} {_start(problem.other)} without ring {ring.name!r}, which {why}{so}; check the "
        "freezes, start_date, end_date and enabled of both"
    )


def _executions(earlier: RingExecution | None, later: RingExecution) -> str:
    first = "" if earlier is None else f"{earlier.ring.name!r} from {_span(earlier)}, "
    return f"{first}{later.ring.name!r} from {_span(later)}"


def _span(execution: RingExecution) -> str:
    return f"{_utc(execution.occurrence.start)} to {_utc(execution.occurrence.end)}"


def _start(execution: RingExecution) -> str:
    return f"at {_utc(execution.occurrence.start)}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def _warn(scope: Construct, warning: str, text: str) -> None:
    Annotations.of(scope).add_warning_v2(warning, text)
