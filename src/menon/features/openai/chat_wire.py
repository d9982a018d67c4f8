"""A run's events as OpenAI's chat completion: chunk by chunk, or whole. Pure.

metadata → role   thinking → reasoning_content   content → content   tool_call of the caller →
tool_calls   usage, complete → finish_reason, usage, [DONE]   error, cancelled → an error

What an agent does with its own tools is not told; its tokens are in the usage.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec

from menon.core.errors import Conflict, Interrupted, MenonError
from menon.core.http.openai_errors import openai_error
from menon.core.http.problem import masked
from menon.core.jobs.plain import error_from
from menon.core.runs.events import (
    ApprovalRequired,
    Cancelled,
    Citation,
    Complete,
    Content,
    Envelope,
    Error,
    Event,
    Metadata,
    Reset,
    State,
    Thinking,
    ToolCall,
    Usage,
)
from menon.engine.agents.brought import CLIENT
from menon.features.agents.rules import cited
from menon.features.openai import citing
from menon.features.openai.rules import argument_text

_encode = msgspec.json.Encoder().encode
_DONE = b"data: [DONE]\n\n"
_FINISH = {"stop": "stop", "length": "length", "content_filter": "content_filter"}


def ident(run_id: str) -> str:
    """The id of a completion, from its run."""
    return f"chatcmpl-{run_id.replace('-', '')}"


def failure(event: Event) -> MenonError | None:
    """The error that an event ends the answer with; None where it does not."""
    match event:
        case Error():
            return error_from({"code": event.code, "detail": event.detail})
        case Cancelled():
            return Interrupted("The answer was cancelled.")
        case State(after="interrupted"):
            return Interrupted("The server stopped before the answer ended; ask again.")
        case Reset():
            return Interrupted("The answer began anew, which a stream cannot tell; ask again.")
        case ApprovalRequired():
            return Conflict(
                f"A person has to approve this first: {event.what} Decide approval"
                f" {event.approval_id} at /approvals; the run goes on there."
            )
        case _:
            return None


def reason(ending: Complete) -> str:
    """Why the model stopped, in pydantic-ai's words."""
    output = cast("dict[str, Any]", ending.output or {})
    return str(output.get("finish", "stop"))


def usage(used: Usage) -> dict[str, int]:
    """Tokens in OpenAI's words."""
    return {
        "prompt_tokens": used.input_tokens,
        "completion_tokens": used.output_tokens,
        "total_tokens": used.input_tokens + used.output_tokens,
    }


@dataclass(kw_only=True)
class Reply:
    """What a run has answered so far."""

    agent: str = ""
    """What the answer calls its model, where that is not the plain model that speaks."""
    begun: dict[str, Any] = field(default_factory=dict[str, Any])
    calls: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    citations: list[Citation] = field(default_factory=list[Citation])
    used: Usage = field(default_factory=Usage)
    finish: str = "stop"
    text: list[str] = field(default_factory=list[str])
    thoughts: list[str] = field(default_factory=list[str])

    def add(self, event: Envelope) -> None:
        """Take one event in.

        Raises:
            MenonError: the run failed.
        """
        if not self.begun:
            self._name(event, "")
        match event.data:
            case Content(text=text):
                self.text.append(text)
            case Thinking(text=text):
                self.thoughts.append(text)
            case Metadata(model=model):
                self._name(event, model)
            case ToolCall(effect=effect) as call if effect == CLIENT:
                function = {"name": call.name, "arguments": argument_text(call.args)}
                self.calls.append({"id": call.call_id, "type": "function", "function": function})
            case Citation() as citation:
                self.citations.append(citation)
            case Usage() as used:
                self.used = used
            case Complete() as ending:
                self.finish = "tool_calls" if self.calls else _FINISH.get(reason(ending), "stop")
            case data:
                if error := failure(data):
                    raise error

    def _name(self, event: Envelope, model: str) -> None:
        """Another model that stands in is named from then on."""
        self.begun = {
            "id": ident(event.run),
            "created": int(event.at.timestamp()),
            **self.begun,
            "model": self.agent or model,
        }

    def cited(self) -> dict[str, Any]:
        """The citations as ours, and those of the web as OpenAI's annotations too."""
        if not self.citations:
            return {}
        text = "".join(self.text)
        return {
            "annotations": [
                {"type": "url_citation", "url_citation": citing.url_citation(each, text)}
                for each in self.citations
                if citing.on_the_web(each)
            ],
            "citations": [cited(each) for each in self.citations],
        }


class Chunks:
    """Projects the events of one run, in order, to the chunks of a stream.

    Args:
        agent: see `Reply`.
        with_usage: whether a last chunk tells the tokens.
    """

    def __init__(self, *, agent: str = "", with_usage: bool = False) -> None:
        self._reply = Reply(agent=agent)
        self._with_usage = with_usage
        self._over = False
        self._head = self._before = b""
        # Who asked for the usage finds it null in every chunk but the last.
        self._tail = b',"usage":null}\n\n' if with_usage else b"}\n\n"
        # A chunk of text is most of what is sent: its frame is made once.
        self._after = b'},"logprobs":null,"finish_reason":null}]' + self._tail

    def __call__(self, event: Envelope) -> bytes:
        """The chunks of an event, perhaps none."""
        data = event.data
        if self._over:
            return b""
        if isinstance(data, Content) and self._head:
            self._reply.text.append(data.text)
            return self._before + _encode(data.text) + self._after
        try:
            self._reply.add(event)
        except MenonError as error:
            self._over = True
            return b"data: " + _encode(openai_error(error, masked(error))) + b"\n\n"
        if isinstance(data, Metadata) or not self._head:
            return self._begin() + self._rare(data)
        return self._rare(data)

    def _rare(self, data: Event) -> bytes:
        match data:
            case Content(text=text):
                return self._chunk({"content": text})
            case Thinking(text=text):
                return self._chunk({"reasoning_content": text})
            case ToolCall(effect=effect) if effect == CLIENT:
                index = len(self._reply.calls) - 1
                return self._chunk({"tool_calls": [{"index": index, **self._reply.calls[-1]}]})
            case Complete():
                return self._end()
            case _:
                return b""

    def _begin(self) -> bytes:
        """The role, once."""
        first = not self._head
        common = {"object": "chat.completion.chunk", **self._reply.begun}
        self._head = b"data: " + _encode(common)[:-1]
        self._before = self._head + b',"choices":[{"index":0,"delta":{"content":'
        return self._chunk({"role": "assistant", "content": ""}) if first else b""

    def _end(self) -> bytes:
        last = self._chunk(self._reply.cited(), self._reply.finish)
        if self._with_usage:
            used = _encode(usage(self._reply.used))
            last += self._head + b',"choices":[],"usage":' + used + b"}\n\n"
        return last + _DONE

    def _chunk(self, delta: dict[str, Any], reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        return self._head + b',"choices":[' + _encode(choice) + b"]" + self._tail


def completion(events: Iterable[Envelope], *, agent: str = "") -> dict[str, Any]:
    """The whole answer of a run.

    Raises:
        MenonError: what the run failed with.
    """
    reply = Reply(agent=agent)
    for event in events:
        reply.add(event)
    content = "".join(reply.text) or None
    message: dict[str, Any] = {"role": "assistant", "content": content, "refusal": None}
    message |= {"annotations": []} | reply.cited()
    if reply.calls:
        message["tool_calls"] = reply.calls
    if reply.thoughts:
        message["reasoning_content"] = "".join(reply.thoughts)
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reply.finish}
    whole = {"object": "chat.completion", **reply.begun}
    return whole | {"choices": [choice], "usage": usage(reply.used)}
