"""The small parts of the intermediate form: enumerations and fields."""

import math
from collections.abc import Callable, Iterable

from menon.apps.socratic.generator.model import EnumModel, FieldModel
from menon.apps.socratic.generator.names import distinct, pascal, snake
from menon.apps.socratic.generator.wordlists import CLASSES
from menon.apps.socratic.specification.data import EntityField, Enumeration, FieldType


def enums(given: Iterable[Enumeration], classes: set[str]) -> dict[str, EnumModel]:
    """The enumerations by what they are called in the specification; none has a class's name."""
    taken = classes | CLASSES
    found: dict[str, EnumModel] = {}
    for enumeration in given:
        name = distinct(pascal(enumeration.name), taken, "Enum")
        taken.add(name)
        found[enumeration.name] = enum_model(enumeration, name)
    return found


def enum_model(given: Enumeration, name: str) -> EnumModel:
    """A Python enumeration of the values, each with a member name of its own."""
    taken: set[str] = {"NAME", "VALUE", "MRO"}
    members: list[tuple[str, str, str]] = []
    for value in dict.fromkeys(given.values):
        member = distinct(snake(value).upper(), taken, "_VALUE")
        taken.add(member)
        members.append((member, value, given.labels.get(value, value)))
    return EnumModel(
        name=name, title=given.name, description=given.description, members=tuple(members)
    )


def field(given: EntityField, name: str, enum: EnumModel | None, *, state: bool) -> FieldModel:
    """A field with its limits; limits of whole numbers are rounded inwards."""
    whole = given.type is FieldType.INTEGER
    text = given.type in {FieldType.STRING, FieldType.TEXT}
    number = given.type in {FieldType.INTEGER, FieldType.DECIMAL, FieldType.FLOAT}
    least = given.min_length if text else None
    return FieldModel(
        name=name,
        title=given.name,
        type=FieldType.ENUM if state else given.type,
        required=given.required or state,
        unique=given.unique and not state,
        enum=enum,
        ge=_rounded(given.min, math.ceil, whole) if number else None,
        gt=_rounded(given.above, math.floor, whole) if number else None,
        le=_rounded(given.max, math.floor, whole) if number else None,
        lt=_rounded(given.below, math.ceil, whole) if number else None,
        min_length=1 if text and given.required and not least else least,
        max_length=(given.max_length or _longest(given)) if text else None,
        pattern=given.pattern if text else None,
        default=None if state else given.default,
        description=given.description,
        state=state,
    )


def _rounded(value: float | None, towards: Callable[[float], int], whole: bool) -> float | None:
    return value if value is None or not whole else towards(value)


def _longest(given: EntityField) -> int:
    return 255 if given.type is FieldType.STRING else 10_000
