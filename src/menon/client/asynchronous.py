"""The client for async code: the same calls, awaited."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar

import httpx2

from menon.client import calls, transport
from menon.client.calls import Call, Page
from menon.client.errors import ApiError, ClientError, ConnectionFailed
from menon.client.following import Followed
from menon.client.patience import Patience
from menon.client.values import (
    AgentInfo,
    Answer,
    ApprovalInfo,
    CollectionInfo,
    DocumentInfo,
    RunInfo,
    SearchResult,
    SessionInfo,
)
from menon.core.runs.events import Event

T = TypeVar("T")


class AsyncClient:
    """A connection to a server.

    Args:
        base_url: where it is.
        api_key: `menon key create` makes one.
        timeout_s: how long an answer may take.
        patience: how often a request is sent again.
        via: another way to the server, such as one through a proxy.
    """

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8000",
        api_key: str | None = None,
        *,
        timeout_s: float = 60.0,
        patience: Patience | None = None,
        via: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx2.AsyncClient(
            **transport.options(base_url, api_key, timeout_s), transport=via
        )
        self._patience = patience or Patience()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def run(self, agent: str, message: str, **fields: Any) -> Answer:
        """Ask an agent and wait for its answer, over as many lines as it takes.

        Raises:
            RunFailed: the run did not end well.
        """
        return await self.stream(agent, message, **fields).result()

    def stream(self, agent: str, message: str, **fields: Any) -> "AsyncRunStream":
        """Ask an agent; its events as they come."""
        return AsyncRunStream(self, calls.run(agent, message, fields))

    def chat(self, message: str, *, session: str | None = None, **fields: Any) -> "AsyncRunStream":
        """Ask in a conversation that the server keeps; without one, nothing is kept."""
        return AsyncRunStream(self, calls.chat(message, {"session_id": session, **fields}))

    async def create_session(self, *, agent: str = "", title: str = "") -> SessionInfo:
        """Begin a conversation."""
        return await self.send(calls.create_session(agent, title))

    def agents(self) -> AsyncIterator[AgentInfo]:
        """Every agent that you may use."""
        return self._pages(lambda cursor: calls.agents(cursor=cursor))

    async def agent(self, name: str) -> AgentInfo:
        """One agent, by id or slug."""
        return await self.send(calls.agent(name))

    async def create_agent(self, name: str, **fields: Any) -> AgentInfo:
        """Make an agent: `instructions`, `model`, `tools` and whatever its definition has."""
        return await self.send(calls.create_agent(name, fields))

    async def delete_agent(self, name: str) -> None:
        """Delete an agent."""
        await self.send(calls.delete_agent(name))

    async def search(self, query: str, **fields: Any) -> SearchResult:
        """Search the documents; `limit`, `collection` and `filters` narrow it."""
        return await self.send(calls.search(query, fields))

    async def create_collection(self, name: str, **fields: Any) -> CollectionInfo:
        """Make a collection; `visibility="everybody"` shares it."""
        return await self.send(calls.create_collection(name, fields))

    async def upload(self, path: str | Path, *, collection: str, **fields: str) -> DocumentInfo:
        """Send a file into a collection; `wait` for its run before you search."""
        place = Path(path)

        def opened() -> BinaryIO:
            return place.open("rb")

        return await self.send(
            calls.upload(place.name, opened, {"collection": collection, **fields})
        )

    def runs(self, **fields: Any) -> AsyncIterator[RunInfo]:
        """Your runs, newest first; `kind` and `state` narrow it."""
        return self._pages(lambda cursor: calls.runs(fields, cursor=cursor))

    async def get_run(self, run_id: str) -> RunInfo:
        """One run."""
        return await self.send(calls.get_run(run_id))

    async def cancel_run(self, run_id: str) -> RunInfo:
        """Stop a run; what it has made stays."""
        return await self.send(calls.cancel_run(run_id))

    def events(self, run_id: str, *, after: str | None = None) -> "AsyncRunStream":
        """The events of a run, from its beginning or after one of them."""
        return AsyncRunStream(self, None, Followed(run_id=run_id, last_id=after))

    async def wait(self, run_id: str) -> RunInfo:
        """Follow a run to its end."""
        async for _ in self.events(run_id):
            pass
        return await self.get_run(run_id)

    def approvals(self) -> AsyncIterator[ApprovalInfo]:
        """What waits for your decision."""
        return self._pages(lambda cursor: calls.approvals(cursor=cursor))

    async def approve(self, approval: ApprovalInfo, *, comment: str = "") -> ApprovalInfo:
        """Allow exactly these arguments, once; the run goes on."""
        return await self.send(calls.decide(approval, "approve", comment))

    async def deny(self, approval: ApprovalInfo, *, comment: str = "") -> ApprovalInfo:
        """Refuse it; the run goes on without."""
        return await self.send(calls.decide(approval, "deny", comment))

    async def send(self, call: Call[T]) -> T:
        """Send a call until it is answered, as patience allows.

        Raises:
            ApiError: the server refuses.
            ConnectionFailed: it does not answer.
        """

        async def once() -> T:
            with transport.sent(call) as arguments:
                return transport.read(call, await self._http.request(**arguments))

        return await self.insist(once)

    async def insist(self, once: Callable[[], Awaitable[T]]) -> T:
        """Do something until it goes through, as patience allows."""
        attempt = 1
        while True:
            try:
                return await once()
            except transport.FAILURES as error:
                failure: ClientError = transport.failed(self._http.base_url, error)
            except (ApiError, ConnectionFailed) as error:
                failure = error
            await self.pause(attempt, failure)
            attempt += 1

    async def pause(self, attempt: int, failure: ClientError) -> None:
        """Wait for the next attempt, or raise what failed where there is none."""
        wait = self._patience.wait(attempt, failure)
        if wait is None:
            raise failure
        await asyncio.sleep(wait)

    async def open(self, call: Call[None]) -> httpx2.Response:
        """The answer to a call while it still comes in."""
        with transport.sent(call) as arguments:
            return await self._http.send(self._http.build_request(**arguments), stream=True)

    async def _pages(self, page: Callable[[str | None], Call[Page[T]]]) -> AsyncIterator[T]:
        cursor: str | None = None
        while True:
            found = await self.send(page(cursor))
            for item in found.items:
                yield item
            cursor = found.next_cursor
            if cursor is None:
                return


class AsyncRunStream:
    """The events of a run as they come; a line that breaks is taken up again where it broke."""

    def __init__(
        self, client: AsyncClient, call: Call[None] | None, seen: Followed | None = None
    ) -> None:
        self._client = client
        self._call = call
        self._seen = seen or Followed()
        self._events = self._all()

    @property
    def run_id(self) -> str:
        """The run; empty until its first event came."""
        return self._seen.run_id

    @property
    def last_id(self) -> str | None:
        """The id of the latest event: `client.events(run_id, after=last_id)` goes on there."""
        return self._seen.last_id

    def __aiter__(self) -> AsyncIterator[Event]:
        return self._events

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stop reading; the run goes on."""
        await self._events.aclose()

    async def result(self) -> Answer:
        """Read to the end, and answer what the run came to.

        Raises:
            RunFailed: it did not end well.
        """
        async for _ in self._events:
            pass
        return self._seen.answer()

    async def _all(self) -> AsyncGenerator[Event]:
        seen = self._seen
        attempt = 0
        while not seen.ended:
            before = seen.last_id
            failure: ClientError | None = None
            try:
                async with aclosing(await self._client.insist(self._line)) as line:
                    async for piece in line.aiter_bytes():
                        for event in seen.feed(piece):
                            yield event
            except transport.FAILURES as error:
                failure = transport.failed("The stream", error)
            seen.dropped()
            attempt = 1 if seen.last_id != before else attempt + 1
            if not seen.ended:
                await self._client.pause(
                    attempt, failure or ConnectionFailed("The stream ended early.")
                )

    async def _line(self) -> httpx2.Response:
        """The answer that carries the events, from where the last one broke."""
        call = self._call
        if call is None or self._seen.run_id:
            call = calls.follow(self._seen.run_id, self._seen.last_id)
        response = await self._client.open(call)
        self._seen.run_id = transport.place(response) or self._seen.run_id
        if response.status_code >= 400:
            async with aclosing(response):
                raise transport.refusal(response, await response.aread())
        return response
