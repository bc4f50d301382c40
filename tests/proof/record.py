"""The record of a run: what passed, by feature and kind of evidence."""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

VERSION: Final = 1
RECORDS: Final = Path(__file__).parent / "record"


@dataclass
class Seen:
    """What an emulator returned of the resources of a type."""

    type: str
    resources: int = 0
    fallback: int = 0
    """The resources of the type that the emulator does not support and reports as created: no evidence."""
    equal: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Seen") -> None:
        self.resources += other.resources
        self.fallback += other.fallback
        self.equal += other.equal
        self.dropped += other.dropped

    def of(self, rendered: Collection[str]) -> "Seen | None":
        """Return what was seen of types and of properties, which are `Type.Property`; None if nothing was."""
        if self.type in rendered:
            return self
        names = {each.removeprefix(f"{self.type}.") for each in rendered if each.startswith(f"{self.type}.")}
        equal, dropped = (
            Counter({name: count for name, count in counts.items() if name in names})
            for counts in (self.equal, self.dropped)
        )
        return Seen(self.type, self.resources, self.fallback, equal, dropped) if names else None


@dataclass
class Outcome:
    """The outcomes of the cases of a test that show the same."""

    test: str
    feature: str
    evidence: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seen: dict[str, Seen] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.test, self.feature, self.evidence


@dataclass
class Record:
    """What a command has recorded."""

    command: str
    date: str
    tools: dict[str, str]
    outcomes: list[Outcome]


def write(path: Path, record: Record) -> None:
    """Write a record. The same outcomes are the same text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = {"version": VERSION, "command": record.command, "date": record.date, "tools": record.tools}
    # A line for each outcome, so that a difference is easy to read.
    outcomes = [json.dumps(_as_json(each)) for each in sorted(record.outcomes, key=lambda each: each.key)]
    text = (
        json.dumps(head, indent=1).removesuffix("\n}") + ',\n "outcomes": [\n  ' + ",\n  ".join(outcomes) + "\n ]\n}\n"
    )
    path.write_text(text, encoding="utf-8")


def _as_json(outcome: Outcome) -> dict[str, Any]:
    content = asdict(outcome)
    seen = [_sorted(outcome.seen[kind]) for kind in sorted(outcome.seen)]
    return content | {"seen": seen} if seen else {key: each for key, each in content.items() if key != "seen"}


def _sorted(seen: Seen) -> dict[str, Any]:
    counts = {"equal": dict(sorted(seen.equal.items())), "dropped": dict(sorted(seen.dropped.items()))}
    return {"type": seen.type, "resources": seen.resources, "fallback": seen.fallback} | counts


def read(path: Path) -> Record:
    content = json.loads(path.read_text(encoding="utf-8"))
    if content["version"] != VERSION:
        raise ValueError(f"{path} has version {content['version']}, not {VERSION}")
    outcomes = [_outcome(each) for each in content["outcomes"]]
    return Record(content["command"], content["date"], content["tools"], outcomes)


def _outcome(content: dict[str, Any]) -> Outcome:
    return Outcome(**content | {"seen": {each["type"]: seen(**each) for each in content.get("seen", [])}})


def seen(
    type: str,  # noqa: A002 - the name in the record
    *,
    equal: Iterable[str] | dict[str, int] = (),
    dropped: Iterable[str] | dict[str, int] = (),
    resources: int = 1,
    fallback: int = 0,
) -> Seen:
    """Return what was seen of resources of a type."""
    return Seen(type, resources, fallback, Counter(equal), Counter(dropped))


def read_all() -> list[Record]:
    return [read(path) for path in sorted(RECORDS.glob("*.json"))]
