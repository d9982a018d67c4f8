"""Strings that a pattern accepts."""

import re

import pytest

from menon.apps.socratic.specification.regex_sample import breaking, samples, width


@pytest.mark.parametrize(
    "pattern",
    [
        r"^97[89]-[0-9]{9}[0-9X]$",
        r"^[A-Z]{3}-\d{4}$",
        r"^(red|green|blue)$",
        r"^\+?[0-9 ]{6,20}$",
        r"^(?P<a>[ab])(?P=a)c*$",
        r"^[^,;]+,[^,;]+$",
        r"^\w+@\w+\.[a-z]{2,3}$",
        r"[A-F][0-9]{2}",
        r"^.{3,5}?$",
    ],
)
def test_samples_match(pattern: str) -> None:
    found = samples(pattern, 5, least=0, most=50)
    assert found
    assert found == samples(pattern, 5, least=0, most=50)
    assert len(set(found)) == len(found)
    assert all(re.search(pattern, text) for text in found)


def test_samples_keep_the_length() -> None:
    assert all(8 <= len(text) <= 9 for text in samples(r"^[a-z]+$", 9, least=8, most=9))
    assert samples(r"^[a-z]{3}$", 1, least=5, most=9) == []


def test_what_breaks_a_pattern_does_not_match() -> None:
    text = breaking(r"^[a-z]+$", least=2, most=4)
    assert text is not None
    assert not re.search(r"^[a-z]+$", text)
    assert breaking(r".*") is None


@pytest.mark.parametrize(
    ("pattern", "wide"),
    [
        (r"^[A-Z]{2}[0-9]{8}$", (10, 11)),
        (r"\A[A-Z]{2,4}\Z", (2, 4)),
        (r"^(a|bb)\Z", (1, 2)),
        (r"^a|b$", None),
        (r"[a-z]{3}", None),
        (r"(?m)^a$", None),
        ("", None),
    ],
)
def test_only_what_fills_the_text_has_a_width(pattern: str, wide: tuple[int, int] | None) -> None:
    assert width(pattern) == wide
