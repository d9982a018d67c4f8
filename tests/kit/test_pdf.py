"""Text as PDF files that a strict reader takes."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from menon.kit.pdf import pdf

TEXT = """# Library

A **bold** word, `code` and [a link](https://example.org).

* one
  - two
1. three

| field | type |
|---|---|
| title | string |

```
fixed (as it is) \\ here
```
Crème brûlée — “quoted” … Ōsaka
"""


def opened(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content), strict=True)


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in opened(content).pages)


def test_what_stands_in_the_text_stands_on_the_page() -> None:
    found = text_of(pdf("Library", TEXT))
    for part in (
        "Library",
        "A bold word, code and a link.",
        "\u2022 one",
        "\u2022 two",
        "\u2022 three",
        "| title | string |",
        "fixed (as it is) \\ here",
        "Crème brûlée — “quoted” … Osaka",
    ):
        assert part in found, part
    assert "---" not in found


def test_the_text_itself_goes_along() -> None:
    reader = opened(pdf("Bücher (neu)", TEXT + "書\n", attached="library.md"))
    assert reader.attachments["library.md"][0].decode() == TEXT + "書\n"
    assert reader.metadata is not None
    assert reader.metadata.title == "Bücher (neu)"


def test_long_texts_have_many_pages_and_no_line_is_lost() -> None:
    lines = [f"Line {n} of a text that goes on and on." for n in range(400)]
    content = pdf("Long", "\n".join(lines))
    assert len(opened(content).pages) > 5
    found = text_of(content)
    assert all(line in found for line in lines)


def test_wide_lines_are_broken_between_words_and_wide_words_cut() -> None:
    words = " ".join(f"word{n}" for n in range(100))
    found = text_of(pdf("Wide", f"{words}\n\n{'x' * 500}\n"))
    assert found.split("x")[0].split() == words.split()
    assert found.count("x") == 500


def test_the_same_text_gives_the_same_bytes() -> None:
    assert pdf("Library", TEXT) == pdf("Library", TEXT)


@pytest.mark.parametrize("text", ["", "\n\n", "#", "|", "```", "* ", "\x00\x1b", "\ud83d\ude00"])
def test_little_and_strange_texts_are_files_too(text: str) -> None:
    sound = text.encode("utf-16", "surrogatepass").decode("utf-16")
    assert len(opened(pdf("", sound)).pages) == 1


@settings(max_examples=30)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_any_text_makes_a_file_that_holds_it(text: str) -> None:
    reader = opened(pdf(text[:50], text))
    assert reader.attachments["text.md"][0] == text.encode()
