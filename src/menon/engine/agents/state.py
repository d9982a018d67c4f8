"""What a run has shown and used so far; outlives its task, so that every end can be told."""

import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Optional

from menon.core.runs.events import Citation, Content, Event, Thinking, Usage
from menon.engine.agents.paused import Paused
from menon.engine.agents.turn import Limits, Turn, exceeded
from menon.engine.llm.prices import cost
from menon.engine.tools.citations import Citing, Sources
from menon.kit.text import Growing, storable

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage
    from pydantic_ai.models import StreamedResponse

    from menon.engine.llm.provider import ModelCard


DEEPEST: Final = 8
"""Runs within runs: agents that ask each other in a circle end here."""

RUNNING: ContextVar[Optional["State"]] = ContextVar("running", default=None)
"""The run on whose behalf this code runs: a run that a tool begins counts for it."""


@contextmanager
def running(state: "State") -> Generator[None]:
    """What is done in the block is done on behalf of the run."""
    before = RUNNING.set(state)
    try:
        yield
    finally:
        RUNNING.reset(before)


_NOTHING: Final = Usage()

Tell = Callable[[Event], Awaitable[None]]
"""Takes the events of a run, one after the other."""


async def _nobody(event: Event) -> None:
    """Until somebody listens, there is nobody to tell."""


@dataclass(kw_only=True)
class State:
    """One run."""

    turn: Turn
    tell: Tell = _nobody
    """Tells whoever listens of an event; the run goes on when they have taken it."""
    sources: Sources = field(init=False)
    model: str = ""
    """Who answers now, qualified."""
    finish: str = ""
    """Why the model stopped; empty while it has not."""
    visible: bool = False
    """Whether anything of an answer was shown."""
    answers: "list[tuple[ModelCard, StreamedResponse]]" = field(default_factory=list[Any])
    """Of each request that was answered; a stream counts on while it is read."""
    paused: Paused | None = None
    """Where it stands, once it waits for people."""
    parent: "State | None" = None
    """The run in whose tool this one began, where it counts for that one."""
    messages: "list[ModelMessage]" = field(default_factory=list[Any])
    """The past, the question, and what came of it."""
    past: int = 0
    """How many of the messages are the past."""
    following: Turn | None = None
    """What goes on in this run's place: the conversation was handed over."""
    handed: int = 0
    """How often it was."""
    output: str | None = None
    """The answer as JSON, where it has to have a form."""

    def __post_init__(self) -> None:
        before = self.turn.resumed.paused if self.turn.resumed else None
        self._before = before
        self._began = time.monotonic()
        # It holds for every agent to which the conversation is handed over.
        self.brought = before.brought if before else self.turn.brought
        self.sources = Sources(before.passages if before else ())
        self._citing = Citing(self.sources, cited=before.cited if before else ())
        self._text = Growing(before.text if before else "")
        self._resumed = self.visible = before is not None
        self.limits = self.turn.limits
        self._inner: list[State] = []
        self._below: dict[str, Usage] = {}
        if self.parent is not None:
            self.parent.contains(self)

    def contains(self, inner: "State") -> None:
        """A tool of this run has begun another one."""
        self._inner.append(inner)

    @property
    def depth(self) -> int:
        """How many runs this one is within."""
        return self.parent.depth + 1 if self.parent else 0

    @property
    def text(self) -> str:
        """All of the answer that was shown."""
        return str(self._text)

    def says(self, text: str) -> list[Content | Citation]:
        """The answer goes on."""
        text = storable(text)
        if not text:
            return []
        self.visible = True
        if self._resumed and self._text and not self._text.last[-1].isspace():
            text = "\n\n" + text.lstrip()
        self._resumed = False
        self._text.add(text)
        return [Content(text=text), *self._citing.feed(text)]

    def thinks(self, text: str) -> list[Thinking]:
        text = storable(text)
        self.visible = self.visible or bool(text)
        return [Thinking(text=text)] if text else []

    def calls(self) -> None:
        """The model turns to a tool: what it says next is a new paragraph."""
        self.visible = True
        self._resumed = True

    def opened(self, card: "ModelCard", stream: "StreamedResponse") -> None:
        """A model begins to answer."""
        self.answers.append((card, stream))

    def exceeded(self, *, before: bool = False) -> str:
        """Which limit was run into, of this run or of one that it is within; empty while none.

        Runs of agents below, which are on record for themselves, count with their tokens and money.
        """
        used = self._total()
        reached = exceeded(self.limits, used, before=before)
        if not reached and self.turn.above is not None:
            return self.turn.above.charge(self.turn.run, used)
        return reached or (self.parent.exceeded(before=before) if self.parent else "")

    def settle(self) -> None:
        """Tell the run above what this one has used in the end."""
        if self.turn.above is not None:
            self.turn.above.charge(self.turn.run, self._total())

    def charge(self, run: str, used: Usage) -> str:
        """See `Meter.charge`."""
        self._below[run] = used
        return self.exceeded()

    def rest(self) -> Limits:
        """See `Meter.rest`."""
        limits, used = self.limits, self._total()
        above = (
            self.turn.above.rest()
            if self.turn.above is not None
            else Limits(tokens=None, steps=None, seconds=None)
        )
        took = used.input_tokens + used.output_tokens
        return Limits(
            tokens=_least(_left(limits.tokens, took), above.tokens),
            steps=None,
            seconds=_least(_left(limits.seconds, self.seconds), above.seconds),
            money=_least(_left(limits.money, used.cost), above.money),
        )

    def _total(self) -> Usage:
        own = self.usage()
        below = self._below.values()
        if not below:
            return own
        return Usage(
            requests=own.requests,
            input_tokens=own.input_tokens + sum(used.input_tokens for used in below),
            output_tokens=own.output_tokens + sum(used.output_tokens for used in below),
            cost=own.cost + sum(used.cost for used in below),
        )

    def usage(self) -> Usage:
        """What all models together have used so far, those of inner runs too."""
        if not self._inner:
            return self._own()
        parts = [self._own(), *(inner.usage() for inner in self._inner)]
        return Usage(
            requests=sum(part.requests for part in parts),
            input_tokens=sum(part.input_tokens for part in parts),
            output_tokens=sum(part.output_tokens for part in parts),
            cost=sum(part.cost for part in parts),
        )

    def _own(self) -> Usage:
        before = self._before.usage if self._before else _NOTHING
        given, made, money = before.input_tokens, before.output_tokens, before.cost
        # One pass, since this is asked for after each event of a model.
        for card, stream in self.answers:
            used = stream.usage
            given += used.input_tokens
            made += used.output_tokens
            money += cost(card, input_tokens=used.input_tokens, output_tokens=used.output_tokens)
        return Usage(
            requests=before.requests + len(self.answers),
            input_tokens=given,
            output_tokens=made,
            cost=money,
        )

    @property
    def seconds(self) -> float:
        """How long the run has worked, without what it waited for people."""
        before = self._before.seconds if self._before else 0.0
        return before + time.monotonic() - self._began

    @property
    def cited(self) -> tuple[int, ...]:
        """The sources that the answer has cited."""
        return self._citing.cited


def _left(limit: float | None, used: float) -> Any:
    return None if limit is None else max(limit - used, 0)


def _least(one: Any, other: Any) -> Any:
    return min((each for each in (one, other) if each is not None), default=None)
