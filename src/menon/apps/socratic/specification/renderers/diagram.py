"""The entities as a Mermaid entity-relationship diagram."""

from collections.abc import Iterator, Mapping
from typing import Final

from menon.apps.socratic.specification.data import Entity, EntityField, Relation, RelationKind
from menon.apps.socratic.specification.model import Specification
from menon.apps.socratic.specification.naming import distinct, pascal, snake
from menon.kit.text import shorten

_ENDS: Final[Mapping[RelationKind, tuple[str, str, str]]] = {
    # the holder's end, the target's end when it may be missing, and when it must be there
    RelationKind.MANY_TO_ONE: ("}o", "o|", "||"),
    RelationKind.ONE_TO_ONE: ("|o", "o|", "||"),
    RelationKind.ONE_TO_MANY: ("|o", "o{", "|{"),
    RelationKind.MANY_TO_MANY: ("}o", "o{", "|{"),
}


def render(spec: Specification) -> str:
    """Mermaid; names that it cannot write get safe ones and are shown as they are."""
    made = distinct(pascal(entity.name) for entity in spec.entities)
    ids: dict[str, str] = {}
    for entity, name in zip(spec.entities, made, strict=True):
        ids.setdefault(entity.name, name)
    lines = ["---", f'title: "{_quoted(spec.project.name)}"', "---", "erDiagram"]
    for entity, name in zip(spec.entities, made, strict=True):
        lines += _entity(entity, name)
    for entity, name in zip(spec.entities, made, strict=True):
        for relation in entity.relations:
            if relation.target in ids:
                lines.append(_line(relation, name, ids[relation.target]))
    return "\n".join(lines) + "\n"


def _entity(entity: Entity, name: str) -> Iterator[str]:
    shown = f'["{_quoted(entity.name)}"]' if entity.name != name else ""
    yield f"    {name}{shown} {{"
    yield "        uuid id PK"
    for field, safe in zip(
        entity.fields, distinct((snake(f.name) for f in entity.fields), ["id"]), strict=True
    ):
        yield f"        {_attribute(field, safe)}"
    yield "    }"


def _attribute(field: EntityField, name: str) -> str:
    kind = pascal(field.enum) if field.enum else field.type.value
    facts = ["required"] if field.required else []
    facts += [_quoted(field.name)] if field.name != name else []
    facts += [_quoted(field.description)] if field.description else []
    unique = " UK" if field.unique else ""
    note = f' "{"; ".join(facts)}"' if facts else ""
    return f"{kind} {name}{unique}{note}"


def _line(relation: Relation, source: str, target: str) -> str:
    left, optional, needed = _ENDS[relation.kind]
    right = needed if relation.required else optional
    return f'    {source} {left}--{right} {target} : "{_quoted(relation.name)}"'


def _quoted(text: str) -> str:
    """Inside of quotes: Mermaid's own entity codes for what would end them or be mark-up."""
    flat = "".join(char if char.isprintable() else " " for char in shorten(text, 120))
    for char, code in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        flat = flat.replace(char, code)
    return flat.replace("%", "#37;").replace("\\", "#92;").replace("`", "#96;")
