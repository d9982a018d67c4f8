"""Chunks fit, know where they stand, and keep together what belongs together."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menon.core.errors import InvalidInput
from menon.engine.retrieval.embed import MiniLM, load_minilm
from menon.engine.retrieval.split import Chunk, Format, split, windows

HANDBOOK = """---
title: Handbook
tags: [travel]
---
# Handbook

Welcome.

## Travel

### Costs

Trains go first. The per diem for Berlin is 28 euros.

| City | Euro |
|------|-----:|
| Berlin | 28 |
| Paris | 40 |

### Booking

Book early.

## Leave

Everybody has thirty days.
"""


def words(count: int) -> str:
    return " ".join(f"word{number}" for number in range(count))


def by_words(text: str) -> int:
    return len(text.split())


def check(text: str, chunks: list[Chunk]) -> None:
    end = 0
    for chunk in chunks:
        assert text[chunk.start : chunk.end] == chunk.text
        assert chunk.text.strip()
        assert chunk.start >= end
        assert not text[end : chunk.start].strip("-=*_ \t\r\n")
        end = chunk.end
    assert not text[end:].strip("-=*_ \t\r\n")


def test_sections_become_chunks_under_their_headings() -> None:
    chunks = split(HANDBOOK, count=by_words, capacity=40)
    assert [(chunk.title, chunk.text.splitlines()[0]) for chunk in chunks] == [
        ("Handbook", "# Handbook"),
        ("Handbook > Travel > Costs", "## Travel"),
        ("Handbook > Travel > Booking", "### Booking"),
        ("Handbook > Leave", "## Leave"),
    ]


def test_front_matter_is_left_out_but_a_rule_is_not_front_matter() -> None:
    assert all("tags" not in chunk.text for chunk in split(HANDBOOK))
    ruled = "---\n\nFirst part.\n\n---\n\nSecond part."
    assert "First" in split(ruled)[0].text


def test_small_sections_of_one_parent_share_a_chunk() -> None:
    text = "# A\n\n## B\n\none\n\n## C\n\ntwo\n\n## D\n\nthree"
    (chunk,) = split(text, count=by_words, capacity=100)
    assert chunk.path == ("A",)


def test_small_sections_of_different_parents_do_not() -> None:
    text = "# A\n\n## B\n\n### X\n\none\n\n# C\n\n## D\n\n### Y\n\ntwo"
    assert [chunk.title for chunk in split(text, count=by_words, capacity=100)] == [
        "A > B > X",
        "C > D > Y",
    ]


@pytest.mark.parametrize("size", [5, 19, 21, 60, 200])
def test_no_heading_stands_alone(size: int) -> None:
    text = "".join(
        f"{heading}\n\n{words(size)}\n\n" for heading in ("# One", "## Two", "### Three")
    )
    for chunk in split(text, count=by_words, capacity=20):
        assert not chunk.text.splitlines()[-1].startswith("#")


def test_a_last_heading_joins_what_stands_before_it_where_it_fits() -> None:
    assert len(split("# A\n\ntext\n\n## End", count=by_words, capacity=20)) == 1
    assert len(split(f"# A\n\n{words(18)}\n\n## End", count=by_words, capacity=20)) == 2


def test_a_heading_that_leaves_no_room_is_text_like_any_other() -> None:
    text = f"# {words(15)}\n\n{words(40)}"
    chunks = split(text, count=by_words, capacity=20)
    assert max(by_words(chunk.text) for chunk in chunks) <= 20
    check(text, chunks)


def test_the_title_of_a_document_begins_each_path_once() -> None:
    assert split("text", title="Handbook")[0].title == "Handbook"
    assert split("# Handbook\n\ntext", title="Handbook")[0].title == "Handbook"
    assert split("# Leave\n\ntext", title="Handbook")[0].title == "Handbook > Leave"


def test_a_document_of_one_heading_is_one_chunk() -> None:
    assert [chunk.text for chunk in split("# Only\n")] == ["# Only"]


@pytest.mark.parametrize(
    "block",
    ["```python\n" + "x = 1\n\n" * 10 + "```", "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 5],
    ids=["fence", "table"],
)
def test_fences_and_tables_stay_whole_where_they_fit(block: str) -> None:
    text = f"# T\n\n{words(30)}\n\n{block}\n\n{words(30)}"
    chunks = split(text, count=by_words, capacity=45)
    assert any(block.strip() in chunk.text for chunk in chunks)
    check(text, chunks)


def test_a_long_table_is_cut_between_rows_and_later_parts_know_its_head() -> None:
    rows = "".join(f"| city{number} | {number} |\n" for number in range(60))
    text = f"# Costs\n\n| City | Euro |\n|---|---|\n{rows}"
    chunks = split(text, count=by_words, capacity=50)
    assert len(chunks) > 5
    assert chunks[0].path == ("Costs",)
    assert all(chunk.path == ("Costs", "City | Euro") for chunk in chunks[1:])
    assert all(line.startswith(("|", "#")) for c in chunks for line in c.text.splitlines() if line)
    check(text, chunks)


CODE = '''"""Module."""

import os


class Shop:
    """Sells."""

    def buy(self) -> None:
        pass

    def sell(self) -> None:
        pass


def main() -> None:
    Shop()
'''


def test_code_is_cut_between_definitions() -> None:
    chunks = split(CODE, "code", count=by_words, capacity=14)
    assert [chunk.text.splitlines()[0] for chunk in chunks] == [
        '"""Module."""',
        "class Shop:",
        "def main() -> None:",
    ]
    check(CODE, chunks)


def test_a_part_of_a_long_class_knows_its_name() -> None:
    chunks = split(CODE, "code", count=by_words, capacity=10)
    assert "class Shop:" in {chunk.title for chunk in chunks}


def test_plain_text_has_no_headings() -> None:
    (chunk,) = split("# not a heading\n\ntext", "text")
    assert chunk.path == ()


def test_a_chunk_is_embedded_under_its_title() -> None:
    chunk = Chunk(start=0, end=1, text="x", path=("A", "B"))
    assert chunk.in_context == "A > B\nx"
    assert Chunk(start=0, end=1, text="x").in_context == "x"


def test_text_without_words_has_a_limit_in_characters() -> None:
    chunks = split("a" * 50_000, count=by_words, capacity=100)
    assert max(len(chunk.text) for chunk in chunks) <= 800


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            [
                *("# A\n", "## B\n", "\n", "one two three four\n", "| a | b |\n", "|---|---|\n"),
                *("```\n", "- item here\n", "Sentence one. Sentence two.\n", "===\n", "    code\n"),
                *("def f():\n", "word " * 40 + "\n", "x" * 120 + "\n", "東京都は首都。\n"),
            ]
        ),
        max_size=25,
    ),
    st.sampled_from(["markdown", "text", "code"]),
    st.integers(12, 60),
)
def test_any_document_is_covered_by_chunks_that_fit(
    lines: list[str], form: Format, capacity: int
) -> None:
    text = "".join(lines)
    chunks = split(text, form, count=by_words, capacity=capacity)
    check(text, chunks)
    assert all(by_words(chunk.text) <= capacity for chunk in chunks)


@given(st.text(max_size=300), st.sampled_from(["markdown", "text", "code"]))
def test_any_text_gives_true_offsets_within_the_limit(text: str, form: Format) -> None:
    for chunk in split(text, form, capacity=50):
        assert text[chunk.start : chunk.end] == chunk.text
        assert len(chunk.text) <= 50


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> MiniLM:
    loaded = load_minilm(tmp_path_factory.mktemp("models"))
    assert loaded is not None
    return loaded


def test_real_documents_fit_the_model_with_their_titles(model: MiniLM) -> None:
    for path in (Path(__file__).parents[3] / "examples" / "handbook").rglob("*.md"):
        text = path.read_text("utf-8")
        chunks = split(text, count=model.count_tokens)
        assert chunks
        assert all(model.count_tokens(chunk.in_context) <= 254 for chunk in chunks)


TEXT = "One is here. Two is there. Three is far away. Four is near. Five is the last one."


@pytest.mark.parametrize(
    ("size", "overlap", "expected"),
    [
        (200, 20, [TEXT]),
        (
            45,
            0,
            [
                "One is here. Two is there. Three is far away.",
                "Four is near. Five is the last one.",
            ],
        ),
        (
            45,
            20,
            [
                "One is here. Two is there. Three is far away.",
                "Three is far away. Four is near.",
                "Four is near. Five is the last one.",
            ],
        ),
        (12, 5, ["One is here.", "Two is there", ".", "Three is far", "away."]),
    ],
)
def test_windows_begin_and_end_with_sentences(size: int, overlap: int, expected: list[str]) -> None:
    chunks = windows(TEXT, size=size, overlap=overlap)
    assert [chunk.text for chunk in chunks][: len(expected)] == expected


@given(st.text(st.sampled_from("ab. \nC!"), max_size=200), st.integers(1, 40), st.integers(0, 39))
def test_windows_cover_every_word_and_go_on(text: str, size: int, overlap: int) -> None:
    chunks = windows(text, size=size, overlap=min(overlap, size - 1))
    end = 0
    for before, chunk in zip([None, *chunks], chunks, strict=False):
        assert text[chunk.start : chunk.end] == chunk.text
        assert len(chunk.text) <= size
        assert chunk.end > end
        assert not any(letter in "abC" for letter in text[end : max(chunk.start, end)])
        if before:
            assert chunk.start > before.start
            assert before.end - chunk.start <= overlap
        end = chunk.end
    assert not any(letter in "abC" for letter in text[end:])


@pytest.mark.parametrize(("size", "overlap"), [(100, 100), (100, 101), (100, -1), (0, 0)])
def test_an_overlap_as_large_as_the_window_is_refused(size: int, overlap: int) -> None:
    with pytest.raises(InvalidInput, match="overlap"):
        windows(TEXT, size=size, overlap=overlap)
