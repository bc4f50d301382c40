"""The times of a window, parsed from a template."""

from typing import Any

from patching_constructs.planning.windows import WindowTimes
from tests.refusals import refused


def read(**properties: Any) -> WindowTimes:
    given: dict[str, Any] = dict.fromkeys(("time_zone", "schedule_offset", "start_date", "end_date"))
    return WindowTimes.read(**given | {"schedule": "rate(1 day)", "duration": "4", "cutoff": "1"} | properties)


def test_refusal_of_a_token_that_leaked_into_a_schedule() -> None:
    assert refused(lambda: read(schedule="cron(0 4 ${Token[TOKEN.7]} * ? *)")) == "Schedule is unknown until deployment"


def test_windows_that_open_together_have_equal_times() -> None:
    assert read(duration="4.0", time_zone="") == read()
    assert hash(read(start_date="2027-01-01T00:00:00Z")) == hash(read(start_date="2027-01-01T01:00:00+01:00"))
    assert read(duration="5") != read()
