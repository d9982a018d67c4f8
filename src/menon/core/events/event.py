"""What a domain event is, and who wants to hear of it."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

from menon.core.runtime import Runtime
from menon.kit.ids import new_id


class DomainEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened and is true for ever; named in the past tense.

    class Answered(DomainEvent):
        type: ClassVar[str] = "chat.answered"
        conversation_id: str

        @property
        def subject(self) -> str:
            return f"conversation:{self.conversation_id}"
    """

    type: ClassVar[str]
    live: ClassVar[str] = ""
    """The message by which `/ws` tells of it; a notice where this is empty."""
    id: str = msgspec.field(default_factory=new_id)
    """The same at every delivery, so that a subscriber can tell that it has seen it."""

    @property
    def subject(self) -> str:
        """What it happened to; subscribers see the events of a subject in order."""
        raise NotImplementedError

    @property
    def owner(self) -> str:
        """The id of the user whose thing it happened to: the event's `owner_id`, where it has one.

        Their webhooks hear of it; what has no owner concerns administrators alone.
        """
        return str(getattr(self, "owner_id", ""))


E = TypeVar("E", bound=DomainEvent)


@dataclass(frozen=True, kw_only=True)
class Subscription(Generic[E]):
    """A subscriber: runs after the commit, at least once, in order per subject."""

    event_type: type[E]
    """`DomainEvent` itself stands for every type."""
    name: str
    """Unique, `feature.what`; the deliveries that wait are stored under it, so it stays."""
    handler: Callable[[Runtime, E], Awaitable[Any]]
    stays: bool = False
    """What the handler begins lives on in its process: none that runs a command takes it."""


def event_types() -> dict[str, type[DomainEvent]]:
    """Every kind of event that the loaded features define, by the name of its type."""
    return {kind.type: kind for kind in _below(DomainEvent) if "type" in vars(kind)}


def _below(kind: type[DomainEvent]) -> Iterator[type[DomainEvent]]:
    for below in kind.__subclasses__():
        yield below
        yield from _below(below)
