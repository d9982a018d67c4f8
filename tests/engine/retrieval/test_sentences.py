"""Sentences are spans: cut where a reader would cut, never rewritten."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menon.engine.retrieval.blocks import blocks
from menon.engine.retrieval.sentences import sentences

DOCUMENT = """# Travel costs

The per diem is 28.50 euros. It wraps
over lines.

Setext
------
- one item. With two sentences.
- another
  continued
1. first

| City | Euro |
|------|-----:|
| Berlin | 28 |

```python
x = 1. Y
# not heading
```
---
last"""


def cut(text: str) -> list[str]:
    return [text[sentence.start : sentence.end] for sentence in sentences(text)]


def test_each_kind_of_line_is_known() -> None:
    found = [(each.kind, DOCUMENT[each.start : each.end]) for each in sentences(DOCUMENT)]
    assert found == [
        ("heading", "Travel costs"),
        ("text", "The per diem is 28.50 euros."),
        ("text", "It wraps\nover lines."),
        ("heading", "Setext"),
        ("item", "one item."),
        ("item", "With two sentences."),
        ("item", "another\n  continued"),
        ("item", "first"),
        ("header", "| City | Euro |"),
        ("row", "| Berlin | 28 |"),
        ("code", "x = 1. Y"),
        ("code", "# not heading"),
        ("text", "last"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Dr. Smith met Mr. Jones.", ["Dr. Smith met Mr. Jones."]),
        ("Use a tool, e.g. Excel. Then stop.", ["Use a tool, e.g. Excel.", "Then stop."]),
        ("Prices are approx. 5 EUR. Fine.", ["Prices are approx. 5 EUR.", "Fine."]),
        ("See No. 5 and p. 7.", ["See No. 5 and p. 7."]),
        ("J. R. R. Tolkien wrote it.", ["J. R. R. Tolkien wrote it."]),
        ("It costs 3.14 and 1.5 euros.", ["It costs 3.14 and 1.5 euros."]),
        ('He said "Stop." Then he left.', ['He said "Stop."', "Then he left."]),
        ("(All of it.) More.", ["(All of it.)", "More."]),
        ("Wait... what? Yes", ["Wait... what?", "Yes"]),
        ("Really?! Yes.", ["Really?!", "Yes."]),
        ("Version 2.0. It works.", ["Version 2.0.", "It works."]),
        ("Он пришёл. Она ушла.", ["Он пришёл.", "Она ушла."]),
        ("東京は首都です。京都は古い。", ["東京は首都です。", "京都は古い。"]),
        ("「行くよ。」彼は言った。", ["「行くよ。」", "彼は言った。"]),
        ("Das gilt z.B. in Bonn. Dort ja.", ["Das gilt z.B. in Bonn.", "Dort ja."]),
        ("", []),
        ("   \n\n  ", []),
        ("---\n\n***", []),
        ("```\nunclosed. Fence", ["unclosed. Fence"]),
        ("## ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@given(st.text(st.sampled_from("aB1.!?。 \n|-:#*`=~>\"')\t"), max_size=80))
def test_sentences_are_ordered_trimmed_and_lose_no_word(text: str) -> None:
    end, kept = 0, ""
    for sentence in sentences(text):
        assert end <= sentence.start < sentence.end
        assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end]
        end = sentence.end
        kept += text[sentence.start : sentence.end]
    lost = [letter for letter in "aB。" if kept.count(letter) != text.count(letter)]
    assert (
        not lost or "`" in text or "~" in text
    )  # what stands beside a fence's mark names a language


@given(st.text(st.sampled_from("ab \n|-:#`=~\r\x0b\x85"), max_size=60))
def test_blocks_follow_one_another(text: str) -> None:
    end = 0
    for block in blocks(text):
        assert end <= block.start < block.end
        end = block.end


@pytest.mark.parametrize(
    "text",
    ["." * 100_000, ". " * 50_000, "|" + " " * 100_000 + "x", "- " * 50_000 + "x", " " * 100_000],
    ids=["dots", "spaced dots", "bar", "dashes", "spaces"],
)
def test_hostile_lines_take_no_time(text: str) -> None:
    before = time.process_time()
    list(sentences(text))
    assert time.process_time() - before < 1
