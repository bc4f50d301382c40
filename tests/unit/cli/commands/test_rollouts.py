"""Rollouts in `calendar`, `describe` and `diff`: which ring a window is, cycle by cycle."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template
from icalendar import Calendar

from patching_constructs import PatchOperation, PatchRing, PatchRollout, PatchTarget, ScheduleExpression
from tests.unit.cli.formats.schemas import output, validated

TUESDAY = ScheduleExpression.patch_tuesday(hour=2)
RINGS = (
    PatchRing("dev", targets=[PatchTarget.patch_group("dev")], days_after=1, bake_time=timedelta(days=2)),
    PatchRing("staging", targets=[PatchTarget.patch_group("staging")], days_after=4, time_zone="Asia/Tokyo"),
    PatchRing("prod", targets=[PatchTarget.patch_group("prod")], days_after=11),
)
RANGE = ("--from", "2027-01-01", "--until", "2027-03-01")


def template(
    tmp_path: Path,
    rings: Iterable[PatchRing] = RINGS,
    *,
    name: str = "stack",
    schedule: ScheduleExpression = TUESDAY,
    **defaults: Any,
) -> Path:
    stack = cdk.Stack(cdk.App(), "Stack")
    PatchRollout(stack, "Monthly", schedule=schedule, operation=PatchOperation.INSTALL, rings=[*rings], **defaults)
    file = tmp_path / f"{name}.template.json"
    file.write_text(json.dumps(Template.from_stack(stack).to_json()), encoding="utf-8")
    return file


def lanes(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.splitlines()]
    start = lines.index("rollout Stack/Monthly")
    return lines[start + 1 : lines.index("", start)]


def test_the_table_has_a_row_for_each_cycle_and_a_column_for_each_ring(tmp_path: Path) -> None:
    assert lanes(output("calendar", template(tmp_path), *RANGE)) == [
        "  schedule        dev                  staging              prod",
        "  Tue 2027-01-12  Wed 01-13 02:00 UTC  Sat 01-16 02:00 JST  Sat 01-23 02:00 UTC",
        "  Tue 2027-02-09  Wed 02-10 02:00 UTC  Sat 02-13 02:00 JST  Sat 02-20 02:00 UTC",
    ]


def test_a_cycle_of_which_a_part_is_not_in_the_range(tmp_path: Path) -> None:
    found = output("calendar", template(tmp_path), "--from", "2027-01-14", "--until", "2027-01-31", "--tz", "UTC")
    assert lanes(found) == [
        "  schedule        staging              prod",
        "  Tue 2027-01-12  Fri 01-15 17:00 UTC  Sat 01-23 02:00 UTC",
    ]
    found = output("calendar", template(tmp_path), "--from", "2027-01-14", "--until", "2027-02-12")
    assert lanes(found)[1:] == [
        "  Tue 2027-01-12  -                    Sat 01-16 02:00 JST  Sat 01-23 02:00 UTC",
        "  Tue 2027-02-09  Wed 02-10 02:00 UTC  -                    -",
    ]


def test_a_rollout_that_is_not_enabled(tmp_path: Path) -> None:
    found = output("calendar", template(tmp_path, RINGS[:1], enabled=False), *RANGE)
    assert lanes(found)[1] == "  Tue 2027-01-12  Wed 01-13 02:00 UTC (frozen)"


def test_one_moment(tmp_path: Path) -> None:
    once = ScheduleExpression.at(datetime(2027, 1, 12, 20, tzinfo=UTC))
    assert lanes(output("calendar", template(tmp_path, schedule=once), *RANGE)) == [
        "  schedule  dev                  staging              prod",
        "  once      Wed 01-13 20:00 UTC  Sat 01-16 11:00 UTC  Sat 01-23 20:00 UTC",
    ]


def test_json(tmp_path: Path) -> None:
    file = template(tmp_path)
    calendar = validated("calendar", "calendar", file, *RANGE, "--format", "json")
    described = validated("describe", "describe", file, "--format", "json")
    for rings in (
        [each["ring"] for each in calendar["executions"][:3]],
        [each["ring"] for each in described["windows"]],
    ):
        assert rings == [
            {"rollout": "Stack/Monthly", "name": "dev", "daysAfter": 1, "bakeHours": 48},
            {"rollout": "Stack/Monthly", "name": "staging", "daysAfter": 4, "bakeHours": None},
            {"rollout": "Stack/Monthly", "name": "prod", "daysAfter": 11, "bakeHours": None},
        ]


def test_ics(tmp_path: Path) -> None:
    found = Calendar.from_ical(output("calendar", template(tmp_path), *RANGE, "--format", "ics"))
    assert "Ring: dev of Stack/Monthly, 1 day after its schedule, bake time 48 h" in str(found.events[0]["description"])


def test_describe(tmp_path: Path) -> None:
    on_the_dates = PatchRing("canary", targets=[PatchTarget.patch_group("canary")], days_after=0)
    lines = output("describe", template(tmp_path, [on_the_dates, *RINGS])).splitlines()
    assert [line.removeprefix("ring").strip() for line in lines if line.startswith("ring")] == [
        "canary of Stack/Monthly, on the dates of its schedule",
        "dev of Stack/Monthly, 1 day after its schedule, bake time 48 h",
        "staging of Stack/Monthly, 4 days after its schedule",
        "prod of Stack/Monthly, 11 days after its schedule",
    ]
    assert "Rollout" not in "".join(lines)


def test_diff(tmp_path: Path) -> None:
    later = PatchRing("dev", targets=[PatchTarget.patch_group("dev")], days_after=2)
    old, new = template(tmp_path, RINGS[:1], name="old"), template(tmp_path, [later], name="new")
    found = [line.strip() for line in output("diff", old, new).splitlines()]
    changes = [line for line in found if "rollout" in line or "bake" in line]
    assert changes == ["days after the schedule of the rollout: 1 -> 2", "bake time in hours: 48 -> none"]


@pytest.mark.parametrize("command", ["check", "coverage"])
def test_other_commands_read_rollouts_as_schedules(tmp_path: Path, command: str) -> None:
    assert output(command, template(tmp_path))
