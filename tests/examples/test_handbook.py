"""The demo handbook's promises: enough to read, in four formats, with questions it answers."""

import ast
import html
import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TypedDict, cast

import docx
import pypdf
import pytest

HANDBOOK = Path(__file__).parents[2] / "examples" / "handbook"
EXAMPLES = HANDBOOK.parent
PAGES = sorted(HANDBOOK.glob("*/*"))
FRONT_MATTER = ["title", "category", "tags", "owner", "updated", "audience"]


class Question(TypedDict):
    id: str
    kind: str
    question: str
    answer_contains: list[str]
    sources: list[str]


def _questions() -> list[Question]:
    return cast("list[Question]", json.loads((EXAMPLES / "questions.json").read_text("utf-8")))


def _html(path: Path) -> str:
    body = path.read_text("utf-8").partition("<body>")[2]
    return html.unescape(re.sub(r"<[^>]+>", " ", body))


def _pdf(path: Path) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def _docx(path: Path) -> str:
    document = docx.Document(str(path))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


READERS: Mapping[str, Callable[[Path], str]] = {
    ".md": lambda path: path.read_text("utf-8"),
    ".html": _html,
    ".pdf": _pdf,
    ".docx": _docx,
}


@cache
def _text(path: Path) -> str:
    return " ".join(READERS[path.suffix](path).split())


def _named(path: Path) -> str:
    return path.relative_to(HANDBOOK).as_posix()


ANSWERABLE = [question for question in _questions() if question["kind"] != "unanswerable"]
UNANSWERABLE = [question for question in _questions() if question["kind"] == "unanswerable"]


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_a_page_is_long_enough_to_answer_and_short_enough_to_read(page: Path) -> None:
    assert 300 <= len(_text(page).split()) <= 900


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_a_page_is_listed_and_asked_about(page: Path) -> None:
    assert f"({_named(page)})" in (EXAMPLES / "README.md").read_text("utf-8")
    assert any(_named(page) in question["sources"] for question in ANSWERABLE)


@pytest.mark.parametrize("page", sorted(HANDBOOK.glob("*/*.md")), ids=_named)
def test_a_markdown_page_begins_with_its_front_matter(page: Path) -> None:
    matter = page.read_text("utf-8").split("---\n")[1]
    fields = dict(line.split(": ", 1) for line in matter.splitlines())
    assert list(fields) == FRONT_MATTER
    assert fields["category"] == page.parent.name
    assert re.fullmatch(r"2026-\d\d-\d\d", fields["updated"])


@pytest.mark.parametrize("page", sorted(HANDBOOK.glob("*/*.md")), ids=_named)
def test_code_in_a_page_is_well_formed(page: Path) -> None:
    parse = {"python": ast.parse, "json": json.loads, "toml": tomllib.loads}
    for language, code in re.findall(r"```(\w+)\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        if language in parse:
            parse[language](code)


def test_the_four_formats_are_there_and_the_folder_stays_small() -> None:
    assert Counter(page.suffix for page in PAGES) == {".md": 24, ".html": 4, ".pdf": 4, ".docx": 4}
    sizes = [path.stat().st_size for path in HANDBOOK.rglob("*") if path.is_file()]
    assert max(sizes) < 100_000
    assert sum(sizes) < 1_000_000


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["id"])
def test_each_part_of_an_answer_stands_in_a_source(question: Question) -> None:
    assert question["answer_contains"]
    texts = [_text(HANDBOOK / source) for source in question["sources"]]
    for part in question["answer_contains"]:
        assert any(part in text for text in texts), part


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["id"])
def test_a_single_source_answers_alone_and_two_are_both_needed(question: Question) -> None:
    texts = [_text(HANDBOOK / source) for source in question["sources"]]
    alone = [all(part in text for part in question["answer_contains"]) for text in texts]
    if question["kind"] == "two-pages":
        assert len(texts) == 2
        assert not any(alone)
    else:
        assert any(alone)


@pytest.mark.parametrize("question", UNANSWERABLE, ids=lambda question: question["id"])
def test_an_unanswerable_question_names_no_answer(question: Question) -> None:
    assert not question["answer_contains"]
    assert not question["sources"]


def test_there_are_enough_questions_of_every_kind() -> None:
    kinds = Counter(question["kind"] for question in _questions())
    assert kinds["unanswerable"] >= 12
    assert kinds.total() >= 60
    assert set(kinds) == {"fact", "table", "procedure", "code", "two-pages", "unanswerable"}
    assert min(kinds.values()) >= 8
    assert len({question["id"] for question in _questions()}) == kinds.total()
    assert len({question["question"] for question in _questions()}) == kinds.total()


def test_questions_need_each_format() -> None:
    only = Counter(
        Path(question["sources"][0]).suffix
        for question in ANSWERABLE
        if len(question["sources"]) == 1
    )
    assert all(only[suffix] >= 5 for suffix in READERS), only


def test_three_samples_greet_the_newcomer() -> None:
    samples = cast("list[str]", json.loads((EXAMPLES / "samples.json").read_text("utf-8")))
    assert len(samples) == 3
    assert all(20 <= len(sample) <= 90 for sample in samples)
