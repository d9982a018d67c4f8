"""The events of a run, joined over as many lines as it takes: pure, bytes in, events out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec

from menon.client.errors import RunFailed
from menon.client.values import Answer
from menon.core.runs.events import (
    ENDS,
    TYPES,
    Cancelled,
    Citation,
    Complete,
    Content,
    Error,
    Event,
    Metadata,
    Reset,
    State,
    Usage,
)


class _Line(msgspec.Struct):
    id: str
    run: str
    type: str
    data: msgspec.Raw = msgspec.Raw(b"{}")


@dataclass(kw_only=True)
class Followed:
    """What was seen of a run so far."""

    run_id: str = ""
    last_id: str | None = None
    """The id of the latest event: where the next line goes on."""
    ended: bool = False
    text: str = ""
    citations: list[Citation] = field(default_factory=list[Citation])
    usage: Usage = field(default_factory=Usage)
    model: str = ""
    agent: str = ""
    end: Event | None = None
    _rest: bytes = b""

    def dropped(self) -> None:
        """The line is gone, and half an event with it."""
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Event]:
        """The events that these bytes complete; those that were seen already are passed over.

        The bytes are NDJSON or server-sent events: of the latter only the data counts.
        """
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            bare = line.removeprefix(b"data:").strip()
            if bare.startswith(b"{") and (event := self._event(bare)) is not None:
                yield event

    def _event(self, line: bytes) -> Event | None:
        read = msgspec.json.decode(line, type=_Line)
        if self.last_id is not None and _place(read.id) <= _place(self.last_id):
            return None
        self.run_id, self.last_id = read.run, read.id
        kind = TYPES.get(read.type)
        if kind is None:  # of a newer server
            return None
        event = msgspec.json.decode(read.data, type=kind)
        self._take(event)
        return event

    def _take(self, event: Event) -> None:
        match event:
            case Content(text=text):
                self.text += text
            case Citation():
                self.citations.append(event)
            case Usage():
                self.usage = event
            case Metadata(agent=agent, model=model):
                self.agent, self.model = agent, model
            case Reset(snapshot=snapshot):
                self.text, self.citations = str(snapshot.get("text", "")), []
            case _:
                pass
        stopped = isinstance(event, State) and event.after == "interrupted"
        if event.type in ENDS or stopped:
            self.ended, self.end = True, event

    def answer(self) -> Answer:
        """What the run came to.

        Raises:
            RunFailed: it did not end well.
        """
        match self.end:
            case Complete(output=output):
                return self._answer(output)
            case Error(code=code, detail=detail):
                raise self._failed(detail, code)
            case Cancelled(by=by):
                raise self._failed(f"The run was stopped by {by}.", "RUN_001")
            case _:
                raise self._failed("The server stopped before the run had ended.", "RUN_001")

    def _answer(self, output: Any) -> Answer:
        value = cast("dict[str, Any]", output).get("output") if isinstance(output, dict) else output
        return Answer(
            run_id=self.run_id,
            text=self.text,
            output=value,
            citations=tuple(self.citations),
            usage=self.usage,
            model=self.model,
            agent=self.agent,
        )

    def _failed(self, detail: str, code: str) -> RunFailed:
        return RunFailed(detail, code=code, run_id=self.run_id, text=self.text)


def _place(event_id: str) -> tuple[int, int]:
    epoch, _, seq = event_id.partition(".")
    return int(epoch), int(seq)
