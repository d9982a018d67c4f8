from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menon.core.errors import InvalidInput
from menon.features.workflows.schedules.rules import Cron, Every, check, next_time

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("expression", "zone", "after", "expected"),
    [
        ("30 2 * * *", "UTC", "2026-11-20T12:00Z", "2026-11-21T02:30Z"),
        ("30 2 * * *", "UTC", "2026-11-20T02:30Z", "2026-11-21T02:30Z"),
        ("30 2 * * *", "UTC", "2026-11-20T02:29:59Z", "2026-11-20T02:30Z"),
        ("*/15 * * * *", "UTC", "2026-11-20T12:00:00.5Z", "2026-11-20T12:15Z"),
        ("0 9 * * MON-FRI", BERLIN, "2026-11-20T12:00Z", "2026-11-23T08:00Z"),
        ("0 9 * * 1", "America/New_York", "2026-11-20T12:00Z", "2026-11-23T14:00Z"),
        ("0 0 L * *", "UTC", "2026-02-01T00:00Z", "2026-02-28T00:00Z"),
        ("0 0 29 2 *", "UTC", "2026-11-20T12:00Z", "2028-02-29T00:00Z"),
        # 29 March 2026, 02:00 becomes 03:00: what is left out fires right after it, once.
        ("30 2 * * *", BERLIN, "2026-03-28T12:00Z", "2026-03-29T01:00Z"),
        ("30 2 * * *", BERLIN, "2026-03-29T01:00Z", "2026-03-30T00:30Z"),
        ("0 3 * * *", BERLIN, "2026-03-28T12:00Z", "2026-03-29T01:00Z"),
        ("0,30 2,3 * * *", BERLIN, "2026-03-29T01:00Z", "2026-03-29T01:30Z"),
        ("*/30 * * * *", BERLIN, "2026-03-29T00:30Z", "2026-03-29T01:00Z"),
        # 25 October 2026, 03:00 becomes 02:00: what comes twice fires the first time only.
        ("30 2 * * *", BERLIN, "2026-10-24T12:00Z", "2026-10-25T00:30Z"),
        ("30 2 * * *", BERLIN, "2026-10-25T00:30Z", "2026-10-26T01:30Z"),
        ("30 2 * * *", BERLIN, "2026-10-25T01:10Z", "2026-10-26T01:30Z"),
        ("30 2 * * *", BERLIN, "2026-10-25T01:45Z", "2026-10-26T01:30Z"),
        # With a star it follows the time that passes.
        ("30 * * * *", BERLIN, "2026-10-25T00:30Z", "2026-10-25T01:30Z"),
        ("*/30 * * * *", BERLIN, "2026-10-25T00:30Z", "2026-10-25T01:00Z"),
        ("0 0 * * *", "Asia/Kathmandu", "2026-11-20T12:00Z", "2026-11-20T18:15Z"),
    ],
)
def test_cron_follows_the_wall_clock(expression: str, zone: str, after: str, expected: str):
    assert next_time(Cron(expression=expression, zone=zone), _at(after)) == _at(expected)


@pytest.mark.parametrize(
    ("seconds", "after", "expected"),
    [
        (60, "2026-11-20T12:00Z", "2026-11-20T12:01Z"),
        (60, "2026-11-20T12:00:59Z", "2026-11-20T12:01Z"),
        (60, "2026-11-20T12:01Z", "2026-11-20T12:02Z"),
        (3600, "2026-11-22T05:20Z", "2026-11-22T06:00Z"),
        (86_400, "2026-11-20T11:00Z", "2026-11-21T12:00Z"),
        (7, "2026-11-20T12:00:07.000001Z", "2026-11-20T12:00:14Z"),
    ],
)
def test_an_interval_counts_from_its_beginning(seconds: int, after: str, expected: str):
    assert next_time(Every(seconds=seconds, since=NOW), _at(after)) == _at(expected)


@given(
    st.sampled_from(["30 2 * * *", "*/7 * * * *", "0 */5 * * *", "15 1,2,3 * * 0", "59 23 L * *"]),
    st.sampled_from([BERLIN, "America/St_Johns", "Australia/Lord_Howe", "UTC"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
)
def test_time_goes_on(expression: str, zone: str, after: datetime):
    trigger = Cron(expression=expression, zone=zone)
    first = next_time(trigger, after)
    assert first is not None
    second = next_time(trigger, first)
    assert second is not None
    assert after < first < second
    assert second - first < timedelta(days=35)
    assert first.astimezone(ZoneInfo(zone)).second == 0


@pytest.mark.parametrize(
    ("expression", "zone", "told"),
    [
        ("* * * *", "UTC", "five fields"),
        ("* * * * * *", "UTC", "five fields"),
        ("", "UTC", "five fields"),
        ("60 * * * *", "UTC", "Bad minute"),
        ("0 24 * * *", "UTC", "Bad hour"),
        ("0 0 31 2 *", "UTC", "Bad day-of-month"),
        ("0 0 * FOO *", "UTC", "Bad month"),
        ("0 0 * * MON#6", "UTC", "Bad day-of-week"),
        ("*/0 * * * *", "UTC", "Bad minute"),
        ("0 0 * * *", "Europe/Atlantis", "no time zone"),
        ("0 0 * * *", "America", "no time zone"),
        ("0 0 * * *", "../etc/passwd", "no time zone"),
    ],
)
def test_what_means_nothing_is_refused(expression: str, zone: str, told: str):
    with pytest.raises(InvalidInput, match=told) as refused:
        check(Cron(expression=expression, zone=zone), NOW)
    assert refused.value.errors[0]["pointer"] in {"/body/cron_expression", "/body/timezone"}


@given(st.text(alphabet="0159*,/#-LWMONJAN ", max_size=40))
def test_any_expression_is_read_or_refused(expression: str):
    try:
        check(Cron(expression=expression, zone="UTC"), NOW)
    except InvalidInput as refused:
        assert refused.errors  # noqa: PT017 - it may also be fine
