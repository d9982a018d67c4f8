"""YAML as another spelling of JSON."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menon.kit.yaml_text import DEPTH, NODES, read, write

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
    | st.sampled_from(
        ["no", "on", "1e3", "0x10", "2026-01-01", "~", "a: b", "- a", "two\nlines\n"]
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(codec="ascii", categories=["L"]), max_size=8), inner
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_what_is_written_is_read_again(value: Any):
    assert read(write(value)) == value
    assert read(json.dumps(value, ensure_ascii=False)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no\nb: on\nc: 2026-01-01", {"a": "no", "b": "on", "c": "2026-01-01"}),
        ("a: ~\nb: true\nc: 1\nd: 1.5\ne: 1e3\nf: '1'", None),
        ("a: |\n  one\n  two\n", {"a": "one\ntwo\n"}),
        ("- 0123\n- 12345678901234567890123\n- .inf", ["0123", "12345678901234567890123", ".inf"]),
        ("{}", {}),
        ("just a text", "just a text"),
    ],
)
def test_what_a_text_stands_for(text: str, value: Any):
    wanted = {"a": None, "b": True, "c": 1, "d": 1.5, "e": 1000.0, "f": "1"}
    assert read(text) == (wanted if value is None else value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "nothing in it"),
        ("a: [", "line [12]"),
        ("a: b: c", "line 1"),
        ("a: &x [1]\nb: *x", "line 2: aliases"),
        ("a: !!python/object/apply:os.system ['true']", "line 1: tags"),
        ("a: !!binary aGk=", "tags"),
        ("a: !x {b: 1}", "tags"),
        ("a: 1\na: 2", "line 2: the key 'a' stands there twice"),
        ("1: a", "a key is a text"),
        ("a: 1\n---\nb: 2", "one document"),
        ("[" * (DEPTH + 1) + "]" * (DEPTH + 1), "deeper than"),
        ("[" * 100_000, "deeper than"),
        ("- a\n" * (NODES + 1), "more than"),
        ("a: \x01", "not YAML"),
    ],
)
def test_what_is_more_than_json_is_refused(text: str, said: str):
    with pytest.raises(ValueError, match=said):
        read(text)
