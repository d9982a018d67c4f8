"""Amendments of a specification: before, after, and what their migration says."""

from typing import Any, Final

from tests.apps.socratic.generator.specifications import entity

TITLE: Final = {"name": "title", "required": True, "max_length": 100}
AUTHOR: Final = entity("Author", {"name": "name", "required": True})


def book(*fields: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return entity("Book", TITLE, *fields, **parts)


def field(name: str, **parts: Any) -> dict[str, Any]:
    return {"name": name, **parts}


AMENDMENTS: Final[dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], str]]] = {
    "a field": ([book()], [book(field("isbn", unique=True, max_length=20))], "Adds books.isbn."),
    "a required field": (
        [book()],
        [book(field("pages", type="integer", required=True, min=1, default=7))],
        "Fills books.pages where it is empty.",
    ),
    "a required unique field": (
        [book()],
        [book(field("code", required=True, unique=True, max_length=12))],
        "Fills books.code",
    ),
    "required fields of every type": (
        [book()],
        [
            book(
                *(
                    field(f"the_{kind}", type=kind, required=True)
                    for kind in ("text", "integer", "decimal", "float", "boolean", "date")
                ),
                *(
                    field(f"the_{kind}", type=kind, required=True)
                    for kind in ("datetime", "time", "uuid", "email", "url")
                ),
            )
        ],
        "Fills books.the_uuid",
    ),
    "an entity": ([book()], [book(), AUTHOR], "Makes the table authors."),
    "a required relation": (
        [book(), AUTHOR],
        [book(relations=[{"name": "author", "target": "Author", "required": True}]), AUTHOR],
        "Fills books.author_id",
    ),
    "a relation to each other": (
        [book(), AUTHOR],
        [
            book(relations=[{"name": "author", "target": "Author"}]),
            entity(
                "Author",
                {"name": "name", "required": True},
                relations=[{"name": "best", "target": "Book"}],
            ),
        ],
        "Adds authors.best_id.",
    ),
    "a relation to many": (
        [book(), AUTHOR],
        [book(relations=[{"name": "authors", "target": "Author", "kind": "many_to_many"}]), AUTHOR],
        "Makes the table book_authors.",
    ),
    "another way to delete": (
        [book(relations=[{"name": "author", "target": "Author"}]), AUTHOR],
        [book(relations=[{"name": "author", "target": "Author", "on_delete": "cascade"}]), AUTHOR],
        "Deletes what books.author_id points at otherwise.",
    ),
    "less": (
        [
            book(
                field("isbn", unique=True),
                relations=[
                    {"name": "author", "target": "Author"},
                    {"name": "readers", "target": "Author", "kind": "many_to_many"},
                ],
                soft_delete=True,
            ),
            AUTHOR,
        ],
        [book()],
        "Removes the table authors with all that it holds.",
    ),
    "owners and soft deletion": (
        [book(field("isbn", unique=True))],
        [book(field("isbn", unique=True), owned=True, soft_delete=True)],
        "Fills books.owner_id",
    ),
    "a life cycle": (
        [book()],
        [
            book(
                life_cycle={
                    "field": "state",
                    "initial": "new",
                    "transitions": [{"source": "new", "target": "old"}],
                }
            )
        ],
        "Fills books.state",
    ),
    "another kind of number": (
        [book(field("price", type="integer", required=True))],
        [book(field("price", type="decimal", required=True))],
        "Changes books.price from integer to decimal.",
    ),
    "a number as text": (
        [book(field("price", type="integer", unique=True))],
        [book(field("price", type="string", unique=True, max_length=30))],
        "Changes books.price from integer to string.",
    ),
    "a longer text": (
        [book(field("blurb", max_length=50))],
        [book(field("blurb", type="text", required=True))],
        "books.blurb is required.",
    ),
    "no required field": (
        [book(field("isbn", required=True, unique=True))],
        [book(field("isbn"))],
        "books.isbn may miss.",
    ),
    "another name": (
        [book(field("isbn", required=True, unique=True, max_length=20))],
        [book(field("code", max_length=30), field("pages", type="integer"))],
        "Renames books.isbn to code",
    ),
    "another name of what is unique now": (
        [book(field("isbn"), soft_delete=True)],
        [book(field("code", required=True, unique=True), soft_delete=True)],
        "Renames books.isbn to code",
    ),
    "another name of a relation": (
        [book(relations=[{"name": "author", "target": "Author"}]), AUTHOR],
        [
            book(
                relations=[
                    {
                        "name": "writer",
                        "target": "Author",
                        "kind": "one_to_one",
                        "on_delete": "cascade",
                    }
                ]
            ),
            AUTHOR,
        ],
        "Renames books.author_id to writer_id",
    ),
}
