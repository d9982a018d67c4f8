"""Fits the past of a conversation into a budget: the latest turns whole, older ones as a summary.

The summary is made of first sentences, without a model, so that the same past is always folded the
same way, and before the model speaks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil

from menon.engine.agents.turn import Message
from menon.kit.text import shorten

CHARACTERS_PER_TOKEN = 4
"""A rule of thumb for English; other scripts need more tokens, which the margin covers."""
_MARGIN = 0.9
_MESSAGE_TOKENS = 4
"""What a message costs besides its text."""
_SUMMARY_SHARE = 0.25
"""Of the budget, at most, for what is folded."""
_LINE = 160
"""Characters of a folded message."""
_WHO = {"user": "Asked", "assistant": "Answered", "tool": "Looked up", "system": "Before"}


@dataclass(frozen=True, kw_only=True)
class Compacted:
    """A past that fits."""

    messages: tuple[Message, ...]
    folded: int
    """How many messages stand in the summary, which is then the first message."""
    tokens: int
    """Estimated."""


def tokens(message: Message) -> int:
    """Estimated tokens of a message."""
    calls = sum(len(call.name) + len(str(call.args)) for call in message.calls)
    return ceil((len(message.content) + calls) / CHARACTERS_PER_TOKEN) + _MESSAGE_TOKENS


def compact(history: Sequence[Message], budget: int) -> Compacted:
    """The past in at most `budget` tokens, by estimate with a tenth to spare.

    Turns (a question with all that followed) are kept whole or folded whole, so that no tool result
    loses its call. Where not even the last turn fits, it is folded too.
    """
    room = int(budget * _MARGIN)
    total = sum(map(tokens, history))
    if total <= room:
        return Compacted(messages=tuple(history), folded=0, tokens=total)
    turns = _turns(history)
    reserved = int(room * _SUMMARY_SHARE)
    sizes = [sum(map(tokens, turn)) for turn in reversed(turns)]
    kept = sum(size <= room - reserved for size in accumulate(sizes))
    old = [message for turn in turns[: len(turns) - kept] for message in turn]
    new = [message for turn in turns[len(turns) - kept :] for message in turn]
    summary = _summary(old, reserved)
    messages = ([summary] if summary else []) + new
    return Compacted(messages=tuple(messages), folded=len(old), tokens=sum(map(tokens, messages)))


def _turns(history: Sequence[Message]) -> list[list[Message]]:
    turns: list[list[Message]] = []
    for message in history:
        if message.role == "user" or not turns:
            turns.append([])
        turns[-1].append(message)
    return turns


def _summary(old: Sequence[Message], budget: int) -> Message | None:
    """The latest folded messages, a line each, as many as fit; summaries of before go first."""
    lines = [line for message in old if (line := _line(message))]
    head = "Summary of the conversation so far:"
    room = (budget - _MESSAGE_TOKENS) * CHARACTERS_PER_TOKEN - len(head)
    sizes = accumulate(len(line) + 1 for line in reversed(lines))
    fitting = sum(size <= room for size in sizes)
    if not fitting:
        return None
    return Message(role="system", content="\n".join([head, *lines[len(lines) - fitting :]]))


def _line(message: Message) -> str:
    if message.role == "tool" or not message.content.strip():
        return ""
    return f"{_WHO[message.role]}: {shorten(_first_sentence(message.content), _LINE)}"


def _first_sentence(text: str) -> str:
    flat = " ".join(text.split())
    ends = [at for mark in (". ", "? ", "! ") if (at := flat.find(mark)) > 0]
    return flat[: min(ends) + 1] if ends else flat
