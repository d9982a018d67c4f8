"""The MCP servers of a process: sessions, what they list against what was accepted, and calls."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any, Final, cast

import structlog
from sqlalchemy.orm import Session

from menon.core.errors import MenonError, NotFound
from menon.core.runtime import Runtime
from menon.engine.llm.provider import Outbound
from menon.engine.mcp_client.link import Link, Target
from menon.engine.mcp_client.links import Links
from menon.engine.tools.schemas import problems, ready
from menon.engine.tools.tool import ToolContext, ToolFailed, ToolRetry
from menon.features.integrations import sealing
from menon.features.integrations.mcp import changes, queries, rules
from menon.features.integrations.mcp.models import Transport
from menon.features.integrations.mcp.settings import McpClientSettings
from menon.features.integrations.sealed_schemas import SecretRef
from menon.features.integrations.service import sealed
from menon.kit.text import shorten

LOOK_S: Final = 5.0
COMMAND_S: Final = 60.0
"""Of one call of a server in the operator's file."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server as it is reached; its secrets are still references."""

    id: str
    name: str
    transport: str
    url: str
    headers: Mapping[str, str | SecretRef]
    timeout_s: float
    enabled: bool


class McpServers:
    """The part of the runtime that speaks to MCP servers."""

    def __init__(self, runtime: Runtime) -> None:
        how = runtime.settings[McpClientSettings]
        self._runtime = runtime
        self._links = Links(runtime[Outbound], idle_s=how.idle_seconds)
        self._listed: dict[str, dict[str, str]] = {}
        """Of each session the digests of what the server lists, by the server's names."""

    @property
    def open(self) -> list[str]:
        """The ids of servers with which there is a session."""
        return self._links.open

    async def look(self, name: str) -> None:
        """Look at a server and store what it lists; that it is not well is stored, too."""
        server = await self._runtime.db.read(_server, name)
        with contextlib.suppress(MenonError):
            await self._link(server, anew=True)

    async def call(
        self, name: str, tool: str, args: Mapping[str, Any], *, digest: str, seconds: float
    ) -> Any:
        """Call a tool that is still what was accepted.

        Raises:
            ToolFailed: it is something else by now.
            ToolRetry: the server says that the arguments are wrong.
            MenonError: the server does not answer as it should.
        """
        server = await self._runtime.db.read(_server, name)
        if not server.enabled:
            raise ToolFailed(rules.OFF)
        link = await self._link(server)
        if self._listed.get(server.id, {}).get(tool) != digest:
            raise ToolFailed(rules.CHANGED)
        answer = await link.call(tool, args, min(seconds, server.timeout_s))
        if not answer.ok:
            said = shorten(str(answer.value), 1000)
            raise ToolRetry(f"The server {name!r} says: {said}")
        return answer.value

    async def drop(self, server_id: str) -> None:
        """End the session with a server."""
        self._listed.pop(server_id, None)
        await self._links.drop(server_id)

    async def watch(self) -> None:
        """Look at each server from time to time and end idle sessions; until cancelled."""
        while True:
            try:
                for name in await self.due():
                    await self.look(name)
                await self._links.sweep()
            except MenonError as error:
                log.warning("mcp.watch_put_off", code=error.code, detail=error.detail)
            await asyncio.sleep(LOOK_S)

    async def close(self) -> None:
        """End all sessions."""
        await self._links.close()

    async def due(self) -> list[str]:
        """Take the servers that nobody looked at lately."""
        if not await self._runtime.db.read(queries.servers, "", 1):
            return []
        now = self._runtime.clock.now()
        every = timedelta(seconds=self._runtime.settings[McpClientSettings].check_seconds)
        return await self._runtime.db.write(queries.claim, now - every, now)

    async def _link(self, server: Server, *, anew: bool = False) -> Link:
        runtime = self._runtime

        async def opened(link: Link) -> None:
            began = monotonic()
            listed = await link.tools()
            await ready()
            self._listed[server.id] = {tool.name: tool.digest for tool in listed}
            await runtime.db.write(
                changes.record,
                server.id,
                listed,
                detail=link.version,
                latency_ms=round((monotonic() - began) * 1000, 1),
                now=runtime.clock.now(),
            )

        try:
            target = await self._target(server)
            return await self._links.get(server.id, target, opened=opened, anew=anew)
        except MenonError as error:
            now = runtime.clock.now()
            await runtime.db.write(changes.failed, server.id, error.detail, now)
            raise

    async def _target(self, server: Server) -> Target:
        how = self._runtime.settings[McpClientSettings]
        if server.transport == Transport.COMMAND:
            # What is started stands in the file alone: a row cannot name a command.
            known = how.servers.get(server.name)
            if known is None:
                raise NotFound(f"The operator's file has no server {server.name!r} any more.")
            return Target(
                name=server.name,
                command=known.command,
                args=tuple(known.args),
                env={name: value.get_secret_value() for name, value in known.env.items()},
                cwd=known.cwd,
                seconds=server.timeout_s,
            )
        secret = await sealed.opened(self._runtime, server.id, server.headers)
        fixed = {n: value for n, value in server.headers.items() if isinstance(value, str)}
        return Target(
            name=server.name,
            url=server.url,
            headers=fixed | secret,
            seconds=server.timeout_s,
            max_bytes=how.answer_bytes,
        )


@dataclass(frozen=True, kw_only=True)
class Pinned:
    """A tool as it was accepted; called with a context, as the toolbox calls tools."""

    server: str
    name: str
    exposed: str
    digest: str
    output_schema: Mapping[str, Any] | None

    async def __call__(self, context: ToolContext, args: dict[str, Any]) -> Any:
        servers = cast("Runtime", context.runtime)[McpServers]
        value = await servers.call(self.server, self.name, args, digest=self.digest, seconds=300.0)
        if self.output_schema is not None:
            wrong = problems(self.output_schema, value)
            if wrong:
                raise ToolFailed(f"The answer of {self.exposed!r} does not fit: {'; '.join(wrong)}")
        return value


@contextlib.asynccontextmanager
async def open_servers(runtime: Runtime) -> AsyncGenerator[McpServers]:
    """Speak to MCP servers for as long as the process lives."""
    named = sorted(runtime.settings[McpClientSettings].servers)
    await runtime.db.write(changes.sync_commands, named, COMMAND_S, runtime.clock.now())
    servers = McpServers(runtime)
    task = asyncio.create_task(servers.watch(), name="mcp-servers")
    try:
        yield servers
    finally:
        task.cancel()
        await asyncio.wait([task])
        await servers.close()


def _server(session: Session, name: str) -> Server:
    row = queries.server(session, name)
    return Server(
        id=row.id,
        name=row.name,
        transport=row.transport,
        url=row.url,
        headers=sealing.read(row.headers),
        timeout_s=row.timeout_s,
        enabled=row.enabled,
    )
