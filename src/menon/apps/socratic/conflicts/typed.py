"""Values that a parser already typed, put into words where the text does not say them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, cast

from menon.apps.socratic.conflicts.model import Statement

_SIZES: Final = (("days", "day"), ("weeks", "week"), ("months", "month"), ("hours", "hour"),
    ("seconds", "s"), ("percent", "%"), ("count", ""))  # fmt: skip


def typed_text(statement: Statement) -> Statement:
    """The statement with its value in words, if its text is empty or has no number."""
    if statement.value is None or any(char.isdigit() for char in statement.text):
        return statement
    shown = _shown(statement.value)
    name = statement.slot.rpartition(".")[2].replace("_", " ")
    if not shown or shown.casefold() in statement.text.casefold():
        return statement
    said = f"{statement.text}\n{name}: {shown}" if statement.text else f"{name}: {shown}"
    return replace(statement, text=said)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float | str):
        return str(value)
    if not isinstance(value, Mapping):
        return ""
    fields = cast("Mapping[str, Any]", value)
    number = fields.get("value", fields.get("amount"))
    if number is not None:
        unit = fields.get("unit") or fields.get("currency") or ""
        return f"{number} {unit}".strip()
    return next((f"{fields[key]} {unit}" for key, unit in _SIZES if key in fields), "")
