"""What an agent's answer is, and how its definition changes: pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from menon.core.runs.events import (
    Citation,
    Complete,
    Content,
    Envelope,
    Error,
    Event,
    Metadata,
    Reset,
    State,
    Thinking,
    ToolCall,
    ToolResult,
    Usage,
)
from menon.core.runs.store import Spent
from menon.engine.agents.turn import Limits, Meter
from menon.kit import text
from menon.kit.text import Growing

VISIBLE = (Content, Thinking, ToolCall)
"""What of a run a reader sees of its answer."""


@dataclass(kw_only=True, slots=True)
class Answer:
    """A fold over the events of a run: what is stored is what was streamed."""

    model: str = ""
    citations: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    tools: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    usage: Usage = field(default_factory=Usage)
    output: Any = None
    error: Error | None = None
    first_at: datetime | None = None
    """When something of it became visible."""
    waited: float = 0.0
    """Seconds for which the run waited for people."""
    _text: Growing = field(default_factory=Growing)

    def add(self, event: Event) -> None:
        """Take one event in."""
        match event:
            case Content():
                self._text.add(event.text)
            case Metadata():
                self.model = event.model
            case Citation():
                self.citations.append(cited(event))
            case ToolCall():
                self.tools.append(
                    {"call_id": event.call_id, "name": event.name, "args": event.args}
                )
            case ToolResult():
                self._result(event)
            case Usage():
                self.usage = event
            case Complete():
                self.output = event.output
            case Error():
                self.error = event
            case Reset():
                self._text = Growing()
                self.citations.clear()
                self.tools.clear()
            case _:
                pass

    @property
    def text(self) -> str:
        """The answer so far."""
        return str(self._text)

    @property
    def spent(self) -> Spent:
        """What it has used up so far."""
        used = self.usage
        return Spent(
            requests=used.requests,
            input_tokens=used.input_tokens,
            output_tokens=used.output_tokens,
            cost=used.cost,
        )

    def _result(self, event: ToolResult) -> None:
        for call in self.tools:
            if call["call_id"] == event.call_id:
                call["ok"], call["summary"] = event.ok, event.summary


def cited(event: Citation) -> dict[str, Any]:
    """A citation as it is stored and shown."""
    return {
        "index": event.index,
        "chunk_id": event.chunk_id,
        "document_id": event.document_id,
        "source": event.source,
        "title": event.title,
        "span": list(event.span),
        "score": event.score,
    }


def answer(events: Iterable[Envelope]) -> Answer:
    """What a run's log says that the agent answered."""
    folded, since = Answer(), None
    for event in events:
        folded.add(event.data)
        match event.data:
            case State(after="waiting"):
                since = event.at
            case State(before="waiting") if since is not None:
                folded.waited += (event.at - since).total_seconds()
            case _:
                pass
        if folded.first_at is None and isinstance(event.data, VISIBLE):
            folded.first_at = event.at
    return folded


def output(folded: Answer) -> Any:
    """The value that an agent gave besides its text, where it had to give one."""
    ended = folded.output
    return cast("dict[str, Any]", ended).get("output") if isinstance(ended, dict) else None


def slug(name: str) -> str:
    """A name for addresses and model names: lower case letters, digits and dashes."""
    return text.slug(name) or "agent"


@dataclass(frozen=True, kw_only=True)
class Below:
    """A run that another run's agent wants."""

    run_id: str
    """The run above."""
    depth: int
    meter: Meter


def limits(stored: Mapping[str, Any], below: Below | None = None) -> Limits:
    """The engine's limits from what a version keeps, within what a run above has left."""
    known = {name: stored[name] for name in Limits.__dataclass_fields__ if name in stored}
    own = Limits(**known)
    if below is None:
        return own
    rest = below.meter.rest()
    return replace(
        own,
        tokens=_least(own.tokens, rest.tokens),
        seconds=_least(own.seconds, rest.seconds),
        money=_least(own.money, rest.money),
    )


def _least(own: float | None, rest: float | None) -> Any:
    return min((each for each in (own, rest) if each is not None), default=None)


def foreign(history: Iterable[str], context: Mapping[str, Any]) -> bool:
    """Whether what comes with a message may hold the words of a stranger.

    What an assistant has said may repeat what it had read; the caller's own words are their own.

    Args:
        history: who spoke, message by message.
        context: what the caller says of the situation.
    """
    return bool(context) or any(role in {"assistant", "tool"} for role in history)


def framed(message: str, context: Mapping[str, Any]) -> str:
    """The question with the facts that the caller sends along."""
    if not context:
        return message
    facts = "\n".join(f"- {key}: {value}" for key, value in context.items())
    return f"{message}\n\nWhat the caller says of the situation:\n{facts}"
