"""What the server needs to know of a wire format."""

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from menon.testing.fake_llm.script import Body, Script, sample

INPUT_TOKENS = 10


@dataclass(frozen=True, kw_only=True)
class Call:
    """A tool call that the model makes."""

    id: str
    name: str
    args: Body
    text: str
    """The arguments as sent, where the wire sends text."""


class Wire(ABC):
    """One answer in one format: `head`, then texts or calls, then `tail`; or `whole` at once."""

    content_type: ClassVar[bytes]
    streams_unasked: ClassVar[bool] = False
    """Whether a request that does not mention `stream` is streamed."""

    def __init__(self, body: Body, script: Script) -> None:
        self.model = str(body["model"])
        self.script = script

    @staticmethod
    @abstractmethod
    def offered(body: Body) -> list[tuple[str, Body]]:
        """Names and schemas of the tools in a request."""

    @staticmethod
    @abstractmethod
    def rounds_done(body: Body) -> int:
        """Rounds of tool calls since the last thing that the user said."""

    @abstractmethod
    def head(self) -> bytes: ...

    @abstractmethod
    def text(self, i: int) -> bytes: ...

    @abstractmethod
    def calls(self, calls: Sequence[Call]) -> list[bytes]: ...

    @abstractmethod
    def tail(self, tokens: int, *, tools: bool) -> bytes: ...

    @abstractmethod
    def whole(self, calls: Sequence[Call]) -> Body: ...

    @abstractmethod
    def error_event(self) -> bytes: ...

    @staticmethod
    @abstractmethod
    def error(message: str, status: int) -> Body:
        """The body of a failed request."""

    def broken(self, i: int) -> bytes:
        """Half of what `text` says, ended as if it were whole."""
        text = self.text(i)
        body = text.rstrip(b"\n")
        return body[: -len(body) // 4] + text[len(body) :]


def plan(script: Script, offered: Sequence[tuple[str, Body]], done: int, serial: int) -> list[Call]:
    """The tool calls of this round: the offered tools in turn, with the least arguments."""
    return [
        _call(script, offered[(done * script.parallel + k) % len(offered)], f"{done}_{k}_{serial}")
        for k in range(script.parallel)
    ]


def obeyed(orders: Sequence[tuple[str, Body]], serial: int) -> list[Call]:
    """The calls that the model was told to make."""
    return [
        Call(id=f"call_{serial}_{k}", name=name, args=args, text=json.dumps(args))
        for k, (name, args) in enumerate(orders)
    ]


def _call(script: Script, tool: tuple[str, Body], number: str) -> Call:
    name, schema = tool
    args: Body = {"surprise": [1]} if "wrongargs" in script.words else sample(schema)
    return Call(
        id="call_same" if "dupid" in script.words else f"call_{number}",
        name="no_such_tool" if "unknowntool" in script.words else name,
        args=args,
        text='{"half": ' if "badargs" in script.words else json.dumps(args),
    )
