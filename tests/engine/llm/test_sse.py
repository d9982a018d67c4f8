import pytest

from menon.engine.llm.sse import EventLines, LineTooLong

STREAM = b'data: {"a":1}\n\n: a comment\nevent: x\ndata:{"b":"\xc3\xa4"}\r\n\r\ndata: [DONE]\n\n'
DATA = [b'{"a":1}', b'{"b":"\xc3\xa4"}', b"[DONE]"]


@pytest.mark.parametrize("size", range(1, len(STREAM) + 1))
def test_the_data_is_the_same_wherever_the_stream_is_cut(size: int) -> None:
    lines = EventLines()
    pieces = [STREAM[at : at + size] for at in range(0, len(STREAM), size)]
    assert [datum for piece in pieces for datum in lines.feed(piece)] == DATA


def test_a_line_that_does_not_end_is_refused() -> None:
    lines = EventLines(limit=10)
    with pytest.raises(LineTooLong):
        lines.feed(b"data: 12345")
