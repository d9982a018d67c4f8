"""Forms: what is read, what is shown again, and what a refusal becomes."""

from typing import Annotated, Any
from urllib.parse import urlencode

import pytest
from pydantic import Field, StringConstraints
from starlette.requests import Request

from menon.core.errors import Conflict, DatabaseError, InvalidInput
from menon.core.http import Wire
from menon.core.web.forms import read_form


class Sample(Wire):
    name: Annotated[str, StringConstraints(min_length=2, max_length=5)]
    words: Annotated[list[str], Field(min_length=1)]
    password: str = ""
    note: str = "none"


def sent(*pairs: tuple[str, str]) -> Request:
    body = urlencode(pairs).encode()

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


GOOD = (("title", "abc"), ("words", "x"), ("words", "y"), ("password", "p"), ("note", ""))
NAMES = {"title": "name"}


async def test_fields_are_read_under_the_pages_names() -> None:
    form = await read_form(sent(*GOOD, ("csrf_token", "t")), Sample, names=NAMES)
    assert form.body == Sample(name="abc", words=["x", "y"], password="p", note="none")
    assert form.values == {"title": "abc", "words": ["x", "y"]}


@pytest.mark.parametrize(
    ("pairs", "errors"),
    [
        ([("words", "x")], {"title": "Fill this in."}),
        ([("title", "a"), ("words", "x")], {"title": "At least 2 characters."}),
        ([("title", "abcdef"), ("words", "x")], {"title": "At most 5 characters."}),
        ([("title", "abc")], {"words": "Choose at least one."}),
    ],
)
async def test_mistakes_are_said_in_words(
    pairs: list[tuple[str, str]], errors: dict[str, str]
) -> None:
    form = await read_form(sent(*pairs), Sample, names=NAMES)
    result = await form.send(_never)
    assert (result.status, result.errors, result.ok) == (422, errors, False)


async def _never(body: Sample) -> None:
    raise AssertionError(body)


async def test_what_is_done_comes_back() -> None:
    async def greet(body: Sample) -> str:
        return f"hello {body.name}"

    result = await (await read_form(sent(*GOOD), Sample, names=NAMES)).send(greet)
    assert (result.ok, result.result) == (True, "hello abc")


@pytest.mark.parametrize(
    ("raised", "status", "error", "errors"),
    [
        (Conflict("It is taken."), 409, "It is taken.", {}),
        (
            InvalidInput("All.", errors=[{"pointer": "/body/password", "detail": "Weak."}]),
            422,
            "",
            {"password": "Weak."},
        ),
    ],
)
async def test_a_refusal_is_shown_where_it_belongs(
    raised: Exception, status: int, error: str, errors: dict[str, str]
) -> None:
    async def refuse(body: Sample) -> None:
        raise raised

    result = await (await read_form(sent(*GOOD), Sample, names=NAMES)).send(refuse)
    assert (result.status, result.error, result.errors) == (status, error, errors)


async def test_our_own_faults_are_not_the_forms() -> None:
    async def fail(body: Sample) -> None:
        raise DatabaseError

    form = await read_form(sent(*GOOD), Sample, names=NAMES)
    with pytest.raises(DatabaseError):
        await form.send(fail)
