"""How types and kinds of JDL correspond to ours."""

from collections.abc import Mapping
from typing import Final

from menon.apps.socratic.specification.data import (
    Entity,
    EntityField,
    FieldType,
    OnDelete,
    RelationKind,
)

TYPES: Final[Mapping[str, FieldType]] = {
    "String": FieldType.STRING,
    "Integer": FieldType.INTEGER,
    "Long": FieldType.INTEGER,
    "BigDecimal": FieldType.DECIMAL,
    "Float": FieldType.FLOAT,
    "Double": FieldType.FLOAT,
    "Boolean": FieldType.BOOLEAN,
    "LocalDate": FieldType.DATE,
    "ZonedDateTime": FieldType.DATETIME,
    "Instant": FieldType.DATETIME,
    "LocalTime": FieldType.TIME,
    "Duration": FieldType.STRING,
    "UUID": FieldType.UUID,
    "TextBlob": FieldType.TEXT,
    "Blob": FieldType.URL,
    "AnyBlob": FieldType.URL,
    "ImageBlob": FieldType.URL,
}
"""There is no binary type: a file is kept elsewhere and the record has its address."""

BLOBS: Final = frozenset({"Blob", "AnyBlob", "ImageBlob"})

WRITTEN: Final[Mapping[FieldType, str]] = {
    FieldType.STRING: "String",
    FieldType.TEXT: "TextBlob",
    FieldType.INTEGER: "Integer",
    FieldType.DECIMAL: "BigDecimal",
    FieldType.FLOAT: "Double",
    FieldType.BOOLEAN: "Boolean",
    FieldType.DATE: "LocalDate",
    FieldType.DATETIME: "Instant",
    FieldType.TIME: "LocalTime",
    FieldType.UUID: "UUID",
    FieldType.EMAIL: "String",
    FieldType.URL: "String",
}

FORMATS: Final = {"email": FieldType.EMAIL, "url": FieldType.URL}
"""Kept in `@format("email")`."""

LIMITS: Final[Mapping[str, Mapping[str, str]]] = {
    "number": {"min": "min", "max": "max"},
    "text": {"minlength": "min_length", "maxlength": "max_length", "pattern": "pattern"},
    "bytes": {"minbytes": "min_length", "maxbytes": "max_length"},
}
"""Validations by what they are for, and the constraint that each becomes."""

KINDS: Final[Mapping[str, RelationKind]] = {
    "ManyToOne": RelationKind.MANY_TO_ONE,
    "OneToMany": RelationKind.ONE_TO_MANY,
    "OneToOne": RelationKind.ONE_TO_ONE,
    "ManyToMany": RelationKind.MANY_TO_MANY,
}

ON_DELETE: Final[Mapping[str, OnDelete]] = {
    "RESTRICT": OnDelete.RESTRICT,
    "NO ACTION": OnDelete.RESTRICT,
    "CASCADE": OnDelete.CASCADE,
    "SET NULL": OnDelete.SET_NULL,
}


def limits_of(kind: str) -> Mapping[str, str]:
    """The validations that a type of JDL takes, besides `required` and `unique`."""
    if kind in {"Integer", "Long", "BigDecimal", "Float", "Double"}:
        return LIMITS["number"]
    if kind == "String":
        return LIMITS["text"]
    return LIMITS["bytes"] if kind == "TextBlob" or kind in BLOBS else {}


_TEXT: Final = FieldType.STRING

BUILT_IN: Final[Mapping[str, Entity]] = {
    "User": Entity(
        name="User",
        description="A user of the application, as JHipster builds it in.",
        display="login",
        fields=[
            EntityField(name="login", type=_TEXT, required=True, unique=True, max_length=50),
            EntityField(name="firstName", type=_TEXT, max_length=50),
            EntityField(name="lastName", type=_TEXT, max_length=50),
            EntityField(name="email", type=FieldType.EMAIL, unique=True, max_length=254),
            EntityField(name="activated", type=FieldType.BOOLEAN, required=True, default=False),
        ],
    ),
    "Authority": Entity(
        name="Authority",
        description="A role of users, as JHipster builds it in.",
        display="name",
        fields=[EntityField(name="name", type=_TEXT, required=True, unique=True, max_length=50)],
    ),
}
"""Entities that JDL may point at without declaring them."""
