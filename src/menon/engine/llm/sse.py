"""Splits the bytes of a server-sent event stream into the data of its events (WHATWG HTML 9.2)."""

_LINE_LIMIT = 4_000_000


class LineTooLong(ValueError):
    """A line that does not end; the sender is no event stream, or wants our memory."""


class EventLines:
    """Keeps the unfinished line between two pieces.

    Each `data:` line is one datum: none of the model servers spreads JSON over several lines.
    Comments, and fields other than `data`, are passed over.
    """

    def __init__(self, limit: int = _LINE_LIMIT) -> None:
        self._rest = b""
        self._limit = limit

    def feed(self, piece: bytes) -> list[bytes]:
        """The data that this piece completes."""
        lines = (self._rest + piece).split(b"\n")
        self._rest = lines.pop()
        if len(self._rest) > self._limit:
            raise LineTooLong(f"a line of more than {self._limit} bytes")
        return [line[5:].strip() for line in lines if line.startswith(b"data:")]
