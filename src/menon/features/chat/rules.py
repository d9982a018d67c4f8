"""Decisions of chat: which branch is meant, what a model reads of the past. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from menon.core.runs.events import Cancelled, Complete, Error, Event, State
from menon.engine.agents.turn import Message as PastMessage
from menon.features.chat.models import MessageState
from menon.kit.text import shorten

_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A message in the tree of a conversation."""

    id: str
    parent_id: str | None
    role: str
    content: str
    state: str = MessageState.COMPLETE
    tools: tuple[str, ...] = ()
    """Names of those that the answer was made with."""


def branch(nodes: Sequence[Node], head: str | None) -> list[Node]:
    """The messages from the first to `head`; a broken link ends the walk."""
    by_id = {node.id: node for node in nodes}
    path: list[Node] = []
    at = head
    while at is not None and (node := by_id.pop(at, None)) is not None:
        path.append(node)
        at = node.parent_id
    return path[::-1]


def siblings(nodes: Sequence[Node]) -> dict[str, list[str]]:
    """For each message the ids of the branches at its place, in the order they were made."""
    places: dict[tuple[str | None, str], list[str]] = {}
    for node in nodes:
        places.setdefault((node.parent_id, node.role), []).append(node.id)
    return {node.id: places[node.parent_id, node.role] for node in nodes}


def leaf(nodes: Sequence[Node], start: str) -> str:
    """The latest leaf below a message: what is shown when its branch is chosen."""
    latest = {node.parent_id: node.id for node in nodes}  # the last child wins
    while (child := latest.get(start)) is not None:
        start = child
    return start


def past(path: Sequence[Node]) -> list[PastMessage]:
    """What a model reads of a branch; answers that never came are left out with their question."""
    read: list[PastMessage] = []
    for place, node in enumerate(path):
        answered = any(after.content for after in path[place + 1 : place + 2])
        if not node.content or (node.role == "user" and not answered):
            continue
        if node.role in {"user", "assistant"}:
            role = "user" if node.role == "user" else "assistant"
            read.append(PastMessage(role=role, content=node.content))
    return read


def asked(
    question: str, past: Sequence[PastMessage], *, partial: str
) -> tuple[str, list[PastMessage]]:
    """What a model is asked, behind which past; with a partial answer it is to go on from there."""
    if not partial:
        return question, [*past]
    said = [
        PastMessage(role="user", content=question),
        PastMessage(role="assistant", content=partial),
    ]
    return "Your last answer was cut off. Go on exactly where it stopped.", [*past, *said]


def title(question: str) -> str:
    """A title for a conversation, from its first question."""
    return shorten(question, 60)


def summary(contents: Sequence[str], limit: int = 1200) -> str:
    """The first sentence of each message, the latest last: honest extraction, no model."""
    lines = [shorten(_SENTENCE.split(content.strip(), maxsplit=1)[0], 160) for content in contents]
    kept: list[str] = []
    size = 0
    for line in reversed([line for line in lines if line]):
        if size + len(line) > limit:
            break
        kept.append(line)
        size += len(line) + 2
    return "\n".join(f"- {line}" for line in reversed(kept))


def ended(ending: Event) -> MessageState:
    """What an answer is after this end of its run."""
    match ending:
        case Complete():
            return MessageState.COMPLETE
        case Cancelled():
            return MessageState.CANCELLED
        case Error():
            return MessageState.PARTIAL
        case State(after="waiting"):
            return MessageState.WAITING
        case _:
            return MessageState.INTERRUPTED


def metrics(*, seconds: float, prompt: int, response: int) -> Mapping[str, Any]:
    """The figures of one answer, as the message route shows them."""
    rate = response / seconds if seconds > 0 else 0.0
    return {
        "response_time_seconds": round(seconds, 3),
        "prompt_tokens": prompt,
        "response_tokens": response,
        "total_tokens": prompt + response,
        "tokens_per_second": round(rate, 1),
    }
