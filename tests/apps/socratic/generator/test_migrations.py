"""An amended specification makes one more migration: a database with records is upgraded."""

from typing import Any, Final

import pytest
from tests.apps.socratic.generator.amended import UPGRADED, Project, filled
from tests.apps.socratic.generator.amendments import AMENDMENTS, AUTHOR, book, field
from tests.apps.socratic.generator.specifications import entity, made

from menon.apps.socratic.generator import Options, generate
from menon.apps.socratic.generator.history import of_trees

FIRST: Final = "migrations/versions/0001_first_tables.py"
SECOND: Final = "migrations/versions/0002_changed_tables.py"


@pytest.mark.parametrize("name", AMENDMENTS)
def test_a_database_with_records_is_upgraded_and_taken_back(project: Project, name: str) -> None:
    before, after, told = AMENDMENTS[name]
    filled(project, made(*before))
    first, books = project.tree[FIRST], project.rows("SELECT id, title FROM books")
    assert len(books) > 1
    text = project.amend(made(*after))
    assert told in text
    assert project.tree[FIRST] == first
    project.steps(*UPGRADED, "downgrade:0001", *UPGRADED)
    assert project.rows("SELECT id, title FROM books") == books


@pytest.mark.parametrize(
    "name",
    [
        "required fields of every type",
        "a relation to each other",
        "another way to delete",
        "less",
        "owners and soft deletion",
        "another kind of number",
        "a longer text",
        "another name",
        "another name of what is unique now",
        "another name of a relation",
    ],
)
def test_postgresql_follows_too(on_postgres: Project, name: str) -> None:
    before, after, _ = AMENDMENTS[name]
    filled(on_postgres, made(*before))
    books = on_postgres.rows("SELECT id, title FROM books ORDER BY id")
    on_postgres.amend(made(*after))
    on_postgres.steps(*UPGRADED, "downgrade:0001", *UPGRADED)
    assert on_postgres.rows("SELECT id, title FROM books ORDER BY id") == books


def test_what_is_deleted_with_others_stays_where_a_table_is_copied(project: Project) -> None:
    relation = {"name": "author", "target": "Author", "required": True, "on_delete": "cascade"}
    filled(project, made(book(relations=[relation]), AUTHOR))
    books = project.rows("SELECT count(*) FROM books")
    author = entity("Author", {"name": "name", "required": True, "unique": True})
    project.amend(made(book(relations=[relation]), author))
    project.steps(*UPGRADED)
    assert project.rows("SELECT count(*) FROM books") == books


@pytest.mark.parametrize(
    ("before", "after", "change", "told"),
    [
        (
            field("year", max_length=20),
            field("year", type="integer"),
            "UPDATE books SET year = CASE id WHEN 1 THEN 'unknown' ELSE '1999' END",
            "1 values of books.year are no integer, such as 'unknown'",
        ),
        (
            field("isbn", max_length=20),
            field("isbn", max_length=5),
            "UPDATE books SET isbn = '1234567'",
            "are longer than 5 characters, such as '1234567'",
        ),
        (
            field("isbn"),
            field("isbn", unique=True),
            "UPDATE books SET isbn = '1'",
            "stand in more than one record, such as '1'",
        ),
        (
            field("kind"),
            field("kind", type="enum", enum="Kind"),
            "UPDATE books SET kind = 'odd'",
            "are none of paper, film, such as 'odd'",
        ),
    ],
)
def test_values_that_do_not_fit_stop_it_before_anything_changes(
    project: Project, before: dict[str, Any], after: dict[str, Any], change: str, told: str
) -> None:
    enums = [{"name": "Kind", "values": ["paper", "film"]}]
    filled(project, made(book(before), enums=enums))
    project.rows(change)
    stored = project.rows("SELECT * FROM books")
    project.amend(made(book(after), enums=enums))
    assert told in project.steps("upgrade:head", fails=True)
    assert project.rows("SELECT * FROM books") == stored
    assert project.rows("SELECT version_num FROM alembic_version") == [("0001",)]
    file = project.folder / SECOND
    name = before["name"]
    repaired = f'    op.execute("UPDATE books SET {name} = NULL")\n'
    mark = "    # menon: begin before_upgrade\n"
    file.write_text(file.read_text().replace(mark, mark + repaired))
    project.steps(*UPGRADED)


def test_values_are_carried_over(project: Project) -> None:
    filled(project, made(book(field("year", max_length=20), field("price", type="integer"))))
    project.rows("UPDATE books SET year = ' 1999 ', price = 12")
    project.amend(made(book(field("year", type="integer"), field("price", type="decimal"))))
    project.steps("upgrade:head")
    assert set(project.rows("SELECT year, price FROM books")) == {(1999, 12.0)}
    project.steps("downgrade:-1")
    assert {year for year, _ in project.rows("SELECT year, price FROM books")} == {"1999"}


def test_one_migration_follows_another(project: Project) -> None:
    filled(project, made(book()))
    project.amend(made(book(field("isbn"))))
    second = project.tree[SECOND]
    third = project.amend(made(book(field("isbn", unique=True), field("pages", type="integer"))))
    assert project.tree[SECOND] == second
    assert 'revision = "0003"' in third
    assert 'down_revision = "0002"' in third
    project.steps(*UPGRADED)
    project.run("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_storage.py")


def test_no_change_makes_no_migration_and_the_same_bytes(project: Project) -> None:
    spec = made(book(), AUTHOR)
    first = project.generate(spec)
    history = of_trees(first, first)
    assert generate(spec, Options(history=history)) == first
    other = made(book(field("isbn")), AUTHOR)
    again = [generate(other, Options(history=of_trees(first, first))) for _ in range(2)]
    assert again[0] == again[1]


def test_a_revision_of_ones_own_is_followed(project: Project) -> None:
    filled(project, made(book()))
    own = (
        b'"""Ours."""\n\nfrom alembic import op\n\nrevision = "0002"\ndown_revision = "0001"\n\n\n'
        b"def upgrade() -> None:\n"
        b'    op.execute("CREATE TABLE notes (id INTEGER)")\n\n\n'
        b'def downgrade() -> None:\n    op.execute("DROP TABLE notes")\n'
    )
    path = "migrations/versions/ours.py"
    (project.folder / path).write_bytes(own)
    text = project.amend(made(book(field("isbn"))), ours={**project.tree, path: own})
    assert 'revision = "0003"' in text
    assert 'down_revision = "0002"' in text
    project.steps("upgrade:head")
    assert project.rows("SELECT count(*) FROM notes") == [(0,)]


def test_two_heads_become_one(project: Project) -> None:
    tree = project.generate(made(book()))
    ours = dict(tree)
    for name in ("a", "b"):
        text = f'revision: str = "{name}"\ndown_revision: str | None = "0001"\n'
        ours[f"migrations/versions/{name}.py"] = text.encode()
    ours["migrations/versions/broken.py"] = b"def ("
    assert 'down_revision = ("a", "b")' in project.amend(made(book(field("isbn"))), ours=ours)


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"tables": 3}'])
def test_without_a_schema_it_begins_anew(content: bytes | None) -> None:
    tree = generate(made(book()))
    assert of_trees(tree, tree) is not None
    tree = {path: text for path, text in tree.items() if path != "migrations/schema.json"}
    tree |= {"migrations/schema.json": content} if content is not None else {}
    assert of_trees(tree, tree) is None
