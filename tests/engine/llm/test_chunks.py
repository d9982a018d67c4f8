import msgspec
import pytest

from menon.engine.llm.chunks import CallDelta, Delta, decode, merged
from menon.engine.llm.thinking import ThinkTags


def told(deltas: list[dict[str, object]]) -> list[object]:
    read = [msgspec.convert(delta, Delta) for delta in deltas]
    return [
        (piece.index, piece.id, piece.function and piece.function.arguments)
        if isinstance(piece, CallDelta)
        else piece
        for piece in merged(read, ThinkTags())
    ]


def call(index: int, arguments: str, call_id: str | None = None) -> dict[str, object]:
    function = {"name": "f" if call_id else None, "arguments": arguments}
    return {"tool_calls": [{"index": index, "id": call_id, "function": function}]}


@pytest.mark.parametrize(
    ("deltas", "pieces"),
    [
        ([], []),
        ([{"content": ""}, {"content": None}, {}], []),
        ([{"content": "a"}, {"content": "b"}, {"content": "c"}], [("text", "abc")]),
        (
            [{"reasoning": "h"}, {"reasoning_content": "m"}, {"content": "a"}],
            [("thinking", "hm"), ("text", "a")],
        ),
        (
            [{"content": "a"}, {"reasoning": "h"}, {"content": "b"}],
            [("text", "a"), ("thinking", "h"), ("text", "b")],
        ),
        ([{"content": "<think>h</think>a"}], [("thinking", "h"), ("text", "a")]),
        ([{"refusal": "No."}], [("text", "No.")]),
        (
            [{"content": "a"}, call(0, "", "x"), call(0, '{"k"'), call(0, ":1}"), {"content": "b"}],
            [("text", "a"), (0, "x", '{"k":1}'), ("text", "b")],
        ),
        ([call(0, "1", "x"), call(1, "2", "y")], [(0, "x", "1"), (1, "y", "2")]),
        ([call(0, "1", "x"), call(0, "2", "x")], [(0, "x", "1"), (0, "x", "2")]),
    ],
)
def test_neighbours_of_a_kind_become_one_piece(
    deltas: list[dict[str, object]], pieces: list[object]
) -> None:
    assert told(deltas) == pieces


def test_unknown_fields_are_passed_over() -> None:
    chunk = decode(b'{"id":"1","choices":[{"delta":{"content":"a","x":1},"y":2}],"z":[]}')
    assert chunk.choices is not None
    assert chunk.choices[0].delta == Delta(content="a")
