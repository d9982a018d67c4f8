"""Cursors come back as they went, and nothing else passes for one."""

import base64

import pytest

from menon.kit.pages import decode_cursor, encode_cursor


@pytest.mark.parametrize("parts", [("a",), ("2026-01-01T00:00:00+00:00", "id"), (1, 2.5, None)])
def test_a_cursor_comes_back_as_it_went(parts: tuple[str | float | None, ...]):
    cursor = encode_cursor(*parts)
    assert decode_cursor(cursor, size=len(parts)) == list(parts)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "é",
        "!!!!",
        base64.urlsafe_b64encode(b'{"a": 1}').decode(),
        base64.urlsafe_b64encode(b"[1, 2]").decode(),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_what_is_no_cursor_is_refused(text: str):
    with pytest.raises(ValueError, match="is not a cursor"):
        decode_cursor(text, size=1)
