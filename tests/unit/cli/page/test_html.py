"""The HTML page as text: its content, its security policy, and that it is the same every time."""

import base64
import hashlib
import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from patching_constructs.cli.page.build import SCRIPTS, STYLES, build_page
from patching_constructs.planning.executions import Note, NoteKind
from patching_constructs.template import MaintenanceWindow
from tests.unit.cli.fleet import (
    AFTER,
    FROM_A_PARAMETER,
    FROM_UNIX,
    MONTHLY,
    NIGHTLY,
    UNTIL,
    fleet,
    forecast_of,
    page_of,
    window,
)

HOSTILE = """</script><!--</style></noscript><img src=x onerror="alert(1)">'&"""


class Reader(HTMLParser):
    """The tags of a page, its scripts, and its text without them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, str] = {}
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            name = f"{self.cdata_elem} {self.tags[-1][1].get('type', '')}".strip()
            self.raw[name] = self.raw.get(name, "") + data
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    @property
    def data(self) -> Any:
        return json.loads(self.raw["script application/json"])


def read(*windows: MaintenanceWindow, **others: Any) -> Reader:
    return Reader(page_of(*windows, **others))


# --- The same every time ------------------------------------------------------------------------------

PRINT = (
    "import sys; from tests.unit.cli.fleet import *; sys.stdout.buffer.write(page_of(*fleet(30), FROM_UNIX).encode())"
)


def test_the_same_input_gives_the_same_bytes_in_every_process() -> None:
    one, other = (
        subprocess.run(
            [sys.executable, "-c", PRINT], env={"PYTHONHASHSEED": seed, "TZ": zone}, capture_output=True, check=True
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    )
    assert one == other == page_of(*fleet(30), FROM_UNIX).encode()


def test_the_order_of_the_windows_does_not_change_the_colours() -> None:
    names = [each["name"] for each in read(*fleet(30)).data["schedules"]]
    assert [each["name"] for each in read(*reversed(fleet(30))).data["schedules"]] == names


# --- Nothing loads, and nothing else runs -------------------------------------------------------------


def test_the_policy_lets_only_the_pages_own_script_and_style_run() -> None:
    page = read(NIGHTLY)
    (policy,) = [a["content"] for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
    script, style = (
        base64.b64encode(hashlib.sha256(page.raw[name].encode()).digest()).decode()
        for name in ("script module", "style")
    )
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def test_nothing_is_fetched() -> None:
    page = page_of(*fleet(30))
    addresses = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"'()]*", page))
    assert addresses == {"http://www.w3.org/2000/svg"}
    links = {value for _, attrs in Reader(page).tags for name, value in attrs.items() if name in {"src", "href"}}
    assert all(link and link.startswith(("#", "data:")) for link in links)


def test_there_are_no_style_and_no_handler_attributes() -> None:
    names = {name for _, attrs in read(*fleet(30)).tags for name in attrs}
    assert not {name for name in names if name == "style" or name.startswith("on")}


# --- Hostile names ------------------------------------------------------------------------------------


def test_a_hostile_name_is_always_text() -> None:
    hostile = (
        window(HOSTILE, group=HOSTILE, stack=HOSTILE, operation=HOSTILE),
        window(HOSTILE, HOSTILE, stack=HOSTILE),
        window("deferred", {"Ref": HOSTILE}),
    )
    page, tame = read(*hostile), read(window(), window("other", "other"), window("deferred", {"Ref": "Schedule"}))
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in tame.tags]
    assert page.data["schedules"][0]["name"] == HOSTILE
    assert page.text.count(HOSTILE) > 10


def test_the_data_holds_no_sign_that_starts_a_tag() -> None:
    assert "<" not in read(window(HOSTILE)).raw["script application/json"]


def test_half_a_surrogate_pair_does_not_keep_the_page_from_being_written() -> None:
    page = page_of(window("half-\ud83d"))
    assert page.encode()
    assert Reader(page).text.count("half-?") > 1


# --- What the script reads ----------------------------------------------------------------------------


def local_times(data: Any) -> list[tuple[str, str]]:
    """Read the executions as the script does: the name and the wall time of each."""
    found = []
    for place, start, *_ in data["executions"]:
        schedule = data["schedules"][place]
        offset = [offset for since, offset in data["zones"][schedule["zone"]]["offsets"] if since <= start][-1]
        found.append(
            (schedule["name"], (datetime.fromtimestamp(start, UTC) + timedelta(seconds=offset)).isoformat()[:19])
        )
    return found


@pytest.mark.parametrize("zone", [None, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Africa/Casablanca"), UTC])
def test_the_times_are_those_of_the_time_zone(zone: ZoneInfo | None) -> None:
    executions = forecast_of(*fleet(30), until=AFTER + timedelta(days=400)).executions
    assert local_times(read(*fleet(30), until=AFTER + timedelta(days=400), zone=zone).data) == [
        (each.window.label, each.occurrence.start.astimezone(zone or each.occurrence.zone).isoformat()[:19])
        for each in executions
    ]


def test_the_axis_has_the_zone_that_all_schedules_have() -> None:
    data = read(NIGHTLY, MONTHLY).data
    assert (data["zones"][data["axis"]]["name"], len(data["zones"])) == ("Europe/Berlin", 1)


def test_the_axis_of_several_zones_is_in_utc() -> None:
    data = read(NIGHTLY, window("tokyo", zone="Asia/Tokyo")).data
    assert data["zones"][data["axis"]] == {"name": "UTC", "offsets": [[int(AFTER.timestamp()) - 45 * 86400, 0]]}


def test_a_zone_given_is_the_only_one() -> None:
    data = read(*fleet(30), zone=ZoneInfo("Asia/Tokyo")).data
    assert [zone["name"] for zone in data["zones"]] == ["Asia/Tokyo"]
    assert "All times in Asia/Tokyo" in read(*fleet(30), zone=ZoneInfo("Asia/Tokyo")).text


def test_a_daylight_saving_change_is_exact_to_the_second() -> None:
    (zone,) = read(MONTHLY).data["zones"]
    switch = int(datetime(2026, 3, 29, 1, tzinfo=UTC).timestamp())
    assert zone["offsets"][1:] == [[switch, 7200]]


def notes_of(page: Reader) -> list[list[str]]:
    return [page.data["notes"][note] for _, _, *notes in page.data["executions"] for note in notes]


def test_equal_notes_are_written_once() -> None:
    page = read(window(), window("other", group="nightly"))
    assert sorted(page.data["notes"]) == [
        ["overlap", "nightly is open at the same time and can select the same nodes"],
        ["overlap", "other is open at the same time and can select the same nodes"],
    ]
    assert len(page.data["executions"]) == 184
    assert len(notes_of(page)) == 184


def test_many_notes_are_shortened() -> None:
    found = forecast_of(window(), until=AFTER + timedelta(days=1))
    found.executions[0].notes += [Note(NoteKind.OVERLAP, f"{number}") for number in range(100)] * 2
    found.executions[0].notes.append(Note(NoteKind.CLOCK_CHANGE, "clock"))
    page = Reader(build_page(found, after=AFTER, until=UNTIL, zone=None))
    assert notes_of(page) == [
        *(["overlap", str(number)] for number in range(12)),
        ["overlap", "and 88 more"],
        ["daylightSaving", "clock"],
    ]


# --- What is written without the script ---------------------------------------------------------------


def test_the_header_has_the_range_and_the_counts() -> None:
    text = read(NIGHTLY, MONTHLY).text
    assert "Patch calendar 1 Mar 2026, 01:00 to 1 Jun 2026, 02:00 All times in Europe/Berlin" in text
    assert "2 schedules 95 executions 1 needs attention" in text


def test_one_is_singular() -> None:
    assert "1 schedule 1 execution " in read(window("once", "at(2026-04-01T00:00:00)", zone=None)).text


def test_a_schedule_is_listed_with_what_it_does() -> None:
    assert (
        "MI monthly-install At 02:30, on the last Sunday of the month Install · Europe/Berlin "
        "Details of monthly-install Stack Patching Schedule cron(30 2 ? * 1L *) Time zone Europe/Berlin "
    ) in read(MONTHLY).text


def test_windows_with_unknown_executions_are_listed_with_the_reason() -> None:
    text = read(NIGHTLY, FROM_A_PARAMETER, FROM_UNIX).text
    assert "2 windows not shown: executions unknown" in text
    assert 'from-a-parameter the schedule is unknown until deployment {"Ref":"Schedule"} · Patching' in text
    assert "from-unix invalid: schedule must be cron(...), rate(...) or at(...), got '0 4 * * *'" in text


def test_a_page_without_executions_is_complete() -> None:
    page = read(FROM_UNIX)
    assert "0 schedules 0 executions" in page.text
    assert "Legend" not in page.text
    assert page.data["executions"] == []


def test_without_javascript_there_is_a_table_of_executions() -> None:
    text = read(MONTHLY).text
    assert "29 Mar 2026, 03:30 29 Mar 2026, 07:30 Europe/Berlin monthly-install Install Daylight saving" in text


def test_the_table_ends_after_500_executions() -> None:
    page = read(*fleet(30))
    assert "This table lists the first 500 of " in page.text
    assert len([tag for tag, attrs in page.tags if tag == "th" and attrs.get("scope") == "row"]) == 500


INITIALS = {
    "web-prod": "WP",
    "web-prod-12": "W12",
    "web-prod-12345": "W345",
    "MonthlyInstall": "MI",
    "DBPatching": "DP",
    "web-prod-install-nightly": "WPI",
    "nightly": "N",
    "éclair_über": "ÉÜ",
    "...": "?",
}


@pytest.mark.parametrize(("name", "initials"), INITIALS.items())
def test_a_schedule_has_initials(name: str, initials: str) -> None:
    assert read(window(name)).data["schedules"][0]["initials"] == initials


SHORT_NAMES = {
    "Patching-NightlyScan-80A4CBCC": ("NightlyScan", "NS"),
    "Patching-NightlyScan": ("NightlyScan", "NS"),
    "NightlyScan-80A4CBCC": ("NightlyScan", "NS"),
    "Patching-80A4CBCC": ("80A4CBCC", "8A4"),
    "-80A4CBCC": ("-80A4CBCC", "8A4"),
    "Patching-": ("Patching-", "P"),
    "PatchingScan-80a4cbcc": ("PatchingScan-80a4cbcc", "PS8"),
}


@pytest.mark.parametrize(("name", "short"), SHORT_NAMES.items())
def test_a_generated_name_is_shortened(name: str, short: tuple[str, str]) -> None:
    (schedule,) = read(window(name)).data["schedules"]
    assert (schedule["name"], (schedule["short"], schedule["initials"])) == (name, short)


def test_names_that_would_be_short_for_two_stay_long() -> None:
    names = ("Prod-Scan-80A4CBCC", "Dev-Scan-80A4CBCC")
    page = read(*(window(name, stack=name.split("-", maxsplit=1)[0]) for name in names), window("other"))
    assert {each["short"] for each in page.data["schedules"]} == {*names, "other"}


@pytest.mark.parametrize(("operation", "installs"), [("Scan", False), ("Install", True), (None, False)])
def test_a_schedule_that_scans_or_has_no_task_installs_nothing(operation: str | None, installs: bool) -> None:  # noqa: FBT001
    assert read(window(operation=operation)).data["schedules"][0]["installs"] is installs


def test_the_page_of_500_schedules_is_small() -> None:
    page = page_of(*fleet(500))
    assert len(page.encode()) < 2_000_000
    assert len(Reader(page).data["executions"]) > 15_000


# --- The parts that are joined ------------------------------------------------------------------------


@pytest.mark.parametrize(("folder", "names", "suffix"), [("styles", STYLES, ".css"), ("scripts", SCRIPTS, ".js")])
def test_every_part_of_the_page_is_joined(folder: str, names: tuple[str, ...], suffix: str) -> None:
    parts = [file.name for file in files("patching_constructs.cli.page").joinpath(folder).iterdir()]
    assert sorted(parts) == sorted(f"{name}{suffix}" for name in names)
