"""OpenAI's streamed chunks, decoded with msgspec, and what a batch of them says taken together."""

from collections.abc import Iterable
from typing import Any

import msgspec

from menon.engine.llm.thinking import Kind, ThinkTags


class Function(msgspec.Struct):
    """A piece of a tool call."""

    name: str | None = None
    arguments: str | None = None


class CallDelta(msgspec.Struct):
    """A piece of the tool call number `index`."""

    index: int = 0
    id: str | None = None
    function: Function | None = None


class Delta(msgspec.Struct):
    """What a chunk adds to the message; servers name thoughts in two ways."""

    content: str | None = None
    refusal: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None
    tool_calls: list[CallDelta] | None = None


class Choice(msgspec.Struct):
    """The only answer: we never ask for more."""

    delta: Delta | None = None
    finish_reason: str | None = None


class PromptDetails(msgspec.Struct):
    """How much of the input was cached."""

    cached_tokens: int | None = None


class TokenCount(msgspec.Struct):
    """Sent once, in the last chunk."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: PromptDetails | None = None


class Chunk(msgspec.Struct):
    """One event of the stream."""

    id: str | None = None
    choices: list[Choice] | None = None
    usage: TokenCount | None = None
    error: Any = None


decode = msgspec.json.Decoder(Chunk).decode

Piece = tuple[Kind, str] | CallDelta
"""What becomes one event: all text, or all thought, in a row, or a piece of a tool call."""


def merged(deltas: Iterable[Delta], tags: ThinkTags) -> list[Piece]:
    """The deltas of one read with neighbours of a kind joined: one event each, instead of many."""
    pieces: list[Piece] = []
    for delta in deltas:
        if thought := delta.reasoning or delta.reasoning_content:
            _join(pieces, "thinking", thought)
        for kind, text in tags.feed(delta.content or delta.refusal or ""):
            _join(pieces, kind, text)
        for call in delta.tool_calls or ():
            _join_call(pieces, call)
    return pieces


def _join(pieces: list[Piece], kind: Kind, text: str) -> None:
    last = pieces[-1] if pieces else None
    if isinstance(last, tuple) and last[0] == kind:
        pieces[-1] = (kind, last[1] + text)
    else:
        pieces.append((kind, text))


def _join_call(pieces: list[Piece], call: CallDelta) -> None:
    match pieces[-1:]:
        case [CallDelta(index=call.index, function=Function() as begun)] if call.id is None:
            more = call.function.arguments if call.function else None
            begun.arguments = (begun.arguments or "") + (more or "")
        case _:
            pieces.append(call)
