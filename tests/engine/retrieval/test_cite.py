"""Quotes answer ordinary questions from prose, lists and tables, and say when nothing fits."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from menon.engine.retrieval.cite import clauses, pick
from menon.engine.retrieval.embed import MiniLM, Vectors, load_minilm
from menon.engine.retrieval.lexical import Corpus
from menon.engine.retrieval.split import Chunk, split

LEAVE = """# Annual leave

Every employee gets 30 vacation days a year. Part-time staff get a share of them. Ask your manager
two weeks ahead.

## Carrying over

Up to five days may be carried over. They lapse on 31 March.
"""

TRAVEL = """# Travel

## Per diems

A per diem covers meals on a trip.

| City | Full day | Half day |
|---|---|---|
| Berlin | 28 euros | 14 euros |
| Paris | 40 euros | 20 euros |

## Booking

Book trains in the portal. You need for a booking:

- your cost centre
- the approval of Astrid Nygaard

Does anybody fly business class? Nobody flies business class in Europe.

```sh
trips export --year 2026
```
"""

OFFICE = """# Office

The office opens at 7 o'clock and closes at 19 o'clock. Guests sign in at the front desk. Bicycles
are kept in the garage. The coffee is free.
"""


def passages(*texts: str) -> list[Chunk]:
    return [chunk for text in texts for chunk in split(text, capacity=600)]


ALL = passages(LEAVE, TRAVEL, OFFICE)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> MiniLM:
    loaded = load_minilm(tmp_path_factory.mktemp("models"))
    assert loaded is not None
    return loaded


def first(question: str, found: Sequence[Chunk], model: MiniLM | None) -> str:
    quotes = pick(question, found, embed=model.embed if model else None)
    return quotes[0].text if quotes else ""


ANSWERED = [
    ("How many vacation days do employees get?", "30 vacation days"),
    ("What is the per diem for Berlin?", "City: Berlin; Full day: 28 euros; Half day: 14 euros"),
    ("When do carried over days lapse?", "31 March"),
    ("When does the office open?", "7 o'clock"),
    ("Where are bicycles kept?", "garage"),
    ("Who has to approve a booking?", "Astrid Nygaard"),
    ("Does anybody fly business class?", "Nobody flies business class in Europe."),
    ("How do I export my trips of a year?", "trips export --year 2026"),
]
UNANSWERED = [
    "What is the salary of the chief executive?",
    "Which Kubernetes version runs in production?",
    "Do we get stock options?",
    "How do I bake a cake?",
    "What is the capital of Mongolia?",
    "Does the company pay for a gym membership?",
]


@pytest.mark.parametrize(("question", "answer"), ANSWERED)
def test_an_ordinary_question_is_answered(question: str, answer: str, model: MiniLM) -> None:
    assert answer in first(question, ALL, model)


@pytest.mark.parametrize(("question", "answer"), ANSWERED[:7])
def test_words_alone_answer_most_questions(question: str, answer: str) -> None:
    assert answer in first(question, ALL, None)


@pytest.mark.parametrize("question", UNANSWERED)
def test_a_question_without_an_answer_has_none(question: str, model: MiniLM) -> None:
    assert first(question, ALL, model) == ""
    assert first(question, ALL, None) == ""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What do I get for meals in Paris?", "City: Paris; Full day: 40 euros"),
        ("How long is the yearly holiday of an employee?", "30 vacation days"),
        ("What is the opening time of the office?", "7 o'clock"),
    ],
)
def test_meaning_finds_what_other_words_say(question: str, answer: str, model: MiniLM) -> None:
    assert answer in first(question, ALL, model)


def test_a_question_for_two_things_is_answered_from_two_places(model: MiniLM) -> None:
    question = "How many vacation days do I get, and when does the office close?"
    texts = " ".join(quote.text for quote in pick(question, ALL, embed=model.embed))
    assert "30 vacation days" in texts
    assert "19 o'clock" in texts


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("How long is it?", 1),
        ("How long is it, and who pays for it?", 2),
        ("How long is the leave? Who has to approve it?", 2),
        ("Bread and butter and what?", 1),
        ("", 1),
    ],
)
def test_a_question_is_split_where_another_begins(question: str, parts: int) -> None:
    assert len(clauses(question)) == parts


def test_quotes_are_spans_of_their_passages_best_first(model: MiniLM) -> None:
    quotes = pick("What is the per diem for Berlin?", ALL, embed=model.embed)
    scores = [quote.score for quote in quotes]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    best = quotes[0]
    assert ALL[best.passage].text[best.start : best.end] == "| Berlin | 28 euros | 14 euros |"


def test_sentences_that_follow_one_another_are_one_quote() -> None:
    text = "Employees get vacation days. Vacation days of employees are thirty. It rains."
    (quote,) = pick("How many vacation days do employees get?", passages(text))
    assert quote.text == "Employees get vacation days. Vacation days of employees are thirty."
    assert text[quote.start : quote.end] == quote.text


def test_a_limit_is_kept(model: MiniLM) -> None:
    text = "\n\n".join(f"Office {number} has 30 vacation days." for number in range(9))
    assert len(pick("How many vacation days?", passages(text), limit=2)) <= 2


def test_a_corpus_says_which_words_are_rare() -> None:
    found = passages("The fee for trains is 5 euros.\n\nThe fee for boats is 7 euros.")
    corpus = Corpus(documents=1000, tokens=9000, frequencies={"fee": 900, "boat": 2, "train": 2})
    (quote,) = pick("What is the fee for boats?", found, corpus=corpus)
    assert "boats" in quote.text


@pytest.mark.parametrize("question", ["", "?", "\x00", "東京"])
def test_a_question_that_asks_nothing_has_no_answer(question: str) -> None:
    assert pick(question, ALL) == []


def test_no_passages_hold_no_answer(model: MiniLM) -> None:
    assert pick("How many?", [], embed=model.embed) == []
    assert pick("How many?", passages("# Heading only"), embed=model.embed) == []


@given(st.text(max_size=40), st.lists(st.text(max_size=80), max_size=3))
def test_any_question_and_passages_give_true_spans(question: str, texts: list[str]) -> None:
    found = [Chunk(start=0, end=len(text), text=text) for text in texts]
    for quote in pick(question, found):
        assert found[quote.passage].text[quote.start : quote.end].strip()


def test_the_row_of_what_is_named_comes_before_what_else_fits() -> None:
    table = "| Item | Price |\n|---|---|\n| Hammer | 30 EUR |\n| Nail | 1 EUR |\n"
    text = f"# Prices\n\nThe price of a hammer is less in spring.\n\n{table}"
    quotes = pick("What is the price of a hammer?", passages(text))
    assert quotes[0].text == "Item: Hammer; Price: 30 EUR"
    assert all(0 <= quote.score <= 1 for quote in quotes)


HANDBOOK = Path(__file__).parents[3] / "examples" / "handbook"


def test_the_handbook_is_answered_from_its_pages(model: MiniLM) -> None:
    """The Markdown pages alone, each question with the chunks of its own page."""
    known: dict[str, Vectors] = {}

    def embed(texts: Sequence[str]) -> Vectors:
        fresh = [text for text in texts if text not in known]
        known.update(zip(fresh, model.embed(fresh), strict=True))
        return np.stack([known[text] for text in texts])

    questions: list[dict[str, Any]] = json.loads(
        (HANDBOOK.parent / "questions.json").read_text("utf-8")
    )
    right = asked = 0
    for question in questions:
        pages = [HANDBOOK / source for source in question["sources"]]
        if len(pages) != 1 or pages[0].suffix != ".md":
            continue
        chunks = split(pages[0].read_text("utf-8"), count=model.count_tokens)
        quotes = pick(question["question"], chunks, embed=embed)
        shown = " ".join(f"{chunks[q.passage].text[q.start : q.end]} {q.text}" for q in quotes)
        asked += 1
        right += all(part in " ".join(shown.split()) for part in question["answer_contains"])
    assert asked > 30
    assert right / asked >= 0.6
