"""A reader's line is kept open, and ends with what it reads."""

from collections.abc import AsyncGenerator

from menon.core.http.streamed import Last
from menon.core.runs.wires import kept_alive


async def test_what_keeps_a_line_open_closes_what_it_reads() -> None:
    ended: list[str] = []

    async def body() -> AsyncGenerator[bytes]:
        try:
            yield Last(b"last")
        finally:
            ended.append("body")

    line = kept_alive(body())
    assert await anext(aiter(line)) == b"last"
    assert isinstance(line, AsyncGenerator)
    await line.aclose()
    assert ended == ["body"]
