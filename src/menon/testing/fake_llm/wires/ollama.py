"""Ollama's own chat: one JSON object a line."""

import json
from collections.abc import Sequence

from menon.testing.fake_llm.script import Body, Script
from menon.testing.fake_llm.wires.openai import OpenAI
from menon.testing.fake_llm.wires.wire import INPUT_TOKENS, Call

_CREATED = "2026-01-01T00:00:00Z"


class Ollama(OpenAI):
    """Requests look like OpenAI's; answers do not."""

    content_type = b"application/x-ndjson"
    streams_unasked = True

    def __init__(self, body: Body, script: Script) -> None:
        super().__init__(body, script)
        opening = json.dumps({"model": self.model, "created_at": _CREATED})[:-1].encode()
        self._common = opening + b',"message":'
        self._before = self._common + b'{"role":"assistant","content":"'
        self._after = b'"},"done":false}\n'

    def head(self) -> bytes:
        return b""

    def calls(self, calls: Sequence[Call]) -> list[bytes]:
        message = json.dumps(_message("", calls)).encode()
        return [self._common + message + b',"done":false}\n']

    def tail(self, tokens: int, *, tools: bool) -> bytes:
        del tools
        end = json.dumps(_end(tokens))[1:].encode()
        return self._common + b'{"role":"assistant","content":""},' + end + b"\n"

    def whole(self, calls: Sequence[Call]) -> Body:
        return {
            "model": self.model,
            "created_at": _CREATED,
            "message": _message("" if calls else self.script.text(), calls),
            **_end(self.script.tokens),
        }

    def error_event(self) -> bytes:
        return json.dumps(self.error("asked for", 500)).encode() + b"\n"

    @staticmethod
    def error(message: str, status: int) -> Body:
        del status
        return {"error": message}


def _message(text: str, calls: Sequence[Call]) -> Body:
    message: Body = {"role": "assistant", "content": text}
    if calls:
        message["tool_calls"] = [
            {"function": {"name": call.name, "arguments": call.args}} for call in calls
        ]
    return message


def _end(tokens: int) -> Body:
    return {
        "done": True,
        "done_reason": "stop",
        "total_duration": 1_000_000,
        "load_duration": 1000,
        "prompt_eval_count": INPUT_TOKENS,
        "prompt_eval_duration": 1000,
        "eval_count": tokens,
        "eval_duration": 1_000_000,
    }
