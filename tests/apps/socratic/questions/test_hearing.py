"""Who is believed of an answer: the parsers or the model."""

import pytest

from menon.apps.socratic.questions import interview as interviews
from menon.apps.socratic.questions.hearing import Heard, merged, open_slots
from menon.apps.socratic.questions.parsers.reading import Reading
from menon.apps.socratic.questions.state import RULES, Interview, Option, Question
from menon.apps.socratic.questions.understanding import Understood

LONG = Reading(value=[{"name": "a"}, {"name": "b"}], shown="a, b")
SHORT = Reading(value=[{"name": "c"}], shown="c")
SAID = "Say 20 thousand euros, and blue walls."


def asked(**more: object) -> Question:
    given = {"id": "x", "role": "project_manager", "slots": ("plan.budget",), "text": "How much?"}
    return Question.model_validate(given | more)


@pytest.fixture
def interview() -> Interview:
    return interviews.begin("dynamic", name="Library")


@pytest.mark.parametrize(
    ("more", "text", "wanted"),
    [
        ({}, SAID, ("plan.budget",)),
        ({}, "skip", ()),
        ({}, "I do not know", ()),
        ({"kind": "resolution"}, SAID, ()),
        ({"kind": "accept"}, SAID, ()),
        ({"options": (Option(value="low", text="Low cost"),)}, "low COST ", ()),
        ({"slots": ("goal.problem",)}, SAID, ()),
        ({"slots": ("goal.problem", "plan.budget")}, SAID, ("plan.budget",)),
    ],
)
def test_a_model_reads_what_needs_reading(
    more: dict[str, object], text: str, wanted: tuple[str, ...]
):
    assert open_slots(asked(**more), text) == wanted


@pytest.mark.parametrize(
    ("own", "models", "kept", "taken"),
    [
        (None, SHORT, SHORT, True),
        (SHORT, LONG, LONG, True),
        (LONG, SHORT, LONG, False),
        (LONG, None, LONG, False),
    ],
)
def test_no_part_of_a_list_is_lost(
    own: Reading | None, models: Reading | None, kept: Reading, taken: bool
):
    found = Understood(readings={"s": own} if own else {})
    heard = Heard(model="m", readings={"s": models} if models else {})
    both, is_models = merged(found, heard)
    assert (both.readings["s"], is_models) == (kept, taken)


def test_what_the_model_read_is_no_note_any_more():
    found = Understood(notes=["About twenty  grand.", "And blue walls."])
    heard = Heard(model="m", readings={"s": SHORT}, quotes=("twenty grand",))
    assert merged(found, heard)[0].notes == ["And blue walls."]


def test_an_interview_remembers_who_read_each_answer(interview: Interview):
    reading = Reading(value={"amount": 20_000, "currency": "EUR"}, shown="20,000 EUR")
    heard = Heard(model="maker:one", readings={"plan.budget": reading})
    for given, model in ((heard, "maker:one"), (None, RULES)):
        done = interviews.answer(interview, asked(), "20000 EUR", answer_id="a", heard=given)
        assert (done.model, done.interview.asked[-1].model) == (model, model)
        assert Interview.loaded(done.interview.dumped()) == done.interview
