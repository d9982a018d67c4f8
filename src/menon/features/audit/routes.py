"""Routes of logs."""

from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
from fastapi import Header, Query, Response, WebSocket
from pydantic import AwareDatetime

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, PathText, Routes, Who
from menon.core.http.sockets import converse
from menon.core.runs.wires import SSE, kept_alive, streamed
from menon.core.runtime import Runtime
from menon.features.audit import service
from menon.features.audit.schemas import FilterIn, Level, LogEntryOut
from menon.features.audit.sockets import LogTalk

routes = Routes(tag="logs")
live = Routes(prefix="", tag="logs")

Ident = Annotated[str | None, Query(max_length=36)]


@routes.get("/logs/history", action=Action.READ)
async def log_history(  # noqa: PLR0917 - filters
    runtime: AppRuntime,
    who: Who,
    page: PageQuery,
    agent_id: Ident = None,
    task_id: Ident = None,
    level: Level = "debug",
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> Listing[LogEntryOut]:
    """List the log entries of your runs, newest runs first; administrators see everybody's."""
    wanted = FilterIn(agent_id=agent_id, task_id=task_id, level=level).wanted(since, until)
    return await service.history(runtime, who, wanted, page)


@routes.get(
    "/logs/stream/{task_id}",
    action=Action.READ,
    stream=True,
    response_class=Response,
    responses={200: {"content": {SSE: {}}}},
)
async def stream_log(
    runtime: AppRuntime,
    who: Who,
    task_id: PathText,
    last_event_id: Annotated[str | None, Header(max_length=300)] = None,
) -> Response:
    """Follow the log of one run as `log_entry` events until it ends, with `end` as the last one."""
    return streamed(kept_alive(await _events(runtime, who, task_id, last_event_id)), SSE)


@routes.get("/logs/{task_id}", action=Action.READ)
async def task_log(
    runtime: AppRuntime, who: Who, task_id: PathText, page: PageQuery
) -> Listing[LogEntryOut]:
    """Read the log of one run, oldest entry first."""
    return await service.task_log(runtime, who, task_id, page)


@live.websocket("/ws/logs", action=Action.READ)
async def log_socket(socket: WebSocket) -> None:
    """Follow the log entries of your runs; `update_filters` changes which ones."""
    await converse(socket, Action.READ, LogTalk(socket.query_params))


async def _events(
    runtime: Runtime, who: Who, task_id: str, after: str | None
) -> AsyncIterator[bytes]:
    batches = await service.follow(runtime, who, task_id, after=after)

    async def pieces() -> AsyncIterator[bytes]:
        async for batch in batches:
            for entry in batch:
                data = msgspec.json.encode(entry)
                head = f"id: {service.position(entry)}\nevent: log_entry\ndata: ".encode()
                yield head + data + b"\n\n"
        yield b"event: end\ndata: {}\n\n"

    return pieces()
