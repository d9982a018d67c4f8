"""Text from outside becomes text that every store accepts."""

import pytest

from menon.kit.text import clean, shorten


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
