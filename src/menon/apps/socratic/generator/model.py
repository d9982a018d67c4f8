"""The intermediate form: a specification with safe names, keys, links and rights worked out.

Specification → Model → files. Everything here is frozen; every list has its final order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from menon.apps.socratic.specification.data import FieldType, OnDelete
from menon.apps.socratic.specification.model import Specification, Style

if TYPE_CHECKING:
    from menon.apps.socratic.generator.history import History

_MS = {"ms": 1.0, "s": 1_000.0, "seconds": 1_000.0, "milliseconds": 1.0}


class Scope(StrEnum):
    """Which records a role may act on; `others` is left of `all` where the own are denied."""

    OWN = "own"
    OTHERS = "others"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class EnumModel:
    """A closed set of values, as a Python enumeration."""

    name: str
    title: str
    description: str
    members: tuple[tuple[str, str, str], ...]
    """Python name, value on the wire, label."""


@dataclass(frozen=True, kw_only=True)
class FieldModel:
    """A value of a record: one column, one attribute, one key on the wire, all of one name."""

    name: str
    title: str
    type: FieldType
    required: bool = False
    unique: bool = False
    enum: EnumModel | None = None
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    part: str = ""
    """Of an e-mail address or URL, what the specification has as its pattern."""
    default: str | float | bool | None = None
    description: str = ""
    state: bool = False
    """It holds the state of the life cycle."""


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A foreign key that this entity's table holds."""

    name: str
    column: str
    title: str
    target: str
    """The snake name of the entity that it points at."""
    required: bool
    unique: bool
    on_delete: OnDelete
    deferred: bool = False
    """The table that it points at is made later."""
    path: str = ""
    """The last part of the URL that lists these records under the target's; empty is none."""
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A many-to-many relation that this entity holds, through a table of its own."""

    name: str
    ids: str
    title: str
    table: str
    left: str
    right: str
    target: str
    required: bool
    on_delete: OnDelete
    path: str
    inverse: str = ""
    """The last part of the URL that lists these records under the target's; empty is none."""


@dataclass(frozen=True, kw_only=True)
class TransitionModel:
    """A change of state that is allowed, and to whom; no role is every role that may update."""

    source: str
    target: str
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LifeCycleModel:
    """The states of a record, kept in one field."""

    field: FieldModel
    initial: str
    transitions: tuple[TransitionModel, ...]

    @property
    def states(self) -> tuple[str, ...]:
        """All values of the field."""
        members = self.field.enum.members if self.field.enum else ()
        return tuple(value for _, value, _ in members)


@dataclass(frozen=True, kw_only=True)
class EntityModel:
    """A kind of record, with every name that its files use."""

    written: str
    """The name in the specification."""
    name: str
    cls: str
    table: str
    plural: str
    path: str
    title: str
    title_plural: str
    description: str
    fields: tuple[FieldModel, ...]
    references: tuple[Reference, ...]
    links: tuple[Link, ...]
    life_cycle: LifeCycleModel | None
    owned: bool
    soft_delete: bool
    searched: tuple[str, ...]
    paginate: bool
    display: str
    retention_days: int | None
    rights: Mapping[str, Mapping[str, Scope]]
    """Action → role → scope; who is not named is denied."""

    @property
    def unique(self) -> tuple[str, ...]:
        """The columns whose value no other record has."""
        return (
            *(f.name for f in self.fields if f.unique),
            *(r.column for r in self.references if r.unique),
        )

    @property
    def writable(self) -> tuple[FieldModel, ...]:
        """The fields that are no state."""
        return tuple(f for f in self.fields if not f.state)


@dataclass(frozen=True, kw_only=True)
class Child:
    """Records that point at an entity, and the last part of the URL that lists them under it."""

    entity: EntityModel
    column: str
    """The foreign key, or the relation to many, that points."""
    path: str
    many: bool = False


@dataclass(frozen=True, kw_only=True)
class Options:
    """What may be chosen apart from the specification; None is what the specification says."""

    style: Style | None = None
    frontend: Literal["none", "htmx"] | None = None
    history: "History | None" = None
    """The migrations of the generation before; None begins anew."""


@dataclass(frozen=True, kw_only=True)
class Role:
    """What an account may be."""

    name: str
    member: str
    title: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Model:
    """Everything that the templates read."""

    spec: Specification
    slug: str
    title: str
    style: Style
    roles: tuple[Role, ...]
    admin: str
    default_role: str
    enums: tuple[EnumModel, ...]
    entities: tuple[EntityModel, ...]
    """In an order in which their tables can be made."""
    notes: tuple[str, ...] = ()
    """What was decided where the specification cannot be taken literally."""
    poor: frozenset[str] = frozenset()
    """Entities of which few records can be made: a unique value has few possibilities."""
    children: Mapping[str, tuple[Child, ...]] = field(default_factory=dict[str, tuple[Child, ...]])
    by_name: Mapping[str, EntityModel] = field(default_factory=dict[str, EntityModel])
    by_written: Mapping[str, EntityModel] = field(default_factory=dict[str, EntityModel])

    @property
    def latency_ms(self) -> str:
        """What 95 of 100 answers of the whole may take at most; empty where nothing is said."""
        wanted = [
            one.value * _MS[one.unit]
            for one in self.spec.nfr
            if one.metric == "latency_p95" and one.operator in {"<", "<="} and not one.scope
            if one.unit in _MS and one.value > 0
        ]
        return f"{min(wanted):g}" if wanted else ""
