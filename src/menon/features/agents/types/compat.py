"""What another version of a type breaks of what callers and records rely on: pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, cast

from menon.features.agents.types.record_rules import Fault, record_schema
from menon.features.agents.types.schemas import DataModelIn, TypeIn

Side = Literal["in", "out"]
"""What callers send, or what they get."""

_NO_MORE = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")
_NO_LESS = ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties")
_EVERY = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})


def breaks(
    old: TypeIn,
    new: TypeIn,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> list[Fault]:
    """Every break, with where it stands; what is added breaks nothing.

    Args:
        old: the version before.
        new: the one that is to follow.
        before: the old one as it is run.
        after: the new one as it is run.
    """
    found = [
        *_differs(before["input_schema"], after["input_schema"], "/input_schema", "in"),
        *_differs(before["output_schema"], after["output_schema"], "/output_schema", "out"),
    ]
    for name, model in old.data_models.items():
        at = f"/data_models/{name}"
        if name not in new.data_models:
            found.append(Fault(at, "the data model is gone"))
        else:
            found += _model(model, new.data_models[name], at)
    gone = [c for c in old.metadata.capabilities if c not in new.metadata.capabilities]
    found += [Fault("/metadata/capabilities", f"the capability {name!r} is gone") for name in gone]
    return list(dict.fromkeys(found))


def _model(old: DataModelIn, new: DataModelIn, at: str) -> Iterator[Fault]:
    was, now = record_schema(old.fields), record_schema(new.fields)
    for fault in _differs(was, now, f"{at}/fields", "in"):
        yield Fault(fault.pointer.replace("/fields/properties/", "/fields/", 1), fault.detail)
    # Records that are stored are read, too: a narrower enum or a lower limit is told by "in".
    unique = [index.fields for index in old.indexes if index.unique]
    later = [index.fields for index in new.indexes if index.unique]
    if later and later != unique:
        yield Fault(f"{at}/indexes", f"{', '.join(later[0])} have to be unique now")


def _differs(
    old: Mapping[str, Any], new: Mapping[str, Any], at: str, side: Side
) -> Iterator[Fault]:
    kinds, later = _kinds(old), _kinds(new)
    fits = kinds <= later if side == "in" else later <= kinds
    if not fits:
        yield Fault(at, f"the type changed from {_named(kinds)} to {_named(later)}")
        return
    yield from _values(old, new, at, side)
    yield from _properties(old, new, at, side)
    was, now = old.get("items"), new.get("items")
    if isinstance(now, dict):
        items = cast("dict[str, Any]", was) if isinstance(was, dict) else {}
        if items or side == "in":
            yield from _differs(items, cast("dict[str, Any]", now), f"{at}/items", side)


def _properties(
    old: Mapping[str, Any], new: Mapping[str, Any], at: str, side: Side
) -> Iterator[Fault]:
    was: Mapping[str, Any] = old.get("properties", {})
    now: Mapping[str, Any] = new.get("properties", {})
    required, demanded = set(old.get("required", ())), set(new.get("required", ()))
    for name, part in was.items():
        here = f"{at}/properties/{name}"
        if name not in now:
            yield Fault(here, "the field is gone")
        elif isinstance(part, dict) and isinstance(now[name], dict):
            yield from _differs(cast("dict[str, Any]", part), now[name], here, side)
    if side == "in":
        for name in sorted(demanded - required):
            known = "is required now" if name in was else "is new and required"
            yield Fault(f"{at}/required", f"the field {name!r} {known}")
        closed = new.get("additionalProperties") is False
        if closed and old.get("additionalProperties") is not False:
            yield Fault(f"{at}/additionalProperties", "fields that are not declared are refused")
    else:
        for name in sorted((required - demanded) & set(now)):
            yield Fault(f"{at}/required", f"the field {name!r} may be left out now")


def _values(old: Mapping[str, Any], new: Mapping[str, Any], at: str, side: Side) -> Iterator[Fault]:
    was, now = old.get("enum"), new.get("enum")
    first, second = (was, now) if side == "in" else (now, was)
    if second is not None and (first is None or any(one not in second for one in first)):
        lost = (
            "everything else"
            if first is None
            else ", ".join(repr(one) for one in first if one not in second)
        )
        said = f"{lost} is not taken any more" if side == "in" else f"{lost} is given now"
        yield Fault(f"{at}/enum", said)
    if side == "out":
        return
    for names, tighter in ((_NO_MORE, True), (_NO_LESS, False)):
        for name in names:
            limit, before = new.get(name), old.get(name)
            if limit is None or limit == before:
                continue
            if before is None or (limit < before) is tighter:
                yield Fault(f"{at}/{name}", f"it is {limit:g} now, and was {before or 'not set'}")
    if "pattern" in new and new["pattern"] != old.get("pattern"):
        yield Fault(f"{at}/pattern", "the pattern changed")


def _kinds(schema: Mapping[str, Any]) -> frozenset[str]:
    told = schema.get("type")
    if told is None:
        return _EVERY
    kinds = frozenset([told] if isinstance(told, str) else cast("list[str]", told))
    return kinds | {"integer"} if "number" in kinds else kinds


def _named(kinds: frozenset[str]) -> str:
    return "anything" if kinds == _EVERY else " or ".join(sorted(kinds))
