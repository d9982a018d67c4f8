"""The small parts of the intermediate form: enumerations and fields."""

import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from menon.apps.socratic.generator.addresses import both
from menon.apps.socratic.generator.model import EnumModel, FieldModel
from menon.apps.socratic.generator.names import distinct, pascal, snake
from menon.apps.socratic.generator.wordlists import CLASSES
from menon.apps.socratic.specification.data import EntityField, Enumeration, FieldType

_TEXTS: Final = {FieldType.STRING: 255, FieldType.TEXT: 10_000}
_ADDRESSES: Final = {FieldType.EMAIL: 254, FieldType.URL: 2_000}
"""Characters that each type takes at most, unless a field says less."""
_SIGNS: Final = {"-": "minus", "#": "sharp"}


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
    values = list(dict.fromkeys(given.values))
    plain = Counter(snake(value) for value in values)
    for value in values:
        same = plain[snake(value)] > 1 or not any(map(str.isalnum, value))
        member = distinct(snake(_spoken(value) if same else value).upper(), taken, "_VALUE")
        taken.add(member)
        members.append((member, value, given.labels.get(value, value)))
    return EnumModel(
        name=name, title=given.name, description=given.description, members=tuple(members)
    )


def _spoken(value: str) -> str:
    """A value with words for its signs: `A+` is `A plus`."""
    spoken = (
        letter if letter.isalnum() else f" {_sign(letter)} " if letter.strip() else " "
        for letter in value
    )
    return "".join(spoken)


def _sign(letter: str) -> str:
    named = unicodedata.name(letter, "sign").lower().removesuffix(" sign")
    return _SIGNS.get(letter) or named.replace("-", " ")


def field(given: EntityField, name: str, enum: EnumModel | None, *, state: bool) -> FieldModel:
    """A field with its limits, rounded inwards to what its values can be."""
    places = {FieldType.INTEGER: 0, FieldType.DECIMAL: 4}.get(given.type)
    text = given.type in _TEXTS
    number = given.type in {FieldType.INTEGER, FieldType.DECIMAL, FieldType.FLOAT}
    least = given.min_length if text or given.type in _ADDRESSES else None
    return FieldModel(
        name=name,
        title=given.name,
        type=FieldType.ENUM if state else given.type,
        required=given.required or state,
        unique=given.unique and not state,
        enum=enum,
        ge=_rounded(given.min, math.ceil, places) if number else None,
        gt=_rounded(given.above, math.floor, places) if number else None,
        le=_rounded(given.max, math.floor, places) if number else None,
        lt=_rounded(given.below, math.ceil, places) if number else None,
        min_length=1 if text and given.required and not least else least,
        max_length=_longest(given),
        pattern=_pattern(given),
        part=given.pattern or "" if given.type in _ADDRESSES else "",
        default=None if state else given.default,
        description=given.description,
        state=state,
    )


def _rounded(
    value: float | None, towards: Callable[[Decimal], int], places: int | None
) -> float | None:
    """A limit with as many places as its values have; None is as many as there are."""
    if value is None or places is None:
        return value
    unit = 10**places
    found = towards(Decimal(repr(value)) * unit)
    return found if unit == 1 else found / unit


def _pattern(given: EntityField) -> str | None:
    """Its pattern; an address has the form of an address as well."""
    if given.pattern is None or given.type in _TEXTS:
        return given.pattern
    return both(given.type, given.pattern) if given.type in _ADDRESSES else None


def _longest(given: EntityField) -> int | None:
    """The most characters; None where its type says enough."""
    if given.type in _ADDRESSES:
        most = given.max_length
        return most if most is not None and most < _ADDRESSES[given.type] else None
    if given.type not in _TEXTS:
        return None
    return given.max_length or _TEXTS[given.type]
