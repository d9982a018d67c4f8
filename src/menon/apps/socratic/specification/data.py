"""The data of a specification: entities, their fields and relations, enumerations."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from menon.apps.socratic.specification.shape import (
    Identifier,
    Line,
    Paragraph,
    Part,
    TypeName,
)


class FieldType(StrEnum):
    """What a field holds; the 13 types that every renderer and template knows."""

    STRING = "string"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    UUID = "uuid"
    EMAIL = "email"
    URL = "url"
    ENUM = "enum"


class RelationKind(StrEnum):
    """How many of the one belong to how many of the other, read from the entity that holds it."""

    MANY_TO_ONE = "many_to_one"
    ONE_TO_MANY = "one_to_many"
    ONE_TO_ONE = "one_to_one"
    MANY_TO_MANY = "many_to_many"


class OnDelete(StrEnum):
    """What happens to this record when the one that it points at is deleted."""

    RESTRICT = "restrict"
    CASCADE = "cascade"
    SET_NULL = "set_null"


class EntityField(Part):
    """A value that every record of an entity has."""

    name: Identifier
    type: FieldType = FieldType.STRING
    required: bool = False
    unique: bool = False
    enum: TypeName | None = Field(default=None, description="The enumeration, for type `enum`.")
    min: float | None = Field(default=None, description="The least number that is allowed.")
    max: float | None = Field(default=None, description="The greatest number that is allowed.")
    above: float | None = Field(default=None, description="Greater than this number.")
    below: float | None = Field(default=None, description="Less than this number.")
    min_length: Annotated[int | None, Field(ge=0, le=1_000_000)] = None
    max_length: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    pattern: Annotated[str | None, Field(max_length=500)] = None
    default: str | int | float | bool | None = None
    description: Line = ""
    source: Line = Field(default="", description="The id of the answer that it comes from.")


class Relation(Part):
    """A reference from the entity that holds it to another, or to itself."""

    name: Identifier
    target: TypeName
    kind: RelationKind = RelationKind.MANY_TO_ONE
    required: bool = False
    inverse: Identifier | None = Field(
        default=None, description="What the other side calls it; null is one way only."
    )
    on_delete: OnDelete = OnDelete.RESTRICT
    description: Line = ""
    source: Line = ""


class Transition(Part):
    """A change of a life cycle that is allowed."""

    source: Identifier
    target: Identifier
    by: list[Identifier] = Field(
        default=[], description="Actors who may; empty is all who may update."
    )


class LifeCycle(Part):
    """The states that a record passes through, kept in one enum field."""

    field: Identifier
    initial: Identifier
    transitions: list[Transition] = Field(default=[], max_length=200)


class Entity(Part):
    """A kind of record that the system keeps."""

    name: TypeName
    plural: Identifier | None = Field(default=None, description="As in addresses; null derives it.")
    description: Paragraph = ""
    fields: list[EntityField] = Field(default=[], max_length=200)
    relations: list[Relation] = Field(default=[], max_length=100)
    life_cycle: LifeCycle | None = None
    owned: bool = Field(
        default=False,
        description="A record belongs to the user who made it, who alone and `all` may see it.",
    )
    soft_delete: bool = False
    search: bool = Field(default=False, description="Its text fields can be searched.")
    paginate: bool = True
    display: Identifier | None = Field(default=None, description="The field that names a record.")
    retention_days: Annotated[int | None, Field(ge=1, le=36_500)] = None
    volume: Annotated[int | None, Field(ge=0, description="Records expected in a year.")] = None
    source: Line = ""


class Enumeration(Part):
    """A closed set of values."""

    name: TypeName
    values: list[Identifier] = Field(min_length=1, max_length=200)
    labels: dict[str, Line] = Field(default={}, description="What people read, by value.")
    description: Line = ""
