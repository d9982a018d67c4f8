"""Renders the templates; what users wrote reaches Python code only as a literal or cleaned."""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from menon.apps.socratic.generator import proving, sampling, spelling
from menon.apps.socratic.generator.layout import module
from menon.apps.socratic.generator.model import (
    Child,
    EntityModel,
    FieldModel,
    Link,
    Model,
    Options,
    Reference,
)
from menon.apps.socratic.generator.names import alias, short, words
from menon.apps.socratic.specification.data import OnDelete

TEMPLATES: Final = Path(__file__).parent / "templates"
_ACTIONS: Final = {
    OnDelete.RESTRICT: "RESTRICT",
    OnDelete.CASCADE: "CASCADE",
    OnDelete.SET_NULL: "SET NULL",
}
_PROSE: Final = 300


def render(template: str, model: Model, options: Options, **context: Any) -> str:
    """One file."""
    style = options.style or model.style

    def module_of(kind: str, entity: EntityModel) -> str:
        return module(style, kind, entity.name)

    def parent_of(kind: str, entity: EntityModel) -> str:
        return module_of(kind, entity).rpartition(".")[0]

    def leaf_of(kind: str, entity: EntityModel) -> str:
        return module_of(kind, entity).rpartition(".")[2]

    return (
        _environment()
        .get_template(template)
        .render(
            model=model,
            options=options,
            module=module_of,
            parent=parent_of,
            leaf=leaf_of,
            **context,
        )
    )


@cache
def _environment() -> Environment:
    # Python, Markdown and YAML are made here, not HTML: each place names the filter that fits.
    made = Environment(  # noqa: S701
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(_FILTERS)
    tests: dict[str, Any] = cast("dict[str, Any]", made.tests)
    tests["editor"] = proving.editor
    return made


def doc(text: str) -> str:
    """Text for the inside of a docstring: one line, no backslash, no quote that could end it."""
    clean = " ".join(text.split()).replace("\\", "/").replace('"', "'").rstrip(".' ")
    clean = "".join(letter for letter in clean if letter.isprintable())
    # A scanner takes a text that begins like a path for one.
    clean = f"… {clean}" if clean.startswith("/") else clean
    return clean if len(clean) <= _PROSE else clean[: _PROSE - 1].rstrip() + "…"


def markdown(text: str) -> str:
    """Text for one cell or line of Markdown, where nothing of it is markup."""
    clean = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    for letter in "\\`*_{}[]<>#|~$!":
        clean = clean.replace(letter, f"\\{letter}")
    return clean


def _json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _limits(field: FieldModel) -> str:
    return ", ".join(f"{name} {value}" for name, value in spelling.limits(field).items())


def _words_of(name: str) -> str:
    return " ".join(words(name))


def _rich_ones(entities: Iterable[EntityModel], model: Model) -> list[EntityModel]:
    return [entity for entity in entities if proving.rich(entity, model)]


def _sa(expression: str) -> str:
    return expression if expression.startswith(("Exact", "UtcDateTime")) else f"sa.{expression}"


def _on_delete(relation: Reference | Link) -> str:
    if isinstance(relation, Link):
        return "RESTRICT" if relation.on_delete is OnDelete.RESTRICT else "CASCADE"
    return _ACTIONS[relation.on_delete]


def _sortable(entity: EntityModel) -> list[str]:
    return ["id", "created_at", "updated_at", *(f.name for f in entity.fields)]


def _children(entity: EntityModel, model: Model) -> tuple[Child, ...]:
    return model.children.get(entity.name, ())


def _entity_of(name: str, model: Model) -> EntityModel:
    return model.by_name[name]


_FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "py": spelling.literal,
    "json": _json,
    "doc": doc,
    "note": doc,
    "md": markdown,
    "short": short,
    "sa": _sa,
    "alias": alias,
    "column": spelling.column,
    "python": spelling.python,
    "wire": spelling.wire,
    "answer": spelling.answer,
    "default_of": spelling.default,
    "default_json": spelling.default_json,
    "filters": spelling.filters,
    "sample": sampling.sample,
    "from_json": sampling.from_json,
    "limits": _limits,
    "accepted": sampling.accepted,
    "refused": sampling.refused,
    "plenty": sampling.plenty,
    "ascii": ascii,
    "actor": proving.actor,
    "reader_of_both": proving.reader_of_both,
    "matrix": proving.matrix,
    "moves": proving.moves,
    "rich": proving.rich,
    "first_text": proving.first_text,
    "key_of": proving.key_of,
    "editor": proving.editor,
    "actor_of": proving.actor,
    "words_of": _words_of,
    "input_kind": spelling.input_kind,
    "rich_ones": _rich_ones,
    "needed": proving.needed,
    "cases": proving.cases,
    "plentiful": proving.plentiful,
    "ondelete": _on_delete,
    "sortable": _sortable,
    "children": _children,
    "entity_of": _entity_of,
}
