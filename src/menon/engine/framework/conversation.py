"""What was said before: with the conversation, never in the agent, which serves many at once."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from menon.engine.agents.turn import Message

Past = Iterable[Message | Mapping[str, Any]]
"""Messages, or objects with `role` and `content`."""


@dataclass(kw_only=True)
class Conversation:
    """The messages of one conversation; who holds it decides how long it is remembered."""

    messages: list[Message] = field(default_factory=list[Message])

    def clear(self) -> None:
        """Forget all that was said."""
        self.messages.clear()


class Memory(Protocol):
    """Where conversations are kept between runs, by an id of the caller's."""

    async def load(self, conversation: str) -> Sequence[Message]:
        """The messages so far, oldest first."""
        ...

    async def append(self, conversation: str, messages: Sequence[Message]) -> None:
        """Keep the messages of a turn, all of them or none."""
        ...

    async def clear(self, conversation: str) -> None:
        """Forget a conversation."""
        ...


class InMemory:
    """Keeps the latest conversations in this process.

    Args:
        conversations: how many; the one that was longest unused goes first.
    """

    def __init__(self, conversations: int = 1_000) -> None:
        self._most = conversations
        self._kept: OrderedDict[str, list[Message]] = OrderedDict()

    async def load(self, conversation: str) -> Sequence[Message]:
        return list(self._kept.get(conversation, ()))

    async def append(self, conversation: str, messages: Sequence[Message]) -> None:
        self._kept.setdefault(conversation, []).extend(messages)
        self._kept.move_to_end(conversation)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    async def clear(self, conversation: str) -> None:
        self._kept.pop(conversation, None)


class Remembered:
    """The past of one run, and where its messages go when it has ended well."""

    def __init__(self, conversation: Conversation | str | None, memory: Memory | None) -> None:
        if isinstance(conversation, str) and memory is None:
            raise ValueError(
                f"There is no memory in which {conversation!r} could be kept: give the agent"
                " `memory=InMemory()`, or hold a `Conversation()` yourself."
            )
        self._conversation = conversation
        self._memory = memory

    async def load(self) -> tuple[Message, ...]:
        if isinstance(self._conversation, Conversation):
            return tuple(self._conversation.messages)
        if self._conversation is None or self._memory is None:
            return ()
        return tuple(await self._memory.load(self._conversation))

    async def append(self, messages: Sequence[Message]) -> None:
        if isinstance(self._conversation, Conversation):
            self._conversation.messages.extend(messages)
        elif self._conversation is not None and self._memory is not None:
            await asyncio.shield(self._memory.append(self._conversation, messages))

    @property
    def id(self) -> str | None:
        """The conversation's id, where it has one."""
        return self._conversation if isinstance(self._conversation, str) else None


def past(messages: Past) -> tuple[Message, ...]:
    """Messages as the engine knows them.

    Raises:
        ValueError: one has no `role` or `content`, or another role than there are.
    """
    return tuple(
        each if isinstance(each, Message) else msgspec.convert(dict(each), Message)
        for each in messages
    )
