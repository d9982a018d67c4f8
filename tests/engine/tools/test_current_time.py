from datetime import UTC, datetime

import pytest

from menon.engine.tools.current_time import current_time, zone_name
from menon.engine.tools.tool import ToolContext, ToolRetry
from menon.kit.clock import FixedClock

CONTEXT = ToolContext(
    run="r", zone="Europe/Berlin", clock=FixedClock(datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
)


async def test_it_tells_the_users_own_time() -> None:
    assert await current_time.call(CONTEXT, {}) == (
        "Thursday, 02 July 2026, 00:30:00 in Europe/Berlin (UTC+02:00)"
    )


async def test_it_tells_the_time_of_a_city() -> None:
    assert await current_time.call(CONTEXT, {"zone": "new york"}) == (
        "Wednesday, 01 July 2026, 18:30:00 in America/New_York (UTC-04:00)"
    )


@pytest.mark.parametrize("zone", ["Atlantis", "../../etc/passwd", "", "\x00", "Europe/"])
async def test_an_unknown_zone_is_told_to_the_model(zone: str) -> None:
    with pytest.raises(ToolRetry, match="no IANA time zone"):
        await current_time.call(ToolContext(run="r", zone="Nowhere"), {"zone": zone or None})


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("utc", "UTC"),
        ("Tokyo", "Asia/Tokyo"),
    ],
)
def test_a_zone_is_found_by_its_city(wanted: str, name: str) -> None:
    assert zone_name(wanted) == name
