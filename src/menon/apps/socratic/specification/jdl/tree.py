"""JDL as it is written, before it means anything to us."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from menon.apps.socratic.specification.jdl.lexer import Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """`@name` or `@name(value)`."""

    name: Token
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A validation of a field: `required`, `min(3)`, `pattern(/a+/)`."""

    name: Token
    value: Token | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A field of an entity."""

    name: Token
    type: Token
    checks: tuple[Check, ...]
    annotations: tuple[Annotation, ...]
    doc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An `entity`."""

    name: Token
    attributes: tuple[Attribute, ...]
    annotations: tuple[Annotation, ...]
    doc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value of an `enum` with its label."""

    name: Token
    label: str
    doc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """An `enum`."""

    name: Token
    values: tuple[Choice, ...]
    doc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One end of a relationship: `Order{customer(name) required}`."""

    entity: Token
    name: Token | None
    display: Token | None
    required: bool
    annotations: tuple[Annotation, ...]
    doc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A relationship of one of the four kinds."""

    kind: Token
    source: Side
    target: Side
    built_in: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """`paginate A, B with pagination except C`, or one of `use pagination for A`."""

    keyword: Token
    value: str
    entities: tuple[Token, ...]
    """A `*` is every entity."""
    excluded: tuple[Token, ...]

    def covers(self, entity: str) -> bool:
        """Whether it is said of an entity."""
        named = any(each.text in {"*", "all", entity} for each in self.entities)
        return named and all(each.text != entity for each in self.excluded)

    def written(self) -> str:
        """As one would write it."""
        names = ", ".join(each.text for each in self.entities)
        value = f" with {self.value}" if self.value else ""
        rest = f" except {', '.join(each.text for each in self.excluded)}" if self.excluded else ""
        if self.keyword.text == "use":
            return f"use {self.value} for {names}{rest}"
        return f"{self.keyword.text} {names}{value}{rest}"


@dataclass(slots=True, kw_only=True)
class Document:
    """Everything in a text, each kind in the order of the text."""

    records: list[Record] = field(default_factory=list[Record])
    choices: list[Choices] = field(default_factory=list[Choices])
    links: list[Link] = field(default_factory=list[Link])
    options: list[Option] = field(default_factory=list[Option])
    constants: dict[str, Token] = field(default_factory=dict[str, Token])
    applications: list[Mapping[str, str]] = field(default_factory=list[Mapping[str, str]])
    """The settings of each `application { config { ... } }`."""
    deployments: int = 0
