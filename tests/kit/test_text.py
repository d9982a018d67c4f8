"""Text from outside becomes text that every store accepts."""

import pytest

from menon.kit.text import Growing, clean, shorten, worded


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("", ""),
        ("plain", "plain"),
        ("a\x00b\x00", "ab"),
        ("a\ud800b", "a\ufffdb"),
        ("\udfff\ud800", "\ufffd\ufffd"),
        ("e\u0301", "\u00e9"),
        ("\U0001f600", "\U0001f600"),
        ("line\nline\ttab", "line\nline\ttab"),
    ],
)
def test_clean(raw: str, cleaned: str):
    assert clean(raw) == cleaned
    assert clean(cleaned) == cleaned, "a second time changes nothing"
    cleaned.encode()


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("short", 10, "short"),
        ("two\n  words", 20, "two words"),
        ("one two three", 9, "one two…"),
        ("abcdefghijkl", 5, "abcd…"),
        ("a bcdefghijkl", 8, "a bcdef…"),
        ("", 5, ""),
    ],
)
def test_shorten(text: str, limit: int, short: str):
    assert shorten(text, limit) == short
    assert len(shorten(text, limit)) <= limit


def test_a_text_grows_by_pieces():
    text, pieces = Growing("so: "), [f"{n} " for n in range(500)]
    for piece in pieces:
        text.add(piece)
        assert text.last.endswith(piece)
    assert str(text) == "so: " + "".join(pieces)


def test_a_text_without_pieces_is_empty():
    text = Growing()
    assert (bool(text), str(text), text.last) == (False, "", "")
    text.add("x")
    assert bool(text)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("make_index", "Make index"),
        ("step2", "Step2"),
        ("Two words", "Two words"),
        ("HTTP", "HTTP"),
        ("", ""),
    ],
)
def test_a_name_of_programs_in_words(name: str, words: str):
    assert worded(name) == words
