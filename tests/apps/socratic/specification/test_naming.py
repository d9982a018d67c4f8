"""Safe names of what people write."""

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menon.apps.socratic.specification.naming import camel, distinct, pascal, plural, snake


@pytest.mark.parametrize(
    ("name", "snaked", "pascaled", "many"),
    [
        ("OrderLine", "order_line", "OrderLine", "order_lines"),
        ("order line", "order_line", "OrderLine", "order_lines"),
        ("HTTPRequest2", "http_request2", "HttpRequest2", "http_request2s"),
        ("2ndHand", "n_2_nd_hand", "N2NdHand", "n_2_nd_hands"),
        ("Kategorië", "kategorie", "Kategorie", "kategories"),
        ("Category", "category", "Category", "categories"),
        ("Day", "day", "Day", "days"),
        ("Box", "box", "Box", "boxes"),
        ("Person", "person", "Person", "people"),
        ("本", "u26412", "U26412", "u26412s"),
        ("!!!", "unnamed", "Unnamed", "unnameds"),
    ],
)
def test_names(name: str, snaked: str, pascaled: str, many: str):
    assert (snake(name), pascal(name), plural(name)) == (snaked, pascaled, many)
    assert camel(name)[1:] == pascaled[1:]


@given(st.text(min_size=1, max_size=80))
def test_every_name_becomes_an_identifier(name: str):
    for made in (snake(name), pascal(name), camel(name), plural(name)):
        assert made.isascii()
        assert made.isidentifier() or keyword.iskeyword(made)
    assert snake(snake(name)) == snake(name)


def test_what_is_taken_gets_a_number():
    assert distinct(["a", "A", "b", "a"], taken=["B"]) == ["a", "A2", "b2", "a3"]
