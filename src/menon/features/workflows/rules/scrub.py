"""Secrets out of what a step gives: the other side may have sent them back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from menon.core.telemetry.redact import MASK
from menon.engine.steps.step import Ask, Below, Elsewhere, Outcome


def outcome(found: Outcome, secrets: Sequence[str]) -> Outcome:
    """What a step answered, with these secrets masked wherever it is recorded."""
    if not secrets or isinstance(found, Elsewhere):
        return found
    if isinstance(found, Ask):
        return replace(found, what=text(found.what, secrets), args=plain(found.args, secrets))
    if isinstance(found, Below):
        branches = (
            replace(b, sees=plain(b.sees, secrets), input=plain(b.input, secrets))
            for b in found.branches
        )
        return replace(found, branches=tuple(branches))
    return plain(found, secrets)


def plain(value: Any, secrets: Sequence[str]) -> Any:
    """Plain JSON with these secrets masked, in keys too."""
    if isinstance(value, str):
        return text(value, secrets)
    if isinstance(value, list):
        return [plain(item, secrets) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return {text(key, secrets): plain(item, secrets) for key, item in items}
    return value


def text(value: str, secrets: Sequence[str]) -> str:
    """A text with these secrets masked."""
    for secret in secrets:
        value = value.replace(secret, MASK)
    return value
