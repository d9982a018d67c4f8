"""Errors on the wire."""

import json
from collections.abc import Iterator

import pytest

from menon.core.errors import (
    Conflict,
    ExternalError,
    Forbidden,
    InvalidInput,
    MenonError,
    ModelUnavailable,
    NotFound,
    NotReady,
    RateLimited,
    TooLarge,
    Unauthenticated,
)
from menon.core.http.problem import headers_of, problem, respond


def kinds(parent: type[MenonError] = MenonError) -> Iterator[type[MenonError]]:
    for kind in parent.__subclasses__():
        yield kind
        yield from kinds(kind)


@pytest.mark.parametrize("kind", [*kinds()], ids=lambda kind: kind.__name__)
def test_what_an_error_says_of_itself_passes_unmasked(kind: type[MenonError]) -> None:
    body = problem(kind())
    assert body["detail"] == (kind.__doc__ or "").strip().partition("\n")[0]
    assert (body["code"], body["status"]) == (kind.code, kind.status)


def test_the_title_is_the_name_in_words() -> None:
    assert problem(NotReady())["title"] == "Not ready"


def test_what_is_said_of_a_field_is_no_secret() -> None:
    detail = "/body/password: String should have at least 8 characters"
    assert problem(InvalidInput(detail))["detail"] == detail


def test_what_a_server_outside_said_is_masked() -> None:
    detail = 'The server said {"password": "canary"}.'
    assert problem(ExternalError(detail))["detail"] == (
        'The server said {"password": "[redacted]"}.'
    )


@pytest.mark.parametrize(("wait", "header"), [(0.2, "1"), (1.0, "1"), (60.6, "61")])
def test_the_time_to_wait_is_in_whole_seconds(wait: float, header: str) -> None:
    assert headers_of(RateLimited(retry_after=wait))["Retry-After"] == header


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (InvalidInput(), 400, "invalid_request_error"),
        (Unauthenticated(), 401, "authentication_error"),
        (Forbidden(), 403, "permission_error"),
        (NotFound(), 404, "invalid_request_error"),
        (Conflict(), 409, "invalid_request_error"),
        (TooLarge(), 413, "invalid_request_error"),
        (RateLimited(retry_after=3), 429, "rate_limit_error"),
        (ModelUnavailable(), 503, "server_error"),
    ],
)
def test_under_v1_errors_have_the_shape_of_openai(
    error: MenonError, status: int, kind: str
) -> None:
    answer = respond(error, path="/v1/models")
    assert (answer.status_code, answer.media_type) == (status, "application/json")
    assert json.loads(bytes(answer.body)) == {
        "error": {"message": error.detail, "type": kind, "param": None, "code": error.code}
    }
    assert answer.headers.get("Retry-After") == ("3" if error.retry_after else None)
    assert respond(error, path="/api/v1/x").media_type == "application/problem+json"


@pytest.mark.parametrize(
    ("pointer", "param"),
    [
        ("/body/messages/0/content/12/text", "messages[0].content[12].text"),
        ("/body", None),
        ("/query/after", "query.after"),
        ("/body/model", "model"),
        ("/body/tool_choice/literal['auto']", "tool_choice"),
        ("/body/tools/3/NamedChoice/name", "tools[3]"),
    ],
)
def test_the_field_that_is_wrong_is_named_as_openai_does(pointer: str, param: str | None) -> None:
    error = InvalidInput("no", errors=[{"pointer": pointer, "detail": "no"}])
    body = json.loads(bytes(respond(error, path="/v1/x").body))
    assert body["error"]["param"] == param
