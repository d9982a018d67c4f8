import pytest

from menon.core.runs.events import Content, Thinking
from menon.engine.agents.state import State
from menon.engine.agents.turn import ResolvedModel, Turn
from menon.engine.llm.offline.model import ExtractiveModel
from menon.engine.llm.providers.offline import card


@pytest.fixture
def state() -> State:
    model = ResolvedModel(card=card, model=ExtractiveModel("extractive", "offline"))
    return State(turn=Turn(run="r", agent="a", model=model, question="q"))


def test_what_follows_a_tool_begins_a_paragraph(state: State) -> None:
    assert state.says("I look.") == [Content(text="I look.")]
    state.calls()
    assert state.says(" So it is.") == [Content(text="\n\nSo it is.")]
    assert state.says(" Yes.") == [Content(text=" Yes.")]
    assert state.text == "I look.\n\nSo it is. Yes."


def test_an_answer_that_begins_after_a_tool_begins_at_once(state: State) -> None:
    state.calls()
    assert state.says("So.") == [Content(text="So.")]


def test_empty_pieces_are_nothing(state: State) -> None:
    assert (state.says(""), state.thinks("")) == ([], [])
    assert not state.visible


def test_a_thought_is_visible(state: State) -> None:
    assert state.thinks("hm") == [Thinking(text="hm")]
    assert state.visible
    assert state.text == ""
