"""A Python type as JSON Schema 2020-12, and values of it: checked when read, plain when written.

What pydantic describes is described: dataclasses, TypedDicts, models, enums, literals, unions,
containers of those, annotated with `Field` where more is to be said.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import msgspec

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError
    from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

_NAMED = 8
"""Faults that are told at once."""


class Misfit(ValueError):
    """A value does not have the shape; the message tells where and why."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a value looks like."""

    schema: dict[str, Any]
    read: Callable[[Any], Any]
    """The value out of JSON; raises `Misfit`."""
    write: Callable[[Any], Any]
    """The value as JSON; raises `Misfit`."""


def shape_of(kind: Any, *, output: bool = False) -> Shape:
    """The shape of a type; `output` where values are written rather than read.

    Raises:
        TypeError: the type cannot be described in JSON Schema.
    """
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _struct(kind)
    adapter = _adapter(kind)
    return Shape(
        schema=_schema(adapter, "serialization" if output else "validation"),
        read=lambda value: _read(adapter, value),
        write=lambda value: _write(adapter, value),
    )


def _adapter(kind: Any) -> "TypeAdapter[Any]":
    from pydantic import PydanticUserError, TypeAdapter
    from pydantic.errors import PydanticSchemaGenerationError, PydanticUndefinedAnnotation

    try:
        return TypeAdapter(modern(kind))
    except (PydanticSchemaGenerationError, PydanticUndefinedAnnotation, PydanticUserError) as error:
        reason = error.message.partition("\n")[0].partition(". ")[0].rstrip(".")
        raise TypeError(f"{_shown(kind)} cannot be described: {reason}") from error


def modern(kind: Any) -> Any:
    """The type with each `typing.TypedDict` as pydantic takes it before Python 3.12."""
    if is_typeddict(kind) and type(kind).__module__ == "typing" and sys.version_info < (3, 12):
        return _typed_dict(kind)
    origin, args = get_origin(kind), get_args(kind)
    if origin in {None, Literal} or sys.version_info >= (3, 12):
        return kind
    if origin is Annotated:  # what stands beside the type is none
        return Annotated[(modern(args[0]), *args[1:])]
    inner = tuple(modern(arg) if isinstance(arg, type) or get_origin(arg) else arg for arg in args)
    if inner == args:
        return kind
    make: Any = Union if origin in (Union, UnionType) else origin
    return make[inner]


def _typed_dict(kind: Any) -> Any:
    from typing_extensions import TypedDict

    fields: dict[str, Any] = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        bare = get_args(hint)[0] if get_origin(hint) in (Required, NotRequired) else hint
        mark = Required if name in kind.__required_keys__ else NotRequired
        fields[name] = mark[modern(bare)]
    make: Any = TypedDict
    return make(kind.__name__, fields)


def _schema(adapter: "TypeAdapter[Any]", mode: "JsonSchemaMode") -> dict[str, Any]:
    from pydantic.errors import PydanticInvalidForJsonSchema

    try:
        found = adapter.json_schema(mode=mode, schema_generator=_plain())
    except PydanticInvalidForJsonSchema as error:
        raise TypeError(f"it has no JSON Schema: {error.message}") from error
    found.pop("title", None)
    return found


@cache
def _plain() -> "type[GenerateJsonSchema]":
    from pydantic.json_schema import GenerateJsonSchema

    class Plain(GenerateJsonSchema):
        """Without a title for each field: models pay for every word."""

        def field_title_should_be_set(self, schema: Any) -> bool:
            del schema
            return False

    return Plain


def _read(adapter: "TypeAdapter[Any]", value: Any) -> Any:
    from pydantic import ValidationError

    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise Misfit(_faults(error)) from error


def _write(adapter: "TypeAdapter[Any]", value: Any) -> Any:
    from pydantic_core import PydanticSerializationError

    try:
        return adapter.dump_python(value, mode="json", warnings="error")
    except PydanticSerializationError as error:
        raise Misfit(str(error).partition("\n")[0]) from error


def _faults(error: "ValidationError") -> str:
    found = error.errors(include_url=False, include_context=False)
    told = [
        f"{'.'.join(map(str, each['loc'])) or 'value'}: {each['msg']}" for each in found[:_NAMED]
    ]
    rest = f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return "; ".join(told) + rest


def _struct(kind: type[msgspec.Struct]) -> Shape:
    def read(value: Any) -> Any:
        try:
            return msgspec.convert(value, kind, strict=False)
        except msgspec.ValidationError as error:
            raise Misfit(str(error)) from error

    return Shape(schema=msgspec.json.schema(kind), read=read, write=msgspec.to_builtins)


def plain(value: Any) -> Any:
    """A value of no known type as JSON; what JSON does not have becomes text."""
    return msgspec.to_builtins(value, str_keys=True, enc_hook=_foreign)


def _foreign(value: Any) -> Any:
    from pydantic_core import to_jsonable_python

    return to_jsonable_python(value, fallback=str)


def _shown(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) else repr(kind)
