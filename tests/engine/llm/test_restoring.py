"""What pydantic-ai put into an answer's tokens is taken out as by itself, event by event."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from pydantic_ai._special_tokens import StreamRestorer
from pydantic_ai.messages import (
    ModelResponseStreamEvent,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ThinkingPartDelta,
    ToolCallPart,
    ToolCallPartDelta,
)

from menon.engine.llm.restoring import Restoring

JOINED = "<\u200d|im_start|> and [\u200dINST]"
letters = st.sampled_from([*"<|im_start|>[INST] a", "\u200d", "\u2060", "é", JOINED])
texts = st.lists(letters, max_size=8).map("".join)


def _events(said: Sequence[tuple[str, str]]) -> list[ModelResponseStreamEvent]:
    """Parts in turn: a kind that differs from the one before begins another."""
    events: list[ModelResponseStreamEvent] = []
    index, kind = -1, ""
    for now, text in said:
        begins, kind = now != kind, now
        index += begins
        match kind, begins:
            case "text", True:
                events.append(PartStartEvent(index=index, part=TextPart(text)))
            case "text", False:
                events.append(PartDeltaEvent(index=index, delta=TextPartDelta(text)))
            case "thinking", True:
                events.append(PartStartEvent(index=index, part=ThinkingPart(text)))
            case "thinking", False:
                events.append(
                    PartDeltaEvent(index=index, delta=ThinkingPartDelta(content_delta=text))
                )
            case _, True:
                call = ToolCallPart("look", '{"a": "', tool_call_id="c1")
                events.append(PartStartEvent(index=index, part=call))
            case _:
                delta = ToolCallPartDelta(args_delta="x\u200d")
                events.append(PartDeltaEvent(index=index, delta=delta))
    return events


def _by_itself(events: Sequence[ModelResponseStreamEvent]) -> list[ModelResponseStreamEvent]:
    restorer, out = StreamRestorer(), list[ModelResponseStreamEvent]()
    for event in events:
        if isinstance(event, PartStartEvent):
            out += restorer.flush_text()
        out.append(restorer.restore(event))
    return [*out, *restorer.flush()]


@given(st.lists(st.tuples(st.sampled_from(["text", "text", "thinking", "call"]), texts)))
def test_it_is_taken_out_wherever_the_text_is_cut(said: list[tuple[str, str]]) -> None:
    events = _events(said)
    restoring = Restoring(StreamRestorer())
    assert [*restoring.passed(events), *restoring.left()] == _by_itself(events)


def test_a_token_that_begins_in_plain_text_is_found() -> None:
    restoring = Restoring(StreamRestorer())
    said = list(restoring.passed(_events([("text", "so <"), ("text", "\u200d|im_start|>")])))
    assert said[-1] == PartDeltaEvent(index=0, delta=TextPartDelta("|im_start|>"))
