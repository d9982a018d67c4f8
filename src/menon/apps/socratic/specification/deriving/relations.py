"""Relations of an interview: each once, at the side that holds it, and in no circle."""

from collections.abc import Iterator, Sequence
from typing import Any

from menon.apps.socratic.questions.parsers.names import identifier, plural, type_name
from menon.apps.socratic.questions.state import Interview
from menon.apps.socratic.specification.data import OnDelete, Relation, RelationKind

Held = dict[str, list[Relation]]
"""The relations by the entity that holds them."""


def related(interview: Interview, names: Sequence[str]) -> tuple[Held, list[tuple[str, Relation]]]:
    """The relations of each entity, and those that may be missing so that records can be made."""
    raw = _united([*_told(interview, names), *_named(interview, names)])
    held: Held = {}
    inverses: dict[str, set[str]] = {}
    fields = {name: _field_names(interview, name) for name in names}
    for one, source in raw:
        if one["source"] not in fields or one["target"] not in fields:
            continue
        own = held.setdefault(one["source"], [])
        name = _free(
            one["name"], {other.name for other in own} | inverses.get(one["source"], set())
        )
        inverse = one.get("inverse")
        taken = fields[one["target"]] | inverses.setdefault(one["target"], set())
        taken |= {other.name for other in held.get(one["target"], [])} | {name}
        inverse = inverse if inverse and inverse not in taken else None
        if inverse:
            inverses[one["target"]].add(inverse)
        own.append(_relation(one, name, inverse, source))
    return _without_circles(held)


def _told(interview: Interview, names: Sequence[str]) -> Iterator[tuple[dict[str, Any], str]]:
    for name in names:
        slot = f"data.entity[{name}].relations"
        for one in interview.listed(slot):
            yield one, interview.source(slot)


def _named(interview: Interview, names: Sequence[str]) -> Iterator[tuple[dict[str, Any], str]]:
    """A plain field that is called like an entity, such as `book` of a loan, points at it."""
    for name in names:
        source = interview.source(f"data.entity[{name}].fields")
        for one in interview.fields(name):
            plain = str(one["name"]).removesuffix("_id")
            target = type_name(plain.replace("_", " "), names)
            if target in names and target != name and one.get("type") in {"string", "integer"}:
                if plain != identifier(target):
                    continue
                made = {"source": name, "name": plain, "target": target, "kind": "many_to_one"}
                yield made | {"required": bool(one.get("required"))}, source


def _united(raw: list[tuple[dict[str, Any], str]]) -> list[tuple[dict[str, Any], str]]:
    """Each pair once; many on both sides is many to many, `has one` yields to `has many`."""
    many = {
        (one["source"], one["target"])
        for one, _ in raw
        if one["kind"] == "many_to_one" and one.get("inverse")
    }
    found: dict[tuple[str, str, str], tuple[dict[str, Any], str]] = {}
    for one, source in raw:
        pair = (one["source"], one["target"])
        back = (pair[1], pair[0])
        made = dict(one)
        both = pair in many and back in many and pair[0] != pair[1]
        if both or made["kind"] == "many_to_many":
            if any(
                key[:2] == back and kept[0]["kind"] == "many_to_many" for key, kept in found.items()
            ):
                continue
            made |= {"kind": "many_to_many", "required": False}
            made |= {"name": identifier(plural(pair[1])), "inverse": identifier(plural(pair[0]))}
            if pair[0] == pair[1]:
                made |= {"name": one["name"], "inverse": None}
        elif made["kind"] == "one_to_one" and pair in many:
            continue
        key = (*pair, made["name"])
        earlier = found.get(key)
        found[key] = (earlier[0] | made, earlier[1]) if earlier else (made, source)
    return list(found.values())


def _relation(one: dict[str, Any], name: str, inverse: str | None, source: str) -> Relation:
    required = bool(one["required"]) and one["source"] != one["target"]
    return Relation(
        name=name,
        target=one["target"],
        kind=RelationKind(one["kind"]),
        required=required,
        inverse=inverse,
        on_delete=OnDelete(one.get("on_delete", "restrict")),
        source=source,
    )


def _without_circles(held: Held) -> tuple[Held, list[tuple[str, Relation]]]:
    """Required references form no circle: the one that would close it may be missing."""
    needs: dict[str, set[str]] = {}
    broken: list[tuple[str, Relation]] = []
    made: Held = {}
    for source, relations in held.items():
        for one in relations:
            kept = one
            if one.required and _reaches(needs, one.target, source):
                kept = one.model_copy(update={"required": False})
                broken.append((source, kept))
            elif one.required:
                needs.setdefault(source, set()).add(one.target)
            made.setdefault(source, []).append(kept)
    return made, broken


def _reaches(needs: dict[str, set[str]], start: str, goal: str) -> bool:
    seen, left = {start}, [start]
    while left:
        node = left.pop()
        if node == goal:
            return True
        for one in needs.get(node, set()) - seen:
            seen.add(one)
            left.append(one)
    return False


def _field_names(interview: Interview, name: str) -> set[str]:
    return {one["name"] for one in interview.fields(name)}


def _free(name: str, taken: set[str]) -> str:
    wanted, number = name, 2
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name
