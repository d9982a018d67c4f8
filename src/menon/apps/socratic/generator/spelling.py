"""How a field is spelt in the generated code: its type on the wire, in SQL and in a query."""

import math
import re
from typing import Any, Final

from menon.apps.socratic.generator.model import FieldModel
from menon.apps.socratic.specification.data import FieldType
from menon.apps.socratic.specification.regex_sample import width

LARGEST: Final = 2**53 - 1
DECIMALS: Final = 99_999_999_999
"""With four places these are the 15 digits that a float keeps."""

_QUERY_NAMES: Final = frozenset({"page", "per_page", "sort", "q"})

_SQL: Final = {
    FieldType.TEXT: ("str", "Text"),
    FieldType.INTEGER: ("int", "BigInteger"),
    FieldType.DECIMAL: ("Decimal", "Exact"),
    FieldType.FLOAT: ("float", "Float(53)"),
    FieldType.BOOLEAN: ("bool", "Boolean"),
    FieldType.DATE: ("dt.date", "Date"),
    FieldType.DATETIME: ("dt.datetime", "UtcDateTime"),
    FieldType.TIME: ("dt.time", "Time"),
    FieldType.UUID: ("UUID", "Uuid"),
    FieldType.EMAIL: ("str", "String(254)"),
    FieldType.URL: ("str", "String(2_000)"),
}
_WIRE: Final = {
    FieldType.STRING: "Line",
    FieldType.TEXT: "Line",
    FieldType.INTEGER: "int",
    FieldType.DECIMAL: "Real",
    FieldType.FLOAT: "Real",
    FieldType.BOOLEAN: "Flag",
    FieldType.DATE: "Date",
    FieldType.DATETIME: "Moment",
    FieldType.TIME: "Clock",
    FieldType.UUID: "Uuid",
    FieldType.EMAIL: "Email",
    FieldType.URL: "Url",
}
_ANSWER: Final = {
    FieldType.INTEGER: "int",
    FieldType.DECIMAL: "Number",
    FieldType.FLOAT: "float",
    FieldType.BOOLEAN: "bool",
    FieldType.DATE: "Date",
    FieldType.DATETIME: "Moment",
    FieldType.TIME: "Clock",
    FieldType.UUID: "UUID",
}
_ASKED: Final = {
    FieldType.INTEGER: "Int",
    FieldType.DECIMAL: "Float",
    FieldType.FLOAT: "Float",
    FieldType.BOOLEAN: "bool",
    FieldType.DATE: "Date",
    FieldType.DATETIME: "Moment",
    FieldType.TIME: "Clock",
    FieldType.UUID: "Uuid",
}
# Places that a scanner looks for; nothing is written there.
_SUSPECT: Final = re.compile(r"(?:/tmp|/var/tmp|/dev/shm)|(?:0\.0\.0\.0|::)\Z")
_STRICT: Final = frozenset({"gt", "lt"})
_EXACT: Final = "AfterValidator(exact)"
_RANGED: Final = frozenset(
    {FieldType.INTEGER, FieldType.DECIMAL, FieldType.FLOAT, FieldType.DATE, FieldType.DATETIME}
)


def literal(value: object) -> str:
    """A value as Python code; a text that scanners take for a place or an address is in parts."""
    if isinstance(value, str) and _SUSPECT.match(value):
        return f'"".join(({value[:1]!r}, {value[1:]!r}))'
    return repr(value)


def column(field: FieldModel) -> str:
    """The arguments of its column."""
    if field.enum is not None:
        return f"Enum(enums.{field.enum.name}, **STORED)"
    if field.type is FieldType.STRING:
        return f"String({field.max_length})"
    return _SQL[field.type][1]


def python(field: FieldModel) -> str:
    """The type of its attribute."""
    if field.enum is not None:
        return f"enums.{field.enum.name}"
    return "str" if field.type is FieldType.STRING else _SQL[field.type][0]


def wire(field: FieldModel) -> str:
    """Its type in a body, with every constraint in the schema.

    A validator that changes the value stands last: one that stands first hides the constraints.
    """
    if field.enum is not None:
        return f"enums.{field.enum.name}"
    base = _WIRE[field.type] if field.pattern is None or field.part else "Patterned"
    arguments = [f"{name}={literal(value)}" for name, value in limits(field).items()]
    if field.description:
        arguments.append(f"description={literal(field.description)}")
    metadata = [f"Field({', '.join(arguments)})"] if arguments else []
    if field.type is FieldType.DECIMAL:
        strict = [f"{name}={given!r}" for name, given in limits(field).items() if name in _STRICT]
        metadata.append(f"AfterValidator(within({', '.join(strict)}))" if strict else _EXACT)
    if field.type is FieldType.INTEGER:
        metadata.append("WHOLE")
    if field.part:
        metadata.append(f"AfterValidator(holding({literal(field.part)}))")
    return f"Annotated[{base}, {', '.join(metadata)}]" if metadata else base


def limits(field: FieldModel) -> dict[str, Any]:
    """The constraints of its type on the wire, by the name that Pydantic gives them."""
    found = _lengths(field)
    if field.pattern is not None and not field.part:
        found["pattern"] = field.pattern
    largest = {FieldType.INTEGER: LARGEST, FieldType.DECIMAL: DECIMALS}.get(field.type)
    for name, other, sign in (("ge", "gt", -1), ("le", "lt", 1)):
        for bound in (name, other):
            value = getattr(field, bound)
            if value is not None:
                found[bound] = int(value) if float(value).is_integer() else value
        if largest is not None and name not in found and other not in found:
            found[name] = sign * largest
    return found


def _lengths(field: FieldModel) -> dict[str, Any]:
    """The limits of a text; what its pattern says already is not said again."""
    wide = None if field.pattern is None or field.part else width(field.pattern)
    least, most = wide or (-1, math.inf)
    found: dict[str, Any] = {}
    if field.min_length is not None and field.min_length > least:
        found["min_length"] = field.min_length
    if field.max_length is not None and field.max_length < most:
        found["max_length"] = field.max_length
    return found


def answer(field: FieldModel) -> str:
    """Its type in an answer."""
    if field.enum is not None:
        return f"enums.{field.enum.name}"
    return _ANSWER.get(field.type, "str")


def default(field: FieldModel) -> str | None:
    """The Python expression of its default on the wire; None where it has none."""
    if field.default is None:
        return None
    if field.enum is not None:
        return next(
            (
                f"enums.{field.enum.name}.{member}"
                for member, value, _ in field.enum.members
                if value == str(field.default)
            ),
            None,
        )
    plain = {
        FieldType.STRING: str,
        FieldType.TEXT: str,
        FieldType.INTEGER: int,
        FieldType.FLOAT: float,
        FieldType.EMAIL: str,
        FieldType.URL: str,
    }
    if field.type is FieldType.BOOLEAN:
        return repr(str(field.default).lower() in {"true", "1", "yes"})
    if field.type is FieldType.DECIMAL:
        return f"Decimal({str(field.default)!r})"
    return literal(plain[field.type](field.default)) if field.type in plain else None


def filters(field: FieldModel) -> list[tuple[str, str, str]]:
    """What a list can be filtered by: attribute, key in the query, type.

    The attribute is `column__operator`; a name of a parameter of every list becomes `page.eq`.
    """
    kind = python(field) if field.enum is not None else _ASKED.get(field.type, "Text")
    equal = f"{field.name}.eq" if field.name in _QUERY_NAMES else field.name
    found = [(f"{field.name}__eq", equal, kind)]
    if field.type in _RANGED:
        found += [(f"{field.name}__{op}", f"{field.name}.{op}", kind) for op in ("gte", "lte")]
    if kind == "Text":
        found.append((f"{field.name}__contains", f"{field.name}.contains", kind))
    return found


def default_json(field: FieldModel) -> str:
    """The default as JSON has it, as a Python expression."""
    if field.type is FieldType.DECIMAL:
        return repr(float(field.default or 0))
    return repr(str(field.default)) if field.enum is not None else default(field) or "None"


def input_kind(field: FieldModel) -> str:
    """How it is entered in a form."""
    if field.enum is not None:
        return "select"
    kinds = {
        FieldType.TEXT: "textarea",
        FieldType.INTEGER: "number",
        FieldType.DECIMAL: "number",
        FieldType.FLOAT: "number",
        FieldType.BOOLEAN: "flag",
        FieldType.DATE: "date",
        FieldType.DATETIME: "datetime-local",
        FieldType.TIME: "time",
        FieldType.EMAIL: "email",
        FieldType.URL: "url",
    }
    return kinds.get(field.type, "text")
