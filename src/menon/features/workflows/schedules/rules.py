"""When a schedule fires next: pure, the one place that knows cron and intervals.

Cron follows the wall clock of its zone as Debian's cron does. What stands at a fixed hour fires
once a day: a time that a change to summer time leaves out fires right after it, one that comes
twice fires the first time. What has a star in hours or minutes follows the time that passes.
An interval knows no zone.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from menon.core.errors import InvalidInput

_FIELDS = 5


@dataclass(frozen=True, kw_only=True)
class Cron:
    """Minute, hour, day of the month, month, day of the week."""

    expression: str
    zone: str
    """IANA name."""


@dataclass(frozen=True, kw_only=True)
class Every:
    """So many seconds after one another, counted from a time."""

    seconds: int
    since: datetime


Trigger = Cron | Every


def next_time(trigger: Trigger, after: datetime) -> datetime | None:
    """The first time later than `after`, in UTC; None where there is none."""
    if isinstance(trigger, Every):
        passed = (after - trigger.since) // timedelta(seconds=trigger.seconds)
        return trigger.since + timedelta(seconds=trigger.seconds) * max(1, passed + 1)
    zone = UTC if trigger.zone == "UTC" else ZoneInfo(trigger.zone)
    for found in CronSim(trigger.expression, after.astimezone(zone)):
        # In an hour that comes twice the evaluator may name a time of its first pass again.
        if (time := found.astimezone(UTC)) > after:
            return time
    return None


def check(trigger: Trigger, now: datetime) -> None:
    """Refuse a trigger that means nothing, and one that never fires.

    Raises:
        InvalidInput: naming the field.
    """
    if isinstance(trigger, Every):
        return
    if trigger.zone not in _zones():
        raise _refused(
            "timezone", f"{trigger.zone!r} is no time zone; name one such as 'Europe/Berlin'."
        )
    if len(trigger.expression.split()) != _FIELDS:
        raise _refused(
            "cron_expression",
            f"{trigger.expression!r} has not five fields: minute, hour, day of the month, month,"
            " day of the week; write '30 2 * * *' for half past two each night.",
        )
    try:
        found = next_time(trigger, now)
    except CronSimError as error:
        raise _refused("cron_expression", f"{trigger.expression!r}: {error}.") from error
    if found is None:
        raise _refused("cron_expression", f"{trigger.expression!r} never comes.")


def _refused(field: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=[{"pointer": f"/body/{field}", "detail": detail}])


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
