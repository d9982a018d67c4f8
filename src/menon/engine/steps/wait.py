"""The step that waits for a time, without holding anything while it does."""

from datetime import UTC, datetime, timedelta

from menon.engine.steps.step import Config, StepContext, Until, step

LONGEST_S = 366 * 86_400.0


class WaitConfig(Config, frozen=True, kw_only=True):
    """How long."""

    seconds: float | str | None = None
    until: str | None = None
    """An ISO time with its offset, such as `2026-12-24T18:00:00+01:00`."""


def _check(config: WaitConfig) -> list[str]:
    if (config.seconds is None) == (config.until is None):
        return ["it takes either `seconds` or `until`"]
    try:
        _end(config, datetime(2000, 1, 1, tzinfo=UTC))
    except ValueError as error:
        text = config.until if config.seconds is None else config.seconds
        return [] if "{{" in str(text) else [str(error)]
    return []


@step("wait", pure=True, parks=True, check=_check)
async def wait(context: StepContext, config: WaitConfig) -> Until:
    """Wait for some seconds, or until a time."""
    return Until(at=_end(config, context.now))


def _end(config: WaitConfig, now: datetime) -> datetime:
    if config.seconds is not None:
        seconds = float(config.seconds)
        if not 0 <= seconds <= LONGEST_S:
            raise ValueError(f"`seconds` is between 0 and {LONGEST_S:g}, not {seconds:g}")
        return now + timedelta(seconds=seconds)
    at = datetime.fromisoformat(config.until or "")
    if at.tzinfo is None:
        raise ValueError(f"`until` needs an offset, such as {config.until}+00:00")
    return at
