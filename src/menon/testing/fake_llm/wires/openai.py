"""OpenAI chat completions: server-sent events that end with `[DONE]`."""

import json
from collections.abc import Sequence
from typing import Any, cast

from menon.testing.fake_llm.script import Body, Script, now_us
from menon.testing.fake_llm.wires.wire import INPUT_TOKENS, Call, Wire

_CREATED = 1700000000


class OpenAI(Wire):
    """The wire of OpenAI and of all who imitate it."""

    content_type = b"text/event-stream; charset=utf-8"

    def __init__(self, body: Body, script: Script) -> None:
        super().__init__(body, script)
        self.id = f"chatcmpl-{now_us()}"
        options = cast("Body", body.get("stream_options") or {})
        self._usage_wanted = bool(options.get("include_usage"))
        common = {
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": _CREATED,
            "model": self.model,
        }
        self._common = ("data: " + json.dumps(common)[:-1]).encode()
        self._before = self._common + b', "choices": [{"index": 0, "delta": {"content": "'
        self._after = b'"}, "finish_reason": null}]}\n\n'

    def _chunk(self, delta: Body, finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return self._common + b', "choices": [' + json.dumps(choice).encode() + b"]}\n\n"

    def head(self) -> bytes:
        return self._chunk({"role": "assistant", "content": ""})

    def text(self, i: int) -> bytes:
        return self._before + self.script.escaped(i).encode() + self._after

    def calls(self, calls: Sequence[Call]) -> list[bytes]:
        return [frame for i, call in enumerate(calls) for frame in self._call(i, call)]

    def _call(self, i: int, call: Call) -> list[bytes]:
        function: Body = {"name": call.name, "arguments": ""}
        opening: Body = {"index": i, "id": call.id, "type": "function", "function": function}
        half = len(call.text) // 2
        parts: list[Body] = [opening] + [
            {"index": i, "function": {"arguments": part}}
            for part in (call.text[:half], call.text[half:])
        ]
        return [self._chunk({"tool_calls": [part]}) for part in parts]

    def tail(self, tokens: int, *, tools: bool) -> bytes:
        out = self._chunk({}, "tool_calls" if tools else "stop")
        if self._usage_wanted:
            usage = json.dumps(_usage(tokens)).encode()
            out += self._common + b', "choices": [], "usage": ' + usage + b"}\n\n"
        return out + b"data: [DONE]\n\n"

    def whole(self, calls: Sequence[Call]) -> Body:
        message: Body = {"role": "assistant", "content": None if calls else self.script.text()}
        if calls:
            message["tool_calls"] = [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.name, "arguments": call.text},
                }
                for call in calls
            ]
        finish = "tool_calls" if calls else "stop"
        return {
            "id": self.id,
            "object": "chat.completion",
            "created": _CREATED,
            "model": self.model,
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": _usage(self.script.tokens),
        }

    def error_event(self) -> bytes:
        return b"data: " + json.dumps(self.error("asked for", 500)).encode() + b"\n\n"

    @staticmethod
    def error(message: str, status: int) -> Body:
        kind = {429: "rate_limit_error", 401: "authentication_error"}.get(status, "server_error")
        return {"error": {"message": message, "type": kind, "code": status}}

    @staticmethod
    def offered(body: Body) -> list[tuple[str, Body]]:
        tools = cast("list[Body]", body.get("tools") or [])
        functions = [cast("Body", tool["function"]) for tool in tools if "function" in tool]
        return [(str(each["name"]), each.get("parameters") or {}) for each in functions]

    @staticmethod
    def rounds_done(body: Body) -> int:
        done = 0
        for message in cast("list[Body]", body.get("messages", [])):
            if message["role"] == "user":
                done = 0
            elif message["role"] == "assistant" and message.get("tool_calls"):
                done += 1
        return done


def _usage(tokens: int) -> dict[str, Any]:
    return {
        "prompt_tokens": INPUT_TOKENS,
        "completion_tokens": tokens,
        "total_tokens": INPUT_TOKENS + tokens,
    }
