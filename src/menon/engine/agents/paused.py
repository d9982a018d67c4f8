"""A run that waits for people: what it goes on from, and what they said. Plain JSON throughout."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from menon.core.runs.events import Usage
from menon.engine.agents.brought import NOTHING, Brought
from menon.engine.tools.passages import Passage

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A tool call that somebody must allow."""

    call_id: str
    name: str
    effect: str
    args: dict[str, Any]
    """Exactly these are shown, approved and used."""
    why: str
    tainted: bool
    may_remember: bool


class Paused(msgspec.Struct, frozen=True, kw_only=True):
    """Where a run stands while it waits."""

    model: str
    """Who answers, qualified."""
    messages: msgspec.Raw
    """All that was said, as pydantic-ai writes it; last the results of the calls that could run."""
    wanted: tuple[Wanted, ...]
    text: str
    """What was shown of the answer."""
    passages: tuple[Passage, ...]
    """The sources so far, in the order of their numbers."""
    cited: tuple[int, ...]
    usage: Usage
    seconds: float
    """How long it has worked."""
    tainted: bool
    brought: Brought = NOTHING
    """What the caller brought along."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What came of a wanted call."""

    approved: bool
    note: str = ""
    """Told to the model where it was not approved."""


@dataclass(frozen=True, kw_only=True)
class Resumed:
    """A pause that is over."""

    paused: Paused
    said: Mapping[str, Said] = field(default_factory=dict[str, Said])
    """By call id; a call about which nobody said anything does not run."""


def stored(messages: "list[ModelMessage]") -> msgspec.Raw:
    """Messages as JSON."""
    from pydantic_ai.messages import ModelMessagesTypeAdapter

    return msgspec.Raw(ModelMessagesTypeAdapter.dump_json(messages))


def restored(messages: msgspec.Raw) -> "list[ModelMessage]":
    """The messages of a pause."""
    from pydantic_ai.messages import ModelMessagesTypeAdapter

    return ModelMessagesTypeAdapter.validate_json(bytes(messages))
