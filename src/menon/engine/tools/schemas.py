"""JSON schemas that strangers wrote: made plain and bounded, before anything rests on them.

A schema from outside may point at other addresses, at itself, or at ten others that point at ten
others. What comes out has no references, a bounded size and depth, and costs linear time to check.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import unquote

from menon.engine.tools.linear import KEYWORDS
from menon.kit.loading import loaded

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

PARTS: Final = 2_000
"""Schemas and values within one schema, references followed."""
DEPTH: Final = 32
CHARACTERS: Final = 65_536
"""Of one schema as text."""
_PATTERN: Final = 500

_ONE: Final = frozenset(
    {
        *("additionalProperties", "items", "contains", "not", "if", "then", "else"),
        *("propertyNames", "unevaluatedItems", "unevaluatedProperties"),
    }
)
_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_MAPS: Final = frozenset({"properties", "dependentSchemas"})
_DROPPED: Final = frozenset(
    {
        *(
            "$id",
            "$schema",
            "$anchor",
            "$comment",
            "$defs",
            "definitions",
            "$dynamicAnchor",
            "$ref",
        ),
        *("$vocabulary", "patternProperties", "nullable", "discriminator", "xml", "example"),
        *("externalDocs", "contentEncoding", "contentMediaType", "contentSchema"),
    }
)
_NOTES: Final = frozenset({"description", "title", "default", "examples", "deprecated"})
# What doubles with each level is for whoever is called to check.
_UNCHECKED: Final = ("unevaluatedItems", "unevaluatedProperties")


class BadSchema(ValueError):
    """The schema cannot be used; `pointer` says where it is wrong."""

    def __init__(self, pointer: str, detail: str) -> None:
        shown = pointer if len(pointer) <= 80 else f"{pointer[:77]}..."
        super().__init__(f"{shown or '/'}: {detail}")
        self.pointer = pointer
        self.detail = detail


def normalized(schema: object, *, root: object = None) -> dict[str, Any]:
    """The schema without references, no larger than we are ready to show a model.

    Args:
        schema: JSON Schema 2020-12; what OpenAPI 3.0 spells differently is translated.
        root: the document that its references point into, where that is not itself.

    Raises:
        BadSchema: it is no schema, points elsewhere, or is too large or too deep.
    """
    made = _Plain(schema if root is None else root).schema(schema, "", 0, ())
    found = _as_object(made)
    _checked(found)
    return found


def object_schema(schema: object, *, root: object = None) -> dict[str, Any]:
    """As `normalized`, for the arguments of a tool: these are an object.

    Raises:
        BadSchema: as `normalized`, or it describes something else.
    """
    found = normalized(schema, root=root)
    if found.setdefault("type", "object") != "object":
        raise BadSchema("/type", "a tool's arguments are an object")
    found.setdefault("properties", {})
    return found


async def ready() -> None:
    """Load what checks schemas, which takes up to a second, without holding up anybody."""
    await loaded("jsonschema")


def problems(schema: Mapping[str, Any], value: object, *, most: int = 5) -> list[str]:
    """What of the value does not fit a normalized schema, a sentence each."""
    found = misfits(schema, value, most=most)
    return [f"{fault.pointer[1:] or 'the whole'}: {fault.detail}" for fault in found]


def misfits(schema: Mapping[str, Any], value: object, *, most: int = 5) -> list[BadSchema]:
    """What of the value does not fit a normalized schema, with where it stands."""
    errors: Iterator[Any] = _validator()(schema).iter_errors(cast("Any", value))
    found = (
        BadSchema("".join(f"/{part}" for part in error.absolute_path), str(error.message)[:200])
        for error in errors
    )
    return list(islice(found, most))


class _Plain:
    """Follows references within one document, counting what it makes."""

    def __init__(self, root: object) -> None:
        self._root = root
        self._left = PARTS

    def schema(self, node: object, at: str, depth: int, trail: tuple[str, ...]) -> Any:
        self._count(at, depth)
        if isinstance(node, bool):
            return node
        if not isinstance(node, dict):
            raise BadSchema(at, "a schema is an object, true or false")
        given = cast("dict[str, Any]", node)
        if "$dynamicRef" in given or "$recursiveRef" in given:
            raise BadSchema(at, "dynamic references are not followed; use $ref")
        made = {
            str(key): self._keyword(key, value, f"{at}/{key}", depth, trail)
            for key, value in given.items()
            if key not in _DROPPED
        }
        if "patternProperties" in given:
            made.pop("additionalProperties", None)
        if "$ref" in given:
            made = self._joined(given["$ref"], made, at, depth, trail)
        return _translated(made, given)

    def _joined(
        self, ref: object, made: dict[str, Any], at: str, depth: int, trail: tuple[str, ...]
    ) -> dict[str, Any]:
        target, name = self._target(ref, at)
        if name in trail:
            # A tree of comments holds comments: the second level is left open.
            kind = cast("dict[str, Any]", target).get("type") if isinstance(target, dict) else None
            note = {"description": f"As {name.rpartition('/')[2].strip('#') or 'the whole'} above."}
            found: Any = note | ({"type": kind} if isinstance(kind, str) else {})
        else:
            found = self.schema(target, at, depth + 1, (*trail, name))
        found = _as_object(found)
        if made.keys() <= _NOTES:
            return {**found, **made}
        return {**made, "allOf": [*made.get("allOf", []), found]}

    def _keyword(self, key: str, value: Any, at: str, depth: int, trail: tuple[str, ...]) -> Any:
        if key in _ONE and isinstance(value, dict | bool):
            return self.schema(cast("object", value), at, depth + 1, trail)
        if key in _LISTS and isinstance(value, list):
            parts = cast("list[Any]", value)
            return [self.schema(p, f"{at}/{n}", depth + 1, trail) for n, p in enumerate(parts)]
        if key in _MAPS and isinstance(value, dict):
            named = cast("dict[str, Any]", value)
            return {
                str(name): self.schema(part, f"{at}/{name}", depth + 1, trail)
                for name, part in named.items()
            }
        if key == "pattern" and len(str(value)) > _PATTERN:
            raise BadSchema(at, f"a pattern has at most {_PATTERN} characters")
        self._weigh(value, at, depth)
        return value

    def _weigh(self, value: Any, at: str, depth: int) -> None:
        if isinstance(value, dict):
            for part in cast("dict[str, Any]", value).values():
                self._count(at, depth)
                self._weigh(part, at, depth + 1)
        elif isinstance(value, list):
            for part in cast("list[Any]", value):
                self._count(at, depth)
                self._weigh(part, at, depth + 1)

    def _count(self, at: str, depth: int) -> None:
        self._left -= 1
        if self._left < 0:
            raise BadSchema(at, f"the schema has more than {PARTS} parts, references followed")
        if depth > DEPTH:
            raise BadSchema(at, f"the schema nests deeper than {DEPTH} levels")

    def _target(self, ref: object, at: str) -> tuple[Any, str]:
        if not isinstance(ref, str) or not ref.startswith("#"):
            raise BadSchema(
                f"{at}/$ref", "only references into the same document (#/...) are followed"
            )
        found = self._root
        for part in ref[1:].split("/")[1:]:
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict) and key in found:
                found = cast("dict[str, Any]", found)[key]
            elif (
                isinstance(found, list)
                and key.isdecimal()
                and int(key) < len(cast("list[Any]", found))
            ):
                found = cast("list[Any]", found)[int(key)]
            else:
                raise BadSchema(f"{at}/$ref", f"{ref!r} points at nothing")
        return found, ref


def _as_object(schema: Any) -> dict[str, Any]:
    """`true` takes anything, `false` nothing."""
    if isinstance(schema, dict):
        return cast("dict[str, Any]", schema)
    return {} if schema else {"not": {}}


def _translated(made: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What OpenAPI 3.0 says in its own words, in those of JSON Schema."""
    for name, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(made.get(name), bool):
            strict = made.pop(name)
            if strict and limit in made:
                made[name] = made.pop(limit)
    if given.get("nullable") is True:
        kind = made.get("type")
        if isinstance(kind, str):
            made["type"] = [kind, "null"]
        if isinstance(made.get("enum"), list) and None not in made["enum"]:
            made["enum"] = [*made["enum"], None]
    return made


def _checked(schema: dict[str, Any]) -> None:
    import msgspec
    from jsonschema.exceptions import SchemaError

    try:
        size = len(msgspec.json.encode(schema))
    except (TypeError, msgspec.EncodeError) as error:
        raise BadSchema("", f"a schema is JSON: {error}") from error
    if size > CHARACTERS:
        raise BadSchema("", f"the schema has {size} characters, {CHARACTERS} are accepted")
    try:
        cast("Any", _validator()).check_schema(schema)
    except SchemaError as error:
        place = "/".join(str(part) for part in error.absolute_path)
        raise BadSchema(f"/{place}", str(error.message)[:200]) from error


@cache
def _validator() -> "type[Validator]":
    import jsonschema

    def unchecked(*_: object) -> Iterator[Any]:
        return iter(())

    library = cast("Any", jsonschema)
    ours = {**dict.fromkeys(_UNCHECKED, unchecked), **KEYWORDS}
    return library.validators.extend(library.Draft202012Validator, ours)
