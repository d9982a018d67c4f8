"""One way to talk between a parent and its child: JSON in frames on a pipe.

Never pickle: reading what a stranger pickled runs it.
"""

import contextlib
import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from struct import Struct
from typing import Any, NoReturn, cast

_HEAD = Struct("!I")
_FRAME = 16 << 20
"""Bytes of one frame; a larger one is a lie."""
_FRAMES = 100_000
_CHUNK = 1 << 16


class Closed(Exception):
    """The other side is gone, or talks nonsense."""


class Late(Exception):
    """The other side did not answer in time."""


def send(file: int, value: Any) -> None:
    """Write one frame.

    Raises:
        Closed: nobody reads.
    """
    data = json.dumps(value, default=str).encode("utf-8", "surrogatepass")
    rest = memoryview(_HEAD.pack(len(data)) + data)
    try:
        while rest:
            rest = rest[os.write(file, rest) :]
    except OSError as error:
        raise Closed from error


class Frames:
    """Reads frames from a pipe, never longer than until a moment of the monotonic clock."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._kept = bytearray()

    def next(self, until: float) -> Any:
        """The next frame.

        Raises:
            Closed: there is none, or it is none.
            Late: it did not come in time.
        """
        size = _HEAD.unpack(self._take(_HEAD.size, until))[0]
        if size > _FRAME:
            raise Closed
        try:
            return json.loads(self._take(size, until))
        except ValueError as error:
            raise Closed from error

    def _take(self, size: int, until: float) -> bytes:
        while len(self._kept) < size:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._file], [], [], left)[0]:
                raise Late
            data = os.read(self._file, _CHUNK)
            if not data:
                raise Closed
            self._kept += data
        taken = bytes(self._kept[:size])
        del self._kept[:size]
        return taken


class Child:
    """A process that runs a function with the other ends of two pipes."""

    def __init__(self, function: Callable[[int, int], None]) -> None:
        to_child, from_child = os.pipe(), os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(to_child[1])
            os.close(from_child[0])
            _become(function, to_child[0], from_child[1])
        os.close(to_child[0])
        os.close(from_child[1])
        self._write = to_child[1]
        self.frames = Frames(from_child[0])
        self._read = from_child[0]

    def say(self, value: Any) -> None:
        """Send one frame.

        Raises:
            Closed: it is gone.
        """
        send(self._write, value)

    def said(self, until: float) -> tuple[list[dict[str, Any]], str]:
        """What it says until its frame of kind `end`, and what ended it early: `time`, or nothing.

        Frames that are no objects are dropped; there is room for some 100,000.
        """
        found: list[dict[str, Any]] = []
        while len(found) < _FRAMES:
            try:
                frame = self.frames.next(until)
            except Closed:
                break
            except Late:
                return found, "time"
            if isinstance(frame, dict):
                found.append(cast("dict[str, Any]", frame))
                if found[-1].get("kind") == "end":
                    break
        return found, ""

    def end(self, patience: float = 0.0) -> int | None:
        """Wait so many seconds, then kill its group; its status, None where it had to be killed."""
        os.close(self._write)
        os.close(self._read)
        until = time.monotonic() + patience
        while (status := self._status()) is None and time.monotonic() < until:
            time.sleep(0.01)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        if status is None:
            os.waitpid(self.pid, 0)
        return status

    def _status(self) -> int | None:
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if pid else None


def _become(function: Callable[[int, int], None], read: int, write: int) -> NoReturn:
    status = 1
    try:
        os.setsid()
        function(read, write)
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the end of this process is now
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)
