"""What changed between two versions: by names and ids, never by places in a list.

A thing that was renamed is one removed and one added: nothing tells that it is the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from menon.apps.socratic.specification.model import Specification
from menon.kit.text import shorten

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "entities": ("name",),
    "fields": ("name",),
    "relations": ("name",),
    "transitions": ("source", "target"),
    "enums": ("name",),
    "actors": ("name",),
    "features": ("id",),
    "scenarios": ("name",),
    "permissions": ("actor", "entity", "scope", "effect"),
    "nfr": ("id",),
    "constraints": ("kind", "text"),
    "milestones": ("name",),
    "assumptions": ("slot",),
    "clarifications": ("id",),
    "conflicts": ("type", "why"),
    "glossary": ("term",),
}
"""What makes an element of a list the same element; lists of texts go by the text itself."""

_NOUNS: Final[Mapping[str, str]] = {
    "entities": "entity",
    "fields": "field",
    "relations": "relation",
    "transitions": "transition",
    "enums": "enumeration",
    "values": "value",
    "actors": "actor",
    "features": "requirement",
    "scenarios": "scenario",
    "permissions": "permission",
    "nfr": "criterion",
    "constraints": "constraint",
    "milestones": "milestone",
    "assumptions": "assumption",
    "clarifications": "clarification",
    "conflicts": "conflict",
    "glossary": "term",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One change. `path` is a JSON pointer by names: `/entities/Book/fields/title/required`."""

    path: str
    kind: Literal["added", "removed", "changed"]
    before: Any
    after: Any
    text: str
    """For people: `Entity Book, field title: required changed from no to yes.`"""


def differences(old: Specification, new: Specification) -> list[Difference]:
    """Every change from `old` to `new` in the order of the document; none where they are equal."""
    before, after = old.model_dump(mode="json"), new.model_dump(mode="json")
    return list(_objects((), before, after))


def _objects(
    at: tuple[str, ...], old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Difference]:
    for key in dict.fromkeys([*old, *new]):
        yield from _values((*at, key), old.get(key), new.get(key))


def _values(at: tuple[str, ...], old: Any, new: Any) -> Iterator[Difference]:
    if old == new and type(old) is type(new):
        return
    if isinstance(old, list) and isinstance(new, list):
        yield from _lists(at, cast("list[Any]", old), cast("list[Any]", new))
    elif isinstance(old, dict) and isinstance(new, dict):
        yield from _objects(at, cast("dict[str, Any]", old), cast("dict[str, Any]", new))
    elif old is None or new is None:
        yield _said(at, "added" if old is None else "removed", old, new)
    else:
        yield _said(at, "changed", old, new)


def _lists(at: tuple[str, ...], old: list[Any], new: list[Any]) -> Iterator[Difference]:
    before, after = _keyed(at[-1], old), _keyed(at[-1], new)
    for key, value in before.items():
        if key not in after:
            yield _said((*at, key), "removed", value, None)
        else:
            yield from _values((*at, key), value, after[key])
    for key, value in after.items():
        if key not in before:
            yield _said((*at, key), "added", None, value)
    kept = [key for key in before if key in after]
    moved = [key for key in after if key in before]
    if kept != moved:
        yield _said(at, "changed", kept, moved)


def _keyed(name: str, items: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in items:
        key = _key(name, item)
        chosen, number = key, 2
        while chosen in found:
            chosen, number = f"{key} #{number}", number + 1
        found[chosen] = item
    return found


def _key(name: str, item: Any) -> str:
    if not isinstance(item, dict):
        return str(item)
    plain = cast("dict[str, Any]", item)
    return " ".join(str(plain[part]) for part in _KEYS[name]) if name in _KEYS else str(plain)


def _said(
    at: tuple[str, ...], kind: Literal["added", "removed", "changed"], before: Any, after: Any
) -> Difference:
    pointer = "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in at)
    text = _sentence(at, kind, before, after)
    return Difference(path=pointer, kind=kind, before=before, after=after, text=text)


def _sentence(at: tuple[str, ...], kind: str, before: Any, after: Any) -> str:
    where, left = _place(at)
    subject = " ".join(part.replace("_", " ") for part in left)
    place = ", ".join(where)
    if kind == "changed" and isinstance(before, list):
        what = f"{subject}: " if subject else ""
        said = f"{what}the order changed"
        return _led(f"{place}: {said}" if place else said)
    if kind == "changed":
        said = f"{subject} changed from {_shown(before)} to {_shown(after)}"
        return _led(f"{place}: {said}" if place else said)
    value = after if kind == "added" else before
    if not subject:
        return _led(f"{place} was {kind}{_detail(value) if kind == 'added' else ''}")
    if len(left) > 1 and value == left[-1]:  # of a list of texts
        said = f"{' '.join(left[:-1]).replace('_', ' ')}: {_shown(value)} was {kind}"
        return _led(f"{place}: {said}" if place else said)
    verb = "set to" if kind == "added" else "was removed; it was"
    said = f"{subject} {verb} {_shown(value)}"
    return _led(f"{place}: {said}" if place else said)


def _place(at: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The things that stand around a change, and the property of the last one."""
    where: list[str] = []
    left = list(at)
    while len(left) > 1 and left[0] in _NOUNS:
        noun, key, *left = left
        where.append(f"{_NOUNS[noun]} {shorten(key, 80)}")
    if len(left) > 1 and left[0] not in _NOUNS and left[1] in _NOUNS:  # life_cycle/transitions/...
        inner, rest = _place(tuple(left[1:]))
        return [*where, *inner], rest
    return where, left


def _detail(value: Any) -> str:
    """The facts of a new thing that a reader asks for first."""
    if not isinstance(value, dict):
        return ""
    plain = cast("dict[str, Any]", value)
    facts = [str(plain[key]) for key in ("type", "kind", "target", "priority") if plain.get(key)]
    facts += [key for key in ("required", "unique") if plain.get(key) is True]
    title = plain.get("title") or plain.get("text")
    said = f" ({', '.join(facts)})" if facts else ""
    return said + (f": {shorten(str(title), 120).rstrip('.')}" if title else "")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return repr(shorten(value, 120)) if value else "nothing"
    if isinstance(value, dict):
        return shorten(str(cast("dict[str, Any]", value)), 120)
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _led(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
