"""What JDL cannot say, in annotations that it passes on: written and read by the same rules."""

import json
import math
from typing import Final
from urllib.parse import unquote

from menon.apps.socratic.specification.data import FieldType, LifeCycle, Transition
from menon.apps.socratic.specification.jdl.cursor import plain

Default = str | int | float | bool

_PLAIN: Final = frozenset(
    {FieldType.INTEGER, FieldType.DECIMAL, FieldType.FLOAT, FieldType.BOOLEAN}
)
_JSON: Final = "json:"


def packed(text: str) -> str:
    """Text that fits between quotes; `unpacked` gives it back."""
    return _coded(text, '"%')


def unpacked(text: str) -> str:
    """What `packed` was given."""
    return unquote(text)


def documented(text: str) -> str | None:
    """A doc comment that reads back as this text; None where there is none."""
    lines = text.split("\n")
    body = f" {text} " if len(lines) == 1 else "".join(f"\n * {line}" for line in lines) + "\n "
    comment = f"/**{body}*/"
    whole = "*/" not in text and plain(comment) == text and text != ""
    return comment if whole else None


def packed_default(value: Default, kind: FieldType) -> str:
    """A default as text; `unpacked_default` gives the same value of the same type."""
    text = value if isinstance(value, str) else json.dumps(value)
    same = unpacked_default(text, kind)
    if type(same) is type(value) and same == value:
        return text
    return _JSON + json.dumps(value, ensure_ascii=False)


def unpacked_default(text: str, kind: FieldType) -> Default:
    """The value of a text: a number or a truth value where the type of the field is one."""
    tagged = text.startswith(_JSON)
    if not tagged and kind not in _PLAIN:
        return text
    try:
        value = json.loads(text.removeprefix(_JSON))
    except ValueError:
        return text
    if isinstance(value, float) and not math.isfinite(value):
        return text
    return value if isinstance(value, str if tagged else int) or _number(value) else text


def packed_transitions(transitions: list[Transition]) -> str:
    """Such as `draft > paid, paid > sent by clerk | boss`; unsafe characters are coded."""
    return ", ".join(
        f"{_listed(each.source)} > {_listed(each.target)}"
        + (f" > {' | '.join(map(_listed, each.by))}" if each.by else "")
        for each in transitions
    )


def unpacked_life(field: str, initial: str, transitions: str) -> LifeCycle:
    """A life cycle.

    Raises:
        ValueError: a transition is not written as `source > target > actor | actor`.
    """
    steps: list[Transition] = []
    for each in transitions.split(",") if transitions.strip() else []:
        parts = [part.strip() for part in each.split(">")]
        if len(parts) not in {2, 3} or not all(parts):
            raise ValueError(f"{each.strip()!r} is no transition such as `draft > paid > clerk`")
        by = [unquote(actor.strip()) for actor in parts[2].split("|")] if parts[2:] else []
        steps.append(Transition(source=unquote(parts[0]), target=unquote(parts[1]), by=by))
    return LifeCycle(field=field, initial=initial, transitions=steps)


def _listed(text: str) -> str:
    return _coded(text, '"%,>|')


def _coded(text: str, special: str) -> str:
    """With %XX for what is special or ends a line anywhere."""
    return "".join(
        char
        if char.isprintable() and char not in special
        else "".join(f"%{byte:02X}" for byte in char.encode())
        for char in text
    )


def _number(value: object) -> bool:
    return isinstance(value, int | float)
