"""A golden log of each kind on each wire of OpenAI, live and replayed; their own types check it."""

from collections.abc import Sequence
from typing import Any, get_args

import msgspec
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent
from tests.fixtures.logs import AT, LOGS, RUN, live, replayed

from menon.core.errors import MenonError
from menon.core.runs.events import Envelope
from menon.features.openai.chat_wire import Chunks, completion
from menon.features.openai.response_frames import frames, settled
from menon.features.openai.response_rules import base
from menon.features.openai.response_schemas import ResponseIn
from menon.features.openai.response_wire import Projection

RESPONSE = "01a1f9e8-0000-7000-8000-000000000001"
KINDS: dict[str, Any] = {
    get_args(kind.model_fields["type"].annotation)[0]: kind
    for kind in get_args(get_args(ResponseStreamEvent)[0])
}
"""The client's type of each event."""
CUT = {"failed", "cancelled", "interrupted", "anew", "approved"}
"""Logs that a chat completion ends with an error."""
CODES = {
    "failed": "MODEL_003",
    "cancelled": "RUN_001",
    "interrupted": "RUN_001",
    "anew": "RUN_001",
    "approved": "CONFLICT_001",
}
STATUS = {
    "failed": "failed",
    "cancelled": "cancelled",
    "interrupted": "failed",
}
ITEMS = {
    "answer": ["reasoning", "message", "mcp_call", "message"],
    "failed": ["message"],
    "cancelled": ["message"],
    "interrupted": ["reasoning"],
    "approved": ["mcp_approval_request"],
    "anew": ["message", "message"],
    "job": [],
    "client": ["function_call"],
}


def _chunks(log: Sequence[Envelope]) -> list[dict[str, Any]]:
    """The data of a stream; `[DONE]` where it ended well."""
    chunks = Chunks(with_usage=True)
    framed = b"".join(map(chunks, log)).decode().strip().split("\n\n")
    assert all(frame.startswith("data: ") for frame in framed)
    data = [frame.removeprefix("data: ") for frame in framed]
    ended = data.pop() if data[-1] == "[DONE]" else ""
    found = [msgspec.json.decode(datum) for datum in data]
    assert ("error" in found[-1]) != bool(ended), "an error, or an end"
    return found


def _said(chunks: Sequence[dict[str, Any]]) -> dict[str, str]:
    """What the deltas of a stream add up to, by field."""
    deltas = [c["choices"][0]["delta"] for c in chunks if c.get("choices")]
    return {
        key: "".join(delta.get(key) or "" for delta in deltas)
        for key in ("content", "reasoning_content")
    }


@pytest.mark.parametrize("name", LOGS)
def test_a_chat_completion_in_chunks(name: str):
    chunks, again = _chunks(live(name)), _chunks(replayed(name))
    assert _said(chunks) == _said(again)
    assert chunks[-1] == again[-1]
    if name in CUT:
        assert chunks[-1]["error"]["code"] == CODES[name]
        chunks = chunks[:-1]
    for chunk in chunks:
        ChatCompletionChunk.model_validate(chunk, strict=True)


@pytest.mark.parametrize("name", LOGS)
def test_a_chat_completion_whole(name: str):
    if name in CUT:
        for log in (live(name), replayed(name)):
            with pytest.raises(MenonError) as caught:
                completion(log)
            assert caught.value.code == CODES[name]
        return
    whole = completion(live(name), agent="agent:assistant@3")
    assert whole == completion(replayed(name), agent="agent:assistant@3")
    if name == "job":  # no agent spoke
        return
    checked = ChatCompletion.model_validate(whole, strict=True)
    message = checked.choices[0].message
    streamed = _said(_chunks(live(name)))
    assert (message.content or "") == streamed["content"]
    assert checked.model == "agent:assistant@3"
    assert checked.created == int(AT.timestamp()) + 1
    assert checked.id == f"chatcmpl-{RUN.replace('-', '')}"


def test_what_an_answer_rests_on_is_told_as_citations():
    message = completion(live("answer"))["choices"][0]["message"]
    assert [cited["document_id"] for cited in message["citations"]] == ["d1"]
    assert message["annotations"] == [], "nobody can open it on the web"
    last = _chunks(live("answer"))[-2]["choices"][0]
    assert (last["finish_reason"], last["delta"]["citations"]) == ("stop", message["citations"])
    assert message["reasoning_content"] == "They want the rule."


def _projection(**given: Any) -> Projection:
    body = ResponseIn.model_validate({"input": "x", **given})
    return Projection(base(body, ident=RESPONSE, at=AT, model="openai:gpt"))


def _events(log: Sequence[Envelope]) -> list[dict[str, Any]]:
    projection = _projection()
    told = [event for each in log for event in projection.feed(each)]
    return told + projection.pause()


def _told(event: dict[str, Any]) -> dict[str, Any]:
    """The event with a code of theirs: their type knows no other, their client reads any."""
    error = event.get("response", {}).get("error")
    if error is None:
        return event
    assert error["code"] in CODES.values()
    response = event["response"] | {"error": error | {"code": "server_error"}}
    return event | {"response": response}


@pytest.mark.parametrize("name", LOGS)
def test_a_response_as_events(name: str):
    events = _events(live(name))
    for event in events:
        KINDS[event["type"]].model_validate(_told(event))
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    kinds = [event["type"] for event in events]
    assert kinds[:2] == ["response.created", "response.in_progress"]
    again = [event["type"] for event in _events(replayed(name))]
    assert _once(again) == _once(kinds), "pieces of text are one when they are read back"
    added = [e["item"]["id"] for e in events if e["type"] == "response.output_item.added"]
    done = [e["item"]["id"] for e in events if e["type"] == "response.output_item.done"]
    assert sorted(added) == sorted(done), "each item ends"
    assert len(set(added)) == len(added)
    last = events[-1]["response"]
    for index, item in enumerate(last["output"]):
        told = next(
            e for e in events if e["type"].endswith("item.done") and e["output_index"] == index
        )
        assert told["item"] == item


@pytest.mark.parametrize("name", LOGS)
def test_a_response_whole(name: str):
    whole = settled(_projection(), live(name)).resource()
    assert whole == settled(_projection(), replayed(name)).resource()
    assert whole == _events(live(name))[-1]["response"]
    checked = Response.model_validate(_told({"response": whole})["response"])
    assert checked.status == STATUS.get(name, "completed")
    assert [item.type for item in checked.output] == ITEMS[name]
    assert (checked.completed_at is not None) == (checked.status == "completed")


def test_citations_stand_where_they_are_made():
    output = settled(_projection(), live("answer")).resource()["output"]
    (part,) = output[-1]["content"]
    assert part["text"] == "Goods return in 30 days [1]. Ask first."
    assert part["annotations"] == [
        {"type": "file_citation", "file_id": "d1", "filename": "Handbook", "index": 24}
    ]
    assert output[-1]["citations"][0]["chunk_id"] == "k1"


def test_the_response_that_answers_a_question_goes_on_behind_it():
    log = live("approved")
    asked = next(event.seq for event in log if event.type == "approval_required")
    first = settled(_projection(), log).resource()
    assert (first["status"], first["output"][0]["id"]) == ("completed", "mcpr_a1")
    body = ResponseIn.model_validate({"input": "x"})
    second = Projection(base(body, ident=RESPONSE, at=AT, model="x"), after=asked)
    events = [event for each in log for event in second.feed(each)]
    assert [event["type"] for event in events[:2]] == ["response.created", "response.in_progress"]
    call, message = second.resource()["output"]
    assert (call["name"], call["arguments"]) == ("send", '{"to":"ned"}')
    assert (call["approval_request_id"], call["output"]) == ("mcpr_a1", "sent")
    assert message["content"][0]["text"] == "It is sent."
    assert second.status == "completed"


def test_frames_are_those_after_a_number():
    events = _events(live("answer"))
    whole = frames(events)
    assert whole.count(b"\n\n") == len(events)
    rest = frames(events, after=4)
    assert whole.endswith(rest)
    assert rest.startswith(b"event: ")
    assert frames(events, after=len(events)) == b""


def _once(kinds: Sequence[str]) -> list[str]:
    return [kind for n, kind in enumerate(kinds) if n == 0 or kind != kinds[n - 1]]
