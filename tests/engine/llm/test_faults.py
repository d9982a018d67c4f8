import pytest

from menon.core.errors import MenonError, ModelError, ModelLimited, ModelUnavailable
from menon.engine.llm import faults


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ModelError),
        (401, ModelError),
        (403, ModelError),
        (404, ModelError),
        (408, ModelUnavailable),
        (422, ModelError),
        (429, ModelLimited),
        (500, ModelUnavailable),
        (502, ModelUnavailable),
        (503, ModelUnavailable),
        (529, ModelUnavailable),
    ],
)
def test_a_status_is_one_of_three_errors(status: int, kind: type[MenonError]) -> None:
    error = faults.of_status("openai:x", status, b'{"error":{"message":"why"}}', {})
    assert type(error) is kind
    assert "openai:x" in error.detail
    assert "why" in error.detail


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"type": "overloaded_error", "message": "m"}, ModelUnavailable),
        ({"type": "rate_limit_error", "message": "m"}, ModelLimited),
        ({"code": 429, "message": "m"}, ModelLimited),
        ({"type": "invalid_request_error", "message": "m"}, ModelError),
        ("just m", ModelError),
        (["m"], ModelError),
    ],
)
def test_an_error_inside_an_answer_too(error: object, kind: type[MenonError]) -> None:
    found = faults.of_error("x", error)
    assert type(found) is kind
    assert "m" in found.detail


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT"}, 60.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:01 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert faults.retry_after(headers, now=40.0) == seconds


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error":{"message":"no such model"}}', "no such model"),
        (b'{"error":"no such model"}', "no such model"),
        (b'{"message":"m"}', "m"),
        (b'{"detail":"d"}', "d"),
        (b"<html>Bad gateway</html>", "<html>Bad gateway</html>"),
        (b"", "no reason given"),
        (b"\xff\xfe", "��"),
        (b"[]", "[]"),
        (b"{}", "{}"),
    ],
)
def test_what_a_server_says_is_quoted_in_its_usual_shapes(body: bytes, said: str) -> None:
    assert faults.quoted(body) == said


def test_a_long_answer_is_quoted_shortly() -> None:
    assert len(faults.quoted(b"x " * 100_000)) <= 300
