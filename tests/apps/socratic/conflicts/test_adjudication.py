"""Verdicts of models: what is believed, and what is refused."""

import json
from typing import Any

import pytest

from menon.apps.socratic.conflicts.adjudication import (
    Judgement,
    adjudicate,
    adjudicated,
    adjudicating,
)
from menon.apps.socratic.questions.assistance import Request

SIDES = [
    {"role": "developer", "text": "Members can cancel a loan."},
    {"role": "qa_tester", "text": "Members cannot  cancel a loan that is late."},
]
QUOTES = ["can cancel a loan", "cannot cancel a loan that is late"]


def said(**more: Any) -> str:
    return json.dumps({"verdict": "compatible", "why": "So.", "quotes": QUOTES} | more)


@pytest.mark.parametrize("judgement", list(Judgement))
@pytest.mark.parametrize("form", ["{}", "```json\n{}\n```", "```\n{}```"])
def test_a_verdict_that_quotes_both_sides_is_believed(judgement: Judgement, form: str):
    text = said(verdict=judgement.value, why="  One is\nabout late ones. ")
    answer = form.replace("{}", text)
    assert adjudicated(SIDES, answer) == (judgement, "One is about late ones.", "")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("", "one JSON object"),
        ("Yes, they do.", "one JSON object"),
        ("[1]", "one JSON object"),
        ("[" * 100_000, "one JSON object"),
        (said(verdict="maybe"), "`verdict` is one of contradiction, compatible, unsure"),
        (said(verdict=["compatible"]), "`verdict` is one of"),
        (said(why=" "), "`why` is a sentence"),
        (said(why=3), "`why` is a sentence"),
        (said(quotes=[]), "2 texts"),
        (said(quotes=QUOTES[:1]), "2 texts"),
        (said(quotes="can cancel a loan"), "2 texts"),
        (said(quotes=[1, 2]), "2 texts"),
        (said(quotes=[QUOTES[0], "  "]), "does not contain"),
        (said(quotes=[QUOTES[0], "cannot pay"]), "does not contain 'cannot pay'"),
        (said(quotes=QUOTES[::-1]), "does not contain"),
    ],
)
def test_what_is_made_up_is_refused(answer: str, why: str):
    judgement, reason, complaint = adjudicated(SIDES, answer)
    assert (judgement, reason) == (Judgement.UNSURE, "")
    assert why in complaint


async def test_it_is_asked_three_times_and_told_why():
    asked: list[Request] = []
    answers = ["no", said(quotes=[]), said()]

    async def judge(request: Request) -> str:
        asked.append(request)
        return answers[len(asked) - 1]

    assert await adjudicate(SIDES, "One denies.", judge=judge) == (Judgement.COMPATIBLE, "So.")
    assert asked[0].complaint == ""
    assert "JSON" in asked[1].complaint
    assert "2 texts" in asked[2].complaint
    answers = ["no"] * 4
    asked.clear()
    assert await adjudicate(SIDES, "One denies.", judge=judge) is None
    assert len(asked) == 3


def test_words_of_people_are_data():
    request = adjudicating([{"role": "x", "text": "y" * 10_000}, SIDES[0]], "One denies.")
    assert len(request.material["statements"][0]["text"]) == 4_000
    assert "y" * 9 not in request.instructions
