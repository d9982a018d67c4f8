"""One more part of a project that exists: an entity with all of its files, or one file of it."""

from typing import Final

from menon.apps.socratic.generator import intermediate
from menon.apps.socratic.generator.layout import KINDS, file, module, packages, tests_of
from menon.apps.socratic.generator.model import EntityModel, Options
from menon.apps.socratic.generator.phases import chosen, generate
from menon.apps.socratic.specification.model import Specification, Style
from menon.core.errors import InvalidInput, NotFound

ENTITY: Final = "entity"
SHARED: Final = (
    "app/enums.py",
    "app/main.py",
    "app/samples.py",
    "app/tables.py",
    "app/web/resources.py",
    "migrations/versions/0001_first_tables.py",
    "tests/test_acceptance.py",
)
"""The files that name every entity, and so change with one more."""


def component(
    kind: str, name: str, spec: Specification, options: Options | None = None
) -> dict[str, bytes]:
    """The files of one component, path → content.

    Args:
        kind: `entity` is all files of an entity and those that name it; or one of `KINDS`, such
            as `service` or `routes`; or `tests`.
        name: the entity, as the specification calls it.
        spec: has the entity.
        options: those of the project.

    Raises:
        InvalidInput: there is no such kind.
        NotFound: the specification has no such entity.
    """
    model = intermediate.build(spec)
    entity = model.by_written.get(name)
    if entity is None:
        raise NotFound(f"the specification has no entity {name!r}; add it first")
    wanted = _paths(kind, entity, Style(chosen(model, options).style or model.style))
    return {path: text for path, text in generate(spec, options).items() if path in wanted}


def _paths(kind: str, entity: EntityModel, style: Style) -> set[str]:
    test = tests_of(entity.name)
    if kind == "tests":
        return {test}
    if kind in KINDS:
        return {file(module(style, kind, entity.name))}
    if kind != ENTITY:
        known = ", ".join((ENTITY, *KINDS, "tests"))
        raise InvalidInput(f"there is no component of the kind {kind!r}; there are {known}")
    parts = {file(module(style, part, entity.name)) for part in KINDS}
    return {test, *parts, *packages(dict.fromkeys(parts)), *SHARED}
