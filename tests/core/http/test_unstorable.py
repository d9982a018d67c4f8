"""Text that no store can keep is refused where it stands, and nothing else is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menon.core.errors import InvalidInput
from menon.core.http.unstorable import refuse_unstorable, refuse_unstorable_query
from menon.kit.text import storable, storable_json

PLAIN = [
    b"",
    b"{",
    b'{"a": "\\u00e9"}',
    b'{"a": "\\ud83d\\ude00"}',
    b'{"a": "\\\\u0000 \\\\ud800"}',
    '{"a": "\U0001f600 é"}'.encode(),
    b'{"a": "\\u0000"',
]
ODD = [
    (b'{"a": "x\\u0000"}', ["/body/a"]),
    (b'{"a": ["ok", {"b": "\\uD800 x"}]}', ["/body/a/1/b"]),
    (b'{"a": "\\ude00\\ud83d"}', ["/body/a"]),
    (b'{"a\\u0000": "\\udfff", "b": "\\u0000"}', ["/body", "/body/a", "/body/b"]),
    (b'{"a": "\xed\xa0\x80"}', ["/body/a"]),
    ('{"a": "\x7f", "b": "x\\u0000"}'.encode("utf-16"), ["/body/b"]),
    (b'"\\u0000"', ["/body"]),
]


@pytest.mark.parametrize("body", PLAIN)
def test_what_can_be_stored_passes(body: bytes):
    refuse_unstorable(body)


@pytest.mark.parametrize(("body", "pointers"), ODD)
def test_what_cannot_is_pointed_at(body: bytes, pointers: list[str]):
    with pytest.raises(InvalidInput) as refused:
        refuse_unstorable(body)
    assert [error["pointer"] for error in refused.value.errors] == pointers
    assert storable(refused.value.detail) == refused.value.detail


def test_of_many_places_the_first_are_told():
    with pytest.raises(InvalidInput) as refused:
        refuse_unstorable(json.dumps(["\x00"] * 500).encode())
    assert len(refused.value.errors) == 20


def test_what_is_told_stays_small_and_is_soon_found():
    name = "n" * 400_000
    numbers = b"[" + b"1," * 200_000 + b'"\\u0000"]'
    with pytest.raises(InvalidInput) as refused:
        refuse_unstorable(b'{"' + name.encode() + b'": ' + numbers + b"}")
    (error,) = refused.value.errors
    assert error["pointer"].endswith("/200000")
    assert len(error["pointer"]) < 100
    assert len(refused.value.detail) < 200


@given(
    st.recursive(
        st.none() | st.text(st.characters(codec=None, exclude_categories=[])),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner),
    )
)
def test_a_document_passes_where_nothing_would_be_cleaned_away(document: object):
    body = json.dumps(document).encode()
    if storable_json(document) == document:
        refuse_unstorable(body)
    else:
        with pytest.raises(InvalidInput):
            refuse_unstorable(body)


@pytest.mark.parametrize(
    ("query", "pointers"),
    [
        (b"", []),
        (b"q=a%20b&q=%25", []),
        (b"q=%2500", []),
        (b"q=a%00&limit=3", ["/query/q"]),
        (b"q%00=a&r=%00", ["/query/q", "/query/r"]),
    ],
)
def test_parameters_of_an_address_too(query: bytes, pointers: list[str]):
    if not pointers:
        refuse_unstorable_query(query)
        return
    with pytest.raises(InvalidInput) as refused:
        refuse_unstorable_query(query)
    assert [error["pointer"] for error in refused.value.errors] == pointers
