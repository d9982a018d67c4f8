"""The step that asks a person, who decides about exactly what it shows."""

from datetime import timedelta
from typing import Any

from menon.engine.steps.step import Ask, Config, StepContext, step

LONGEST_S = 366 * 86_400.0


class ApprovalConfig(Config, frozen=True, kw_only=True):
    """What is asked, and for how long."""

    what: str
    """One sentence for the person who decides."""
    arguments: Any = None
    """What exactly is approved; the decision is bound to it."""
    expires_seconds: float | None = None
    """After that it counts as denied; it waits for ever where this is left out."""
    delegate: str | None = None
    """The id of a user who may decide besides the owner of the execution."""


def _check(config: ApprovalConfig) -> list[str]:
    if config.expires_seconds is not None and not 0 < config.expires_seconds <= LONGEST_S:
        return [f"`expires_seconds` is above 0 and at most {LONGEST_S:g}"]
    return []


@step("approval", pure=True, parks=True, check=_check)
async def approval(context: StepContext, config: ApprovalConfig) -> Ask:
    """Wait until a person approves or denies."""
    wait = config.expires_seconds
    return Ask(
        what=config.what,
        args=config.arguments,
        expires_at=None if wait is None else context.now + timedelta(seconds=wait),
        delegate=config.delegate,
    )
