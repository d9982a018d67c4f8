"""Tells the time; models do not know it."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from menon.engine.tools.tool import Taint, ToolContext, ToolRetry, tool


@tool(idempotent=False, taint=Taint.NEVER)
async def current_time(context: ToolContext, zone: str | None = None) -> str:
    """Tell the current date, weekday and time.

    Args:
        context: the clock, and the user's zone.
        zone: an IANA time zone such as `Europe/Berlin`, or its city; the user's own if left out.
    """
    wanted = (zone or context.zone).strip()
    name = zone_name(wanted)
    if name is None:
        raise ToolRetry(f"{wanted!r} is no IANA time zone; use a name such as 'Europe/Berlin'.")
    now = context.clock.now().astimezone(ZoneInfo(name))
    offset = now.strftime("%z")
    return f"{now:%A, %d %B %Y, %H:%M:%S} in {name} (UTC{offset[:3]}:{offset[3:]})"


def zone_name(wanted: str) -> str | None:
    """The IANA name of a zone that is written in full, or by its city alone; None if unknown."""
    return _zones().get(wanted.replace(" ", "_").casefold())


@cache
def _zones() -> dict[str, str]:
    """Names and cities, folded; where two zones have a city's name, the first in order has it."""
    names = sorted(available_timezones(), reverse=True)
    cities = {name.rpartition("/")[2].casefold(): name for name in names}
    return cities | {name.casefold(): name for name in names}
