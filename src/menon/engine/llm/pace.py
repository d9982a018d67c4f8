"""How often a stream is read: at once in the beginning, seldom later, more seldom under load.

Each read becomes one event, and an event costs about 35 us in pydantic-ai alone, a token 5. So text
is merged by reading less often, and its first piece, or one after a pause, goes out at once.
"""

import asyncio
from asyncio import TimerHandle
from collections.abc import Callable

_GROWING_S = (0.0, 0.05)
_STEADY_S = 0.1
"""Ten times a second reads as a flow; more often costs more and looks no better."""
_LONGEST_S = 0.5
"""Twice a second still reads as a flow, if as a slower one."""
_YIELDING = 4.0
"""Seconds of rest for each second that the rest before came too late. A process that is short of
time answers late at any pace: with fewer and longer pieces it keeps up with its models. At a
thousand streams of ten tokens a second on two cores none would be merged otherwise."""


_TICK_S = 0.05
"""Rests end together, at multiples of it: streams that go on in one turn of the loop share its look
at the sockets, its switch of threads and warm caches. A token takes a tenth less so with 100
streams. Only the first rests are shorter or longer for it: the others begin at a tick too."""


class Pace:
    """Rests between two reads; the rests grow, so short answers end without delay."""

    def __init__(self) -> None:
        self._rests = iter(_GROWING_S)
        self._late = 0.0

    async def rest(self) -> None:
        """Give the text time to gather."""
        over = asyncio.get_running_loop().create_future()
        timer = self.then(lambda: over.done() or over.set_result(None))
        try:
            await over
        finally:
            timer.cancel()

    def then(self, act: Callable[[], object]) -> TimerHandle:
        """Act when the next rest is over; returns what cancels that."""
        loop = asyncio.get_running_loop()
        due = aligned(loop.time(), next(self._rests, steady(self._late)))

        def ends() -> None:
            self._late = loop.time() - due
            act()

        return loop.call_at(due, ends)


def steady(late: float) -> float:
    """Seconds to rest after a rest that took `late` seconds more than it should."""
    return min(_LONGEST_S, _STEADY_S + _YIELDING * max(0.0, late))


def aligned(now: float, rest: float) -> float:
    """When a rest that begins now is over: at the tick nearest to it, or now if it is none."""
    return max(now, round((now + rest) / _TICK_S) * _TICK_S) if rest else now
