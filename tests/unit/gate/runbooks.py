"""A runbook as Automation runs it: which step follows which, by the outcome of each step.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

Step = Mapping[str, Any]


class Outcome(Enum):
    """How a step ends."""

    SUCCESS = auto()
    FAILURE = auto()
    TIMEOUT = auto()
    CANCELLATION = auto()


@dataclass(frozen=True)
class Path:
    """The steps that ran, with their outcomes."""

    taken: tuple[tuple[str, Outcome], ...] = ()

    @property
    def steps(self) -> list[str]:
        return [name for name, _ in self.taken]


class Runbook:
    """The steps of a runbook."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.steps: dict[str, Step] = {step["name"]: step for step in content["mainSteps"]}
        self.first = content["mainSteps"][0]["name"]
        assert len(self.steps) == len(content["mainSteps"])

    def next_of(self, step: Step, outcome: Outcome) -> str | None:
        """Return the step that follows; None if the automation ends."""
        match outcome:
            case Outcome.SUCCESS:
                return None if step.get("isEnd") else step.get("nextStep", self._after(step))
            case Outcome.CANCELLATION:
                return self._named(step.get("onCancel", "Abort"), step)
            case _:
                # A step with isEnd ends the automation also if it fails.
                return None if step.get("isEnd") else self._named(step.get("onFailure", "Abort"), step)

    def _named(self, action: str, step: Step) -> str | None:
        if action == "Continue":
            return self._after(step)
        kind, _, name = action.partition(":")
        assert kind in ("Abort", "step"), action
        return name or None

    def _after(self, step: Step) -> str | None:
        names = list(self.steps)
        place = names.index(step["name"]) + 1
        return names[place] if place < len(names) else None

    def paths(self, begun: Path | None = None, name: str | None = None) -> Iterator[Path]:
        """Return every path, whatever the outcome of each step."""
        begun, name = begun or Path(), name or self.first
        assert name not in begun.steps, "a step would run twice"
        for outcome in Outcome:
            path = Path((*begun.taken, (name, outcome)))
            following = self.next_of(self.steps[name], outcome)
            if following is None:
                yield path
            else:
                yield from self.paths(path, following)

    def run(self, do: Callable[[Step], Outcome]) -> Path:
        """Run the steps, each with the outcome that a function returns."""
        path, name = Path(), self.first
        while True:
            outcome = do(self.steps[name])
            path = Path((*path.taken, (name, outcome)))
            following = self.next_of(self.steps[name], outcome)
            if following is None:
                return path
            name = following
