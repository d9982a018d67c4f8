"""Answers in time: all streams share one timer wheel, so a token costs one write."""

import asyncio
import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from menon.testing.fake_llm.script import Script
from menon.testing.fake_llm.wires.wire import Wire

_TICK_S = 0.001
_DRIP_S = 0.02


class Connection(Protocol):
    """Where a stream writes to."""

    closed: bool

    def chunk(self, data: bytes) -> None: ...

    def end(self, data: bytes = b"") -> None: ...

    def abort(self) -> None: ...


@dataclass(kw_only=True)
class Stream:
    """One answer on its way, one `step` a token."""

    connection: Connection
    wire: Wire
    script: Script
    sent: Callable[[], None]
    """Called for each token."""
    due: float = 0.0
    i: int = 0

    def step(self) -> bool:
        """Send what is due; whether more is to come."""
        if self.connection.closed or self._fails():
            return False
        if self.i == self.script.drip:
            self.connection.chunk(b"d")
            self.due += _DRIP_S
            return True
        if self.i < self.script.tokens:
            self.connection.chunk(self._token())
            self.sent()
            self.i += 1
            self.due += self.script.delay_s
        if self.i < self.script.tokens or self.i in self._faults():
            return True
        self.connection.end(self.wire.tail(self.script.tokens, tools=False))
        return False

    def _token(self) -> bytes:
        if self.i == self.script.break_json:
            return self.wire.broken(self.i)
        return self.wire.text(self.i)

    def _faults(self) -> tuple[int, ...]:
        script = self.script
        return (script.drop, script.close, script.hang, script.drip, script.break_event)

    def _fails(self) -> bool:
        """Do the fault that is due now, if it ends the stream."""
        script = self.script
        if self.i == script.drop:
            self.connection.abort()
        elif self.i == script.close:
            self.connection.end()
        elif self.i == script.break_event:
            self.connection.end(self.wire.error_event())
        else:
            return self.i == script.hang
        return True


class Wheel:
    """All live streams in a heap by due time; one sleeping task serves them."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Stream]] = []
        self._serial = 0
        self._wake = asyncio.Event()

    def add(self, stream: Stream) -> None:
        self._serial += 1
        heapq.heappush(self._heap, (stream.due, self._serial, stream))
        self._wake.set()

    async def run(self) -> None:
        heap, clock = self._heap, time.monotonic
        while True:
            if not heap:
                self._wake.clear()
                await self._wake.wait()
            await asyncio.sleep(max(_TICK_S, heap[0][0] - clock()))
            now = clock()
            while heap and heap[0][0] <= now:
                _, serial, stream = heap[0]
                if stream.step():
                    heapq.heapreplace(heap, (stream.due, serial, stream))
                else:
                    heapq.heappop(heap)
