"""The signature of a function as the shape of its arguments and of its result."""

import inspect
from collections.abc import Callable, Mapping
from inspect import Parameter
from typing import Annotated, Any, NamedTuple, NotRequired, get_type_hints

from menon.engine.tools.shape import Shape, modern, shape_of

_NO_MODEL_NAMES = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD, Parameter.POSITIONAL_ONLY)


class Signature(NamedTuple):
    """What a tool function takes and returns."""

    context: bool
    """Whether its first parameter is the `ToolContext`."""
    arguments: Shape
    """A JSON object; what is left out takes the function's own default."""
    result: Shape | None
    """None where the function does not say, or says `None` or `Any`."""


def signature_of(
    written: Callable[..., Any], name: str, notes: Mapping[str, str], context: type
) -> Signature:
    """Read a function.

    Args:
        written: the function.
        name: of the tool, for messages.
        notes: what its docstring says of each argument.
        context: the type of a first parameter that the model does not fill.

    Raises:
        TypeError: something cannot be described; says what, and what to do.
    """
    hints = _hints(written, name)
    parameters = list(inspect.signature(written).parameters.values())
    first = hints.get(parameters[0].name) if parameters else None
    takes_context = isinstance(first, type) and issubclass(first, context)
    fields = {
        parameter.name: _field(name, parameter, hints, notes.get(parameter.name))
        for parameter in parameters[takes_context:]
    }
    return Signature(
        context=takes_context, arguments=_object(fields), result=_result(name, hints.get("return"))
    )


def inspected(written: Callable[..., Any]) -> Any:
    """What tells of a callable: the function, or how an object is called."""
    return written if inspect.isroutine(written) else type(written).__call__


def _hints(written: Callable[..., Any], name: str) -> dict[str, Any]:
    try:
        return get_type_hints(inspected(written), include_extras=True)
    except NameError as error:
        raise TypeError(
            f"The types of the tool {name!r} cannot be read: {error}; define them above it, at the"
            " level of the module."
        ) from error


def _field(name: str, parameter: Parameter, hints: Mapping[str, Any], note: str | None) -> Any:
    from pydantic import Field

    if parameter.name not in hints:
        raise TypeError(f"The tool {name!r} needs a type for {parameter.name!r}.")
    if parameter.kind in _NO_MODEL_NAMES:
        raise TypeError(
            f"The tool {name!r} takes {parameter!s}; models fill named arguments only, so give"
            " each one a name and a type."
        )
    kind = modern(hints[parameter.name])
    _checked(f"The argument {parameter.name!r} of the tool {name!r}", kind)
    extra = _default(parameter)
    described = Annotated[kind, Field(description=note, json_schema_extra=extra)]
    return NotRequired[described] if parameter.default is not Parameter.empty else described


def _default(parameter: Parameter) -> dict[str, Any] | None:
    """The default as JSON, where it is something that JSON has."""
    from pydantic_core import PydanticSerializationError, to_jsonable_python

    if parameter.default is Parameter.empty:
        return None
    try:
        return {"default": to_jsonable_python(parameter.default)}
    except PydanticSerializationError:
        return None


def _object(fields: Mapping[str, Any]) -> Shape:
    from pydantic import ConfigDict
    from typing_extensions import TypedDict

    # A TypedDict takes any name, and says which fields were given; a model has names of its own.
    make: Any = TypedDict
    arguments = make("Arguments", dict(fields))
    arguments.__pydantic_config__ = ConfigDict(extra="forbid", arbitrary_types_allowed=False)
    shape = shape_of(arguments)
    schema: dict[str, Any] = {"type": "object", "properties": {}, "required": [], **shape.schema}
    return Shape(schema=schema, read=shape.read, write=shape.write)


def _result(name: str, kind: Any) -> Shape | None:
    if kind in (None, type(None), Any):
        return None
    return _checked(f"The result of the tool {name!r}", kind, output=True)


def _checked(what: str, kind: Any, *, output: bool = False) -> Shape:
    try:
        return shape_of(kind, output=output)
    except TypeError as error:
        raise TypeError(
            f"{what} has a type that models cannot be told: {error}. Use a dataclass, a TypedDict,"
            " a pydantic model, an enum, a Literal, or a container of those."
        ) from error
