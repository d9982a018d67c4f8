"""A specification of JDL: what has no counterpart is told in its notes, never lost silently."""

import re
from typing import Final

from menon.apps.socratic.specification.data import Entity, Enumeration
from menon.apps.socratic.specification.jdl.links import Links
from menon.apps.socratic.specification.jdl.names import Declared, enumeration
from menon.apps.socratic.specification.jdl.parser import parse
from menon.apps.socratic.specification.jdl.records import entity
from menon.apps.socratic.specification.jdl.tree import Document, Record
from menon.apps.socratic.specification.model import About, Architecture, Specification
from menon.apps.socratic.specification.shape import ENTITIES
from menon.core.errors import TooLarge
from menon.kit.text import shorten

_PAGES: Final = frozenset({"pagination", "infinite-scroll", "pager", "no"})
_SEARCH: Final = frozenset({"elasticsearch", "couchbase", "opensearch"})
_SECRET: Final = re.compile(r"(?i)key|secret|password|token")
"""Settings such as `jwtSecretKey`, which belong into no document."""
_DATABASE: Final = ("prodDatabaseType", "databaseType")
_SERVED: Final = frozenset({"sqlite", "postgresql", "no"})


def read(text: str, *, name: str = "") -> Specification:
    """The specification that a JDL text describes.

    Args:
        text: JDL, as JHipster takes it
        name: of the project; else `baseName` of its application, else `Imported model`

    Raises:
        JdlError: it cannot be read; says the line, the column and what to write.
        TooLarge: it has more entities than a specification may have.
    """
    document = parse(text)
    if len(document.records) > ENTITIES:
        said = f"the JDL has {len(document.records)} entities; at most {ENTITIES} can be built"
        raise TooLarge(said)
    declared = Declared(document)
    notes: list[str] = []
    enums = [enumeration(choices, declared) for choices in document.choices]
    links = Links(document, declared, notes)
    entities = [
        _optioned(entity(record, declared, links, notes), record, document)
        for record in document.records
    ]
    entities += links.built_in()
    notes += _left_out(document, declared)
    return _specification(document, name, entities, enums, notes)


def _specification(
    document: Document,
    name: str,
    entities: list[Entity],
    enums: list[Enumeration],
    notes: list[str],
) -> Specification:
    settings = dict(document.applications[0]) if document.applications else {}
    database = next((settings[key] for key in _DATABASE if key in settings), "")
    database = "" if database == "sql" else database
    if database and database not in _SERVED:
        notes.append(
            f"The JDL asks for the database `{shorten(database, 100)}`; what is generated here "
            "runs on SQLite and PostgreSQL."
        )
    told = ", ".join(
        f"{key} {value}"
        for key, value in settings.items()
        if key != "baseName" and not _SECRET.search(key)
    )
    return Specification(
        project=About(name=shorten(name or settings.get("baseName", "") or "Imported model", 100)),
        entities=entities,
        enums=enums,
        architecture=Architecture(
            database=shorten(database or "sqlite", 1_000),
            notes=[f"The JDL asks for an application with {told}."[:20_000]] if told else [],
        ),
        notes=list(dict.fromkeys(notes))[:1_000],
    )


def _optioned(made: Entity, record: Record, document: Document) -> Entity:
    """The entity with what options and annotations say of lists and search."""
    name = record.name.text
    said = [option for option in document.options if option.covers(name)]
    pages = [o.value for o in said if o.keyword.text == "paginate" or o.value in _PAGES]
    search = [o.value for o in said if o.keyword.text == "search" or o.value in _SEARCH]
    for annotation in record.annotations:
        kind = annotation.name.text.lower()
        pages += [annotation.value or "pagination"] if kind == "paginate" else []
        search += [annotation.value or "elasticsearch"] if kind == "search" else []
    # Who says nothing at all of pages gets them: a list without an end helps nobody.
    silent = not any(_pages(document))
    paginate = pages[-1] != "no" if pages else silent
    return made.model_copy(
        update={"paginate": paginate, "search": bool(search) and search[-1] != "no"}
    )


def _pages(document: Document) -> list[bool]:
    options = [o.keyword.text == "paginate" or o.value in _PAGES for o in document.options]
    return options + [
        annotation.name.text.lower() == "paginate"
        for record in document.records
        for annotation in record.annotations
    ]


def _left_out(document: Document, declared: Declared) -> list[str]:
    """Options that mean nothing here; an entity that none of them knows is an error."""
    left: list[str] = []
    for option in document.options:
        for token in (*option.entities, *option.excluded):
            if token.text not in {"*", "all"}:
                declared.entity(token)
        used = option.keyword.text in {"paginate", "search"}
        if not used and option.value not in _PAGES | _SEARCH:
            left.append(f"`{shorten(option.written(), 200)}`")
    notes = [f"Left out of the JDL, since nothing here corresponds: {each}." for each in left]
    if document.deployments:
        notes.append(f"Left out of the JDL: {document.deployments} deployments.")
    return notes
