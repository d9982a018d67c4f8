"""A server that drops lines, asks for pauses, lies and dies: the client goes on, or says why."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx2
import pytest

from menon.client import (
    AccessDenied,
    ApiError,
    AsyncClient,
    Client,
    ClientError,
    Conflict,
    ConnectionFailed,
    InvalidRequest,
    NotFound,
    NotSignedIn,
    RateLimited,
    RunFailed,
    ServerFailed,
)
from menon.client.patience import Patience
from menon.events import Content, Event, Metadata, Reset

QUICK = Patience(attempts=4, first_s=0.001, longest_s=1.0)
Reply = httpx2.Response | Exception
Answering = Callable[[httpx2.Request], Reply]


class Body(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """Pieces of an answer; an exception among them is a line that breaks."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece


class Server:
    """Answers with its replies, one a request, and keeps the requests."""

    def __init__(self, *replies: Reply) -> None:
        self._replies = list(replies)
        self.asked: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        reply = self._replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


def line(seq: int, kind: str, epoch: int = 1, **data: Any) -> bytes:
    said = {"id": f"{epoch}.{seq}", "run": "r1", "type": kind, "data": data}
    return json.dumps(said).encode() + b"\n"


def sse(*lines: bytes) -> bytes:
    return b": keep-alive\n\n" + b"".join(b"id: x\ndata: " + each + b"\n" for each in lines)


def stream(*pieces: bytes | Exception, run: str = "r1") -> httpx2.Response:
    return httpx2.Response(200, headers={"x-run-id": run}, stream=Body(*pieces))


def problem(status: int, code: str = "X_001", **headers: str) -> httpx2.Response:
    return httpx2.Response(status, json={"code": code, "detail": "no"}, headers=headers)


STOPPED: Any = {"from": "running", "to": "interrupted"}
BROKEN = httpx2.ReadError("reset by peer")
START = line(1, "metadata", agent="a", model="m")
END = line(9, "complete", output={"text": "ab", "output": {"n": 1}})


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest) -> Callable[..., tuple[list[Event], Any, Server]]:
    """Streams a run with a client of either kind: its events, and the answer or the error."""

    def sync(server: Server, patience: Patience) -> tuple[list[Event], Any]:
        client = Client("http://menon", "k", patience=patience, via=httpx2.MockTransport(server))
        with client, client.stream("a", "hi") as run:
            try:
                return list(run), run.result()
            except ClientError as error:
                return [], error

    async def later(server: Server, patience: Patience) -> tuple[list[Event], Any]:
        via = httpx2.MockTransport(server)
        client = AsyncClient("http://menon", "k", patience=patience, via=via)
        async with client, client.stream("a", "hi") as run:
            try:
                return [event async for event in run], await run.result()
            except ClientError as error:
                return [], error

    def ask(*replies: Reply, patience: Patience = QUICK) -> tuple[list[Event], Any, Server]:
        server = Server(*replies)
        if request.param == "sync":
            return (*sync(server, patience), server)
        return (*asyncio.run(later(server, patience)), server)

    return ask


def test_a_run_is_one_request_when_nothing_breaks(ask: Any) -> None:
    events, answer, server = ask(stream(START, line(2, "content", text="a") + END))
    assert [type(event) for event in events[:2]] == [Metadata, Content]
    assert (answer.text, answer.output, answer.run_id, answer.model) == ("a", {"n": 1}, "r1", "m")
    [asked] = server.asked
    assert asked.headers["authorization"] == "Bearer k"
    assert asked.headers["idempotency-key"]
    assert asked.headers["accept"] == "application/x-ndjson"
    assert asked.url.path == "/api/v1/agents/a/run"


def test_a_line_that_breaks_is_taken_up_after_the_last_event(ask: Any) -> None:
    half = line(3, "content", text="b")
    events, answer, server = ask(
        stream(START, line(2, "content", text="a"), half[:20], BROKEN),
        httpx2.ConnectError("refused"),
        problem(503),
        stream(sse(line(2, "content", text="a"), half)),
        stream(sse(END)),
    )
    assert answer.text == "ab"
    assert [event.type for event in events] == ["metadata", "content", "content", "complete"]
    assert [each.headers.get("last-event-id") for each in server.asked] == [
        *(None, "1.2", "1.2", "1.2", "1.3")
    ]
    assert server.asked[1].url.path == "/api/v1/runs/r1/events"


def test_an_unanswered_question_is_asked_again_under_the_same_key(ask: Any) -> None:
    _, answer, server = ask(httpx2.ReadTimeout("silence"), problem(502), stream(START, END))
    assert answer.output == {"n": 1}
    assert len({each.headers["idempotency-key"] for each in server.asked}) == 1


def test_a_question_that_had_arrived_is_followed_instead(ask: Any) -> None:
    sent = problem(409, "CONFLICT_002", location="/api/v1/runs/r7/events")
    _, answer, server = ask(httpx2.ReadError("cut"), sent, stream(sse(START, END), run=""))
    assert answer.output == {"n": 1}
    assert server.asked[2].url.path == "/api/v1/runs/r7/events"


def test_a_new_epoch_begins_the_text_anew(ask: Any) -> None:
    events, answer, _ = ask(
        stream(START, line(2, "content", text="lost"), BROKEN),
        stream(
            sse(line(1, "reset", 2, snapshot={"text": "new "}), line(2, "content", 2, text="x"))
        ),
        stream(sse(line(3, "complete", 2, output={"text": "new x"}))),
    )
    assert any(isinstance(event, Reset) for event in events)
    assert answer.text == "new x"


def test_types_of_a_newer_server_are_passed_over(ask: Any) -> None:
    events, _, _ = ask(stream(START, line(2, "hologram", depth=3), END))
    assert [event.type for event in events] == ["metadata", "complete"]


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (line(2, "error", code="MODEL_001", detail="gone"), "MODEL_001"),
        (line(2, "cancelled", by="ada"), "RUN_001"),
        (line(2, "state", **STOPPED), "RUN_001"),
    ],
)
def test_a_run_that_does_not_end_well_is_an_error_with_what_it_had_said(
    ask: Any, end: bytes, code: str
) -> None:
    _, error, _ = ask(stream(START, line(1, "content", epoch=1, text="dup"), end))
    assert isinstance(error, RunFailed)
    assert (error.code, error.run_id) == (code, "r1")


def test_patience_ends(ask: Any) -> None:
    _, error, server = ask(*[httpx2.ConnectError("refused")] * 4)
    assert isinstance(error, ConnectionFailed)
    assert len(server.asked) == 4
    _, error, _ = ask(stream(START), *[stream(b"") for _ in range(4)])
    assert isinstance(error, ConnectionFailed)
    assert "ended early" in str(error)


@pytest.mark.parametrize(
    ("status", "kind", "attempts"),
    [
        (401, NotSignedIn, 1),
        (403, AccessDenied, 1),
        (404, NotFound, 1),
        (409, Conflict, 1),
        (422, InvalidRequest, 1),
        (429, RateLimited, 4),
        (500, ServerFailed, 1),
        (503, ServerFailed, 4),
    ],
)
def test_refusals_are_typed_and_only_passing_ones_are_tried_again(
    ask: Any, status: int, kind: type[ApiError], attempts: int
) -> None:
    _, error, server = ask(*[problem(status) for _ in range(attempts)])
    assert type(error) is kind
    assert (error.code, error.detail, error.status) == ("X_001", "no", status)
    assert len(server.asked) == attempts


def test_a_pause_that_is_asked_for_is_kept_or_not_waited_for(ask: Any) -> None:
    _, error, server = ask(problem(429, **{"retry-after": "3600"}))
    assert isinstance(error, RateLimited)
    assert (error.retry_after, len(server.asked)) == (3600.0, 1)
    _, answer, _ = ask(problem(429, **{"retry-after": "0"}), stream(START, END))
    assert answer.output == {"n": 1}


def test_a_refusal_of_something_else_than_menon_is_one_too(ask: Any) -> None:
    _, error, _ = ask(httpx2.Response(418, text="<html>"))
    assert isinstance(error, InvalidRequest)
    assert error.code == "HTTP_418"


def test_an_answer_that_is_none_is_no_answer() -> None:
    server = Server(httpx2.Response(200, text="<html>hello"))
    with (
        Client(
            "http://menon", via=httpx2.MockTransport(server), patience=Patience(attempts=1)
        ) as c,
        pytest.raises(ConnectionFailed, match="something else than a Menon server"),
    ):
        c.agent("x")
    assert "authorization" not in server.asked[0].headers


def test_lists_are_read_page_by_page() -> None:
    one = {"id": "1", "slug": "a", "name": "A"}
    server = Server(
        httpx2.Response(200, json={"items": [one], "next_cursor": "c2"}),
        httpx2.Response(200, json={"items": [one | {"id": "2"}], "next_cursor": None}),
    )
    with Client("http://menon", via=httpx2.MockTransport(server)) as client:
        assert [agent.id for agent in client.agents()] == ["1", "2"]
    assert server.asked[1].url.params["cursor"] == "c2"
