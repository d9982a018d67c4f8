"""Relationships of JDL as relations: which entity holds each, and what the other side is called."""

from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from menon.apps.socratic.specification.data import Entity, OnDelete, Relation, RelationKind
from menon.apps.socratic.specification.jdl.kinds import BUILT_IN, KINDS, ON_DELETE
from menon.apps.socratic.specification.jdl.lexer import Token
from menon.apps.socratic.specification.jdl.names import Declared, refused, said
from menon.apps.socratic.specification.jdl.tree import Document, Link, Side

_KNOWN: Final = frozenset({"name", "description", "source", "holds", "onDelete"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ends:
    """A relationship from the entity that holds it."""

    kind: RelationKind
    holder: Side
    other: Side
    default_inverse: bool
    """JHipster names both sides itself where the text names none."""


class Links:
    """All relationships of a text, by the name in the text of the entity that holds them.

    Raises:
        JdlError: an entity is unknown.
    """

    def __init__(self, document: Document, declared: Declared, notes: list[str]) -> None:
        self._declared, self._notes = declared, notes
        self._held: dict[str, list[Relation]] = {}
        self._tokens: dict[tuple[str, str], Token] = {}
        self._display: dict[str, str] = {}
        self._used = set[str]()
        for link in document.links:
            self._add(link)

    def held(self, entity: str) -> list[Relation]:
        """The relations of an entity in the order of the text."""
        return self._held.get(entity, [])

    def token(self, entity: str, relation: str) -> Token:
        """Where a relation stands."""
        return self._tokens[entity, relation]

    def display(self, entity: str) -> str | None:
        """The field by which relationships show an entity."""
        return self._display.get(entity)

    def built_in(self) -> list[Entity]:
        """Entities that the text points at and JHipster has; they are ours to build."""
        return [
            BUILT_IN[name].model_copy(update={"relations": self.held(name)})
            for name in BUILT_IN
            if name in self._used and name not in self._declared.entities
        ]

    def _add(self, link: Link) -> None:
        for side in (link.source, link.target):
            self._declared.entity(side.entity)
            self._used.add(side.entity.text)
        ends = _ends(link)
        holder, other = ends.holder, ends.other
        relation = self._relation(ends)
        self._held.setdefault(holder.entity.text, []).append(relation)
        self._tokens[holder.entity.text, relation.name] = holder.entity
        self._shown(holder.display, other.entity.text)
        self._shown(other.display, holder.entity.text)
        if other.required:
            text = f"Left out of the JDL: {other.entity.text} requires {holder.entity.text} "
            self._notes.append(f"{text}by `{other.name.text if other.name else ''}`.")

    def _relation(self, ends: _Ends) -> Relation:
        holder, other = ends.holder, ends.other
        facts, behind = said(holder.annotations), said(other.annotations)
        for unknown in sorted((facts.keys() | behind.keys()) - _KNOWN):
            text = "Left out of the JDL, since nothing here corresponds: "
            self._notes.append(f"{text}`@{unknown}` between {holder.entity.text} and another.")
        name = holder.name.text if holder.name else _default(other.entity.text)
        inverse = other.name.text if other.name else None
        if ends.default_inverse and holder.entity.text != other.entity.text:
            inverse = _default(holder.entity.text)
        on_delete = (facts.get("onDelete") or behind.get("onDelete", "")).upper()
        try:
            return Relation(
                name=facts.get("name", name),
                target=self._declared.entity(other.entity),
                kind=ends.kind,
                required=holder.required,
                inverse=behind.get("name", inverse) if inverse else None,
                on_delete=ON_DELETE.get(on_delete, OnDelete.RESTRICT),
                description=facts.get("description", holder.doc)[:1_000],
                source=facts.get("source", ""),
            )
        except ValidationError as error:
            refused(holder.entity, error)
            raise

    def _shown(self, display: Token | None, entity: str) -> None:
        if display is None or display.text == "id":
            return
        fields = self._declared.fields.get(entity, {})
        if display.text not in fields:
            display.fail(f"{entity!r} has no field {display.text!r} to be shown by")
        chosen = self._display.setdefault(entity, fields[display.text])
        if chosen != fields[display.text]:
            text = f"Left out of the JDL: {entity} shown by {display.text!r} in one place, "
            self._notes.append(f"{text}since another shows it by {chosen!r}.")


def _ends(link: Link) -> _Ends:
    """Who holds it: the many side, else the side that is named or required."""
    source, target, kind = link.source, link.target, KINDS[link.kind.text]
    unnamed = source.name is None and target.name is None
    if kind is RelationKind.ONE_TO_MANY and "holds" not in said(source.annotations):
        return _Ends(
            kind=RelationKind.MANY_TO_ONE, holder=target, other=source, default_inverse=unnamed
        )
    symmetric = kind in {RelationKind.ONE_TO_ONE, RelationKind.MANY_TO_MANY}
    only = target.name is not None and source.name is None
    if symmetric and (only or (target.required and not source.required)):
        return _Ends(kind=kind, holder=target, other=source, default_inverse=False)
    return _Ends(kind=kind, holder=source, other=target, default_inverse=unnamed)


def _default(entity: str) -> str:
    return entity[0].lower() + entity[1:]
