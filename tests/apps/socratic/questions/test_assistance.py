import json

import pytest

from menon.apps.socratic.questions.assistance import (
    RETRIES,
    Request,
    extract,
    extracted,
    proposed,
    proposing,
    rephrased,
    rephrasing,
)
from menon.apps.socratic.questions.interview import begin, next_question
from menon.apps.socratic.questions.state import Interview, Question
from menon.core.errors import InvalidInput

SAID = "Well, my boss mentioned some 20 thousand euros, give or take."


@pytest.fixture
def interview() -> Interview:
    return begin("dynamic", name="Library")


@pytest.fixture
def question(interview: Interview) -> Question:
    found = next_question(interview)
    assert found is not None
    return found


class Scripted:
    """A model that answers from a list and keeps what it was asked."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []

    async def __call__(self, request: Request) -> str:
        self.requests.append(request)
        return self.answers.pop(0)


class TestRephrasing:
    def test_words_change_and_slots_stay(self, question: Question, interview: Interview):
        assert rephrasing(question, interview).material["slots"] == list(question.slots)
        changed = rephrased(question, f"In your library: {question.text}?")
        assert changed.text.startswith("In your library")
        assert changed.slots == question.slots

    @pytest.mark.parametrize("lie", ["", "No.", '{"a": "?"}', "Zzz qqq?", "?" * 5_000])
    def test_what_is_no_question_changes_nothing(self, question: Question, lie: str):
        assert rephrased(question, lie) == question


class TestExtraction:
    @pytest.mark.parametrize("fence", ["{}", "```json\n{}\n```", "```\n{}\n```\n"])
    async def test_an_honest_answer_is_read(
        self, question: Question, interview: Interview, fence: str
    ):
        honest = json.dumps({"text": "20 thousand euros", "quotes": ["20 thousand euros"]})
        model = Scripted(fence.replace("{}", honest))
        told = await extract("plan.budget", question, SAID, interview, extractor=model)
        assert told is not None
        value = told.reading.value
        assert (value["amount"], value["currency"]) == (20_000, "EUR")
        assert told.quotes == ("20 thousand euros",)

    @pytest.mark.parametrize(
        ("lie", "why"),
        [
            ("not json", "JSON object"),
            ("[1]", "`text` is a text"),
            ("[" * 100_000, "JSON object"),
            (json.dumps({"text": "50000 EUR", "quotes": ["20 thousand euros"]}), "nobody said"),
            (json.dumps({"text": "20 thousand euros", "quotes": ["a million"]}), "not contain"),
            (json.dumps({"text": "blue", "quotes": ["my boss"]}), "is no money"),
            (json.dumps({"text": None, "quotes": []}), "says nothing"),
        ],
    )
    def test_a_lie_is_refused(self, interview: Interview, lie: str, why: str):
        reading, complaint = extracted("plan.budget", SAID, lie, interview)
        assert reading is None
        assert why in complaint

    async def test_after_two_retries_nobody_asks_again(
        self, question: Question, interview: Interview
    ):
        model = Scripted(*["nonsense"] * (RETRIES + 2))
        told = await extract("plan.budget", question, SAID, interview, extractor=model)
        assert told is None
        assert [bool(one.complaint) for one in model.requests] == [False, True, True]

    async def test_silence_about_a_slot_is_believed(self, question: Question, interview: Interview):
        model = Scripted(json.dumps({"text": None, "quotes": []}))
        assert await extract("plan.budget", question, SAID, interview, extractor=model) is None
        assert not model.answers


class TestProposals:
    def test_only_questions_about_open_slots_are_taken(self, interview: Interview):
        assert "plan.budget" in proposing(interview).material["open"]
        offered: list[object] = [
            {"slots": ["plan.budget"], "text": "What did the last one cost?", "why": "It helps."},
            {"slots": ["plan.nothing"], "text": "What else?"},
            {"slots": [], "text": "How are you?"},
            {"slots": ["plan.team"], "text": "no question"},
            "text",
        ]
        found = proposed(interview, json.dumps(offered))
        assert [one.slots for one in found] == [("plan.budget",)]
        again = proposed(interview, json.dumps([offered[1], offered[0], offered[0]]))
        assert again == found

    @pytest.mark.parametrize("answer", ["", "{}", "[" * 100_000])
    def test_no_list_is_an_error_that_says_so(self, interview: Interview, answer: str):
        with pytest.raises(InvalidInput, match="JSON list"):
            proposed(interview, answer)
