"""A field that has another name in the amended specification keeps its values."""

from typing import Any

import pytest
from tests.apps.socratic.generator.amended import UPGRADED, Project, filled
from tests.apps.socratic.generator.amendments import book, field
from tests.apps.socratic.generator.specifications import made


def test_values_stay_under_another_name(project: Project) -> None:
    filled(project, made(book(field("isbn", unique=True))))
    project.rows("UPDATE books SET isbn = 'of ' || id")
    kept = project.rows("SELECT id, isbn FROM books")
    text = project.amend(made(book(field("code"), field("pages", type="integer"))))
    assert "where it is another one, empty it in `after_upgrade`" in text
    project.steps(*UPGRADED)
    assert project.rows("SELECT id, code FROM books") == kept
    project.steps("downgrade:-1")
    assert project.rows("SELECT id, isbn FROM books") == kept


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([field("isbn")], [field("code"), field("shelf")]),
        ([field("isbn"), field("shelf")], [field("code")]),
        ([field("isbn")], [field("pages", type="integer")]),
    ],
)
def test_what_may_be_another_field_is_made_anew(
    project: Project, before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    project.generate(made(book(*before)))
    text = project.amend(made(book(*after)))
    assert "Removes books.isbn with its values." in text
    assert "Renames" not in text


def test_hiding_is_no_field_that_got_another_name(project: Project) -> None:
    project.generate(made(book(soft_delete=True)))
    text = project.amend(made(book(field("seen", type="datetime"))))
    assert "Removes books.deleted_at with its values." in text
