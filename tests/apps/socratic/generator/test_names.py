"""Safe names, of any script."""

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menon.apps.socratic.generator.names import (
    LONGEST,
    distinct,
    kebab,
    pascal,
    plural,
    singular,
    snake,
    words,
)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("unitPrice", "unit_price"),
        ("HTTPServer", "http_server"),
        ("SKUs", "skus"),
        ("userIDs", "user_ids"),
        ("URLsToScan", "urls_to_scan"),
        ("ABus", "a_bus"),
        ("order line", "order_line"),
        ("class", "class_"),
        ("match", "match_"),
        ("1st", "n1st"),
        ("Größe", "grosse"),
        ("Łódź", "lodz"),
        ("Автор", "avtor"),
        ("Ψυχή", "psyche"),
        ("书", "u4e66"),
        ("''; DROP TABLE x", "drop_table_x"),
        ("{{ 7*7 }}", "n7_7"),
        ("???", "unnamed"),
    ],
)
def test_a_name_is_safe(written: str, name: str) -> None:
    assert snake(written) == name


@given(st.text(min_size=1, max_size=80))
def test_every_name_is_an_identifier(written: str) -> None:
    name = snake(written)
    assert name.isascii()
    assert name.isidentifier()
    assert not keyword.iskeyword(name)
    assert len(name) <= LONGEST + 1
    assert name == snake(written)
    assert pascal(written).isidentifier()
    assert kebab(name).replace("-", "").isalnum()


@given(st.lists(st.text(max_size=20), max_size=20))
def test_names_are_all_different(written: list[str]) -> None:
    taken: set[str] = set()
    for text in written:
        taken.add(distinct(snake(text), taken))
    assert len(taken) == len(written)


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("book", "books"),
        ("category", "categories"),
        ("day", "days"),
        ("box", "boxes"),
        ("class", "classes"),
        ("order_line", "order_lines"),
        ("person", "people"),
        ("equipment", "equipment"),
    ],
)
def test_plurals_go_both_ways(one: str, many: str) -> None:
    assert plural(one) == many
    assert singular(many) == one


def test_words_keep_no_accent() -> None:
    assert words("Crème brûlée") == ["creme", "brulee"]
