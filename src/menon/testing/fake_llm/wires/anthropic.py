"""Anthropic messages: named server-sent events around content blocks."""

import json
from collections.abc import Sequence
from typing import Any, cast

from menon.testing.fake_llm.script import Body, Script, now_us
from menon.testing.fake_llm.wires.wire import INPUT_TOKENS, Call, Wire


class Anthropic(Wire):
    """The wire of Claude."""

    content_type = b"text/event-stream; charset=utf-8"

    def __init__(self, body: Body, script: Script) -> None:
        super().__init__(body, script)
        self.id = f"msg_{now_us()}"
        self._open = False

    def head(self) -> bytes:
        return _event("message_start", message=self._message([], 0, None))

    def text(self, i: int) -> bytes:
        delta = {"type": "text_delta", "text": self.script.token(i)}
        frame = _event("content_block_delta", index=0, delta=delta)
        if self._open:
            return frame
        self._open = True
        block = {"type": "text", "text": ""}
        return _event("content_block_start", index=0, content_block=block) + frame

    def calls(self, calls: Sequence[Call]) -> list[bytes]:
        return [frame for i, call in enumerate(calls) for frame in _call(i, call)]

    def tail(self, tokens: int, *, tools: bool) -> bytes:
        closing = _event("content_block_stop", index=0) if self._open and not tools else b""
        delta = {"stop_reason": "tool_use" if tools else "end_turn", "stop_sequence": None}
        end = _event("message_delta", delta=delta, usage={"output_tokens": tokens})
        return closing + end + _event("message_stop")

    def whole(self, calls: Sequence[Call]) -> Body:
        blocks: list[Body] = [
            {"type": "tool_use", "id": call.id, "name": call.name, "input": call.args}
            for call in calls
        ]
        content = blocks or [{"type": "text", "text": self.script.text()}]
        return self._message(content, self.script.tokens, "tool_use" if calls else "end_turn")

    def _message(self, content: list[Body], tokens: int, stop: str | None) -> Body:
        return {
            "id": self.id,
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": content,
            "stop_reason": stop,
            "stop_sequence": None,
            "usage": {"input_tokens": INPUT_TOKENS, "output_tokens": tokens},
        }

    def error_event(self) -> bytes:
        return _event("error", error={"type": "api_error", "message": "asked for"})

    @staticmethod
    def error(message: str, status: int) -> Body:
        kind = {429: "rate_limit_error", 401: "authentication_error", 529: "overloaded_error"}
        return {
            "type": "error",
            "error": {"type": kind.get(status, "api_error"), "message": message},
        }

    @staticmethod
    def offered(body: Body) -> list[tuple[str, Body]]:
        tools = cast("list[Body]", body.get("tools") or [])
        return [(str(tool["name"]), tool["input_schema"]) for tool in tools if "name" in tool]

    @staticmethod
    def rounds_done(body: Body) -> int:
        done = 0
        for message in cast("list[Body]", body.get("messages", [])):
            kinds = _block_kinds(message["content"])
            if message["role"] == "user" and "tool_result" not in kinds:
                done = 0
            elif message["role"] == "assistant" and "tool_use" in kinds:
                done += 1
        return done


def _call(i: int, call: Call) -> list[bytes]:
    block: Body = {"type": "tool_use", "id": call.id, "name": call.name, "input": {}}
    delta = {"type": "input_json_delta", "partial_json": call.text}
    return [
        _event("content_block_start", index=i, content_block=block),
        _event("content_block_delta", index=i, delta=delta),
        _event("content_block_stop", index=i),
    ]


def _event(kind: str, **data: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n".encode()


def _block_kinds(content: object) -> set[object]:
    blocks = cast("list[Body]", content) if isinstance(content, list) else []
    return {block.get("type") for block in blocks}
