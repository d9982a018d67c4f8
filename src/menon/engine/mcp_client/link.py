"""A session with one MCP server, in a task of its own.

    Link.open ── _live: transport and client, until it is closed or breaks
    Link.tools, Link.call ── race what the server answers against its line and the clock

The client library tears its whole session down when a request fails, wherever that was; so no call
waits for its answer alone, but for whichever comes first: answer, end of the session, end of time.
"""

import asyncio
import contextlib
import logging
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Coroutine,
    Mapping,
)
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from menon.core.errors import ExternalError, MenonError
from menon.engine.llm.provider import Outbound
from menon.engine.mcp_client.command import started
from menon.engine.mcp_client.faults import told
from menon.engine.mcp_client.offers import Listed, listed
from menon.engine.mcp_client.results import Answer, answer_of
from menon.kit.loading import loaded
from menon.kit.text import clean, shorten

if TYPE_CHECKING:
    import httpx2
    from mcp import Client

T = TypeVar("T")

OPENING_S: Final = 15.0
CLOSING_S: Final = 3.0
PAGES: Final = 20
TOOLS: Final = 300
"""Tools of one server."""
_GRACE_S: Final = 5.0
"""A call ends by itself before its line does, which would end the session of all."""
_CLOSED: Final = -32000
"""The library's code for requests whose session ended."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A server: an address, or a command that only the operator's file can name."""

    name: str
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    command: str = ""
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    cwd: str | None = None
    seconds: float = 60.0
    """Longest time of one call."""
    max_bytes: int = 4_194_304
    """Of one answer."""


class Link:
    """A session; `Links` keeps it while it is well."""

    def __init__(self, target: Target, out: Outbound) -> None:
        self.target = target
        self.version = ""
        """The protocol version, and what the server calls itself."""
        self.stale = False
        """Whether the server said that its tools have changed."""
        self._out = out
        self._client: Client | None = None
        self._opened = asyncio.Event()
        self._closing = asyncio.Event()
        self._why: MenonError | None = None
        self._calls = 0
        self._task = asyncio.create_task(self._live(), name=f"mcp-{target.name}")

    @classmethod
    async def open(cls, target: Target, out: Outbound) -> Self:
        """Begin a session.

        Raises:
            TargetRefused: the address may not be called.
            ExternalError: the server does not answer, or not as an MCP server does.
        """
        await loaded("mcp.client.client")
        link = cls(target, out)
        try:
            await link._race(link._opened.wait(), OPENING_S)
        except BaseException:
            link._task.cancel()
            await link.close()
            raise
        return link

    @property
    def is_open(self) -> bool:
        """Whether calls can be made."""
        return not self._task.done() and not self._closing.is_set()

    @property
    def is_busy(self) -> bool:
        """Whether somebody waits for an answer."""
        return self._calls > 0

    async def close(self) -> None:
        """End the session; a server that does not let go is left."""
        self._closing.set()
        await asyncio.wait([self._task], timeout=CLOSING_S)
        self._task.cancel()
        await asyncio.wait([self._task])

    async def tools(self) -> list[Listed]:
        """All that the server lists.

        Raises:
            ExternalError: it does not answer, lists too much, or a name twice.
        """
        self.stale = False
        return await self._race(self._listed(), OPENING_S)

    async def call(self, name: str, args: Mapping[str, Any], seconds: float) -> Answer:
        """Call a tool.

        Raises:
            ExternalError: no answer came in time, or none that is a result.
        """
        from mcp import types

        request = types.CallToolRequest(
            params=types.CallToolRequestParams(name=name, arguments=dict(args))
        )
        # Not `Client.call_tool`: it checks answers against the server's own schema, with patterns
        # that can hang this process.
        sent = self._session().send_request(request, types.CallToolResult)
        return answer_of(await self._race(sent, min(seconds, self.target.seconds)))

    def _session(self) -> Any:
        if self._client is None or not self.is_open:
            raise self._failure()
        return self._client.session

    async def _listed(self) -> list[Listed]:
        from mcp import types

        found: list[Listed] = []
        cursor: str | None = None
        for _ in range(PAGES):
            params = types.PaginatedRequestParams(cursor=cursor) if cursor else None
            page = await self._session().list_tools(params=params)
            found += [listed(tool) for tool in page.tools]
            cursor = page.next_cursor
            if cursor is None or len(found) > TOOLS:
                break
        if cursor is not None or len(found) > TOOLS:
            raise ExternalError(f"The server lists more than {TOOLS} tools.")
        if len({tool.name for tool in found}) < len(found):
            raise ExternalError("The server lists two tools of the same name.")
        return found

    async def _race(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        asked = asyncio.ensure_future(work)
        self._calls += 1
        try:
            await asyncio.wait(
                {asked, self._task}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if asked.done() and not asked.cancelled():
                return asked.result()
        except Exception as error:
            if getattr(error, "code", None) == _CLOSED:
                if self.target.command:
                    self._closing.set()  # the process is gone, which the library tells by this
                # The session is coming down; its own end says why.
                await asyncio.wait([self._task], timeout=0.5)
                if self._why is not None:
                    raise self._why from error
            raise self._told(error) from error
        finally:
            self._calls -= 1
            if not asked.done():
                asked.cancel()
                await asyncio.wait([asked])
        if self._task.done():
            raise self._failure()
        raise ExternalError(f"{self.target.name!r} did not answer within {seconds:g} s.")

    async def _live(self) -> None:
        from mcp import Client, types

        # It logs whatever a server sends that it cannot read, with a traceback.
        logging.getLogger("mcp.client").setLevel(logging.CRITICAL)

        async def heard(message: Any) -> None:
            if isinstance(message, types.ToolListChangedNotification):
                self.stale = True

        try:
            async with self._transport() as transport:
                client = Client(
                    transport,
                    cache=None,
                    message_handler=heard,
                    client_info=types.Implementation(name="menon", version="1"),
                )
                async with client:
                    info = client.server_info
                    named = f"{info.name} {info.version}" if info else "unnamed"
                    self.version = shorten(f"{client.protocol_version}, {clean(named)}", 200)
                    self._client = client
                    self._opened.set()
                    await self._closing.wait()
        except Exception as error:  # noqa: BLE001 - servers break sessions in any way there is
            self._why = self._told(error)

    @contextlib.asynccontextmanager
    async def _transport(self) -> AsyncGenerator[Any]:
        target = self.target
        if target.command:
            with started(
                target.command, args=target.args, env=target.env, cwd=target.cwd
            ) as transport:
                yield transport
            return
        if self._out.private is None:
            raise ExternalError("This process has no guarded way out.")
        from mcp.client.streamable_http import streamable_http_client

        async with self._out.private(
            headers=target.headers, max_bytes=target.max_bytes, read_s=target.seconds + _GRACE_S
        ) as client:
            client.event_hooks = {"request": [_no_standing_stream]}
            yield streamable_http_client(target.url, http_client=client)

    def _failure(self) -> MenonError:
        return self._why or ExternalError(f"{self.target.name!r} ended the session.")

    def _told(self, error: BaseException) -> MenonError:
        return told(error, name=self.target.name, max_bytes=self.target.max_bytes)


async def _no_standing_stream(request: "httpx2.Request") -> None:
    """Refuse the stream on which a server may speak unasked: we never act on what it would say.

    The library opens it again as soon as the server ends it, as often as the server likes. A GET
    that goes on with the answer to a request is another thing.
    """
    if request.method == "GET" and "last-event-id" not in request.headers:
        import httpx2

        raise httpx2.UnsupportedProtocol("no standing stream is wanted", request=request)


Opened = Callable[[Link], Awaitable[None]]
"""Told of a session that begins, or of tools that may have changed."""
