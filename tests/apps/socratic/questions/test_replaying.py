"""An answer that is taken back leaves nothing behind, and nothing else goes with it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from menon.apps.socratic.questions import interview as interviews
from menon.apps.socratic.questions.replaying import without
from menon.apps.socratic.questions.state import Interview

TEXTS = (
    "skip",
    "Members lend books. It must be done in 2 weeks.",
    "Book: title required, isbn unique; Loan: due date; Loan belongs to Book",
    "As a member I want to borrow a book so that I can read it",
    "As a clerk I want to see overdue loans",
    "yes",
    "none",
)


def told(texts: list[str], *, people: tuple[str, ...] = ("ada",)) -> Interview:
    """An interview in which these are the answers, in turn by these people."""
    state = interviews.begin("dynamic", name="Town library", description="Members lend books.")
    for place, text in enumerate(texts):
        question = interviews.next_question(state)
        assert question is not None
        by = people[place % len(people)]
        state = interviews.answer(
            state, question, text, answer_id=f"a{place}", respondent=by
        ).interview
    return state


@given(texts=st.lists(st.sampled_from(TEXTS), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_the_last_answer_is_taken_back_wholly(texts: list[str]):
    state = told(texts)
    before = told(texts[:-1]).model_copy(update={"learned": state.learned})
    assert without(state, state.asked[-1].question.id, "ada") == before


@given(texts=st.lists(st.sampled_from(TEXTS), min_size=2, max_size=8), place=st.integers(0, 7))
@settings(max_examples=40, deadline=None)
def test_no_answer_names_the_one_that_is_gone(texts: list[str], place: int):
    state = told(texts)
    gone = state.asked[place % len(texts)]
    left = without(state, gone.question.id, "ada")
    assert gone.answer_id not in {one.source for one in left.known.values()}
    assert gone.answer_id not in {story.source for story in left.stories}
    assert [one.text for one in left.asked] == [
        one.text for one in state.asked if one.question.id != gone.question.id
    ]


def test_what_others_answered_stays():
    state = told(["Members lend books.", "yes"], people=("ada", "ned"))
    assert without(state, state.asked[0].question.id, "ned") == state


def test_what_a_model_read_is_read_as_it_was():
    state = told(["skip", "yes"])
    read = state.asked[1].model_copy(update={"model": "openai:fake"})
    state = state.model_copy(update={"asked": (state.asked[0], read)})
    left = without(state, state.asked[0].question.id, "ada")
    assert [one.text for one in left.asked] == ["yes"]
