"""Routes of what is live: tickets, sockets, the log of domain events."""

from typing import Annotated

from fastapi import Query, WebSocket
from pydantic import AwareDatetime

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, Routes, Who, tickets
from menon.core.http.sockets import converse
from menon.features.runs import happenings
from menon.features.runs.queries import EventFilter
from menon.features.runs.schemas import EventOut, TicketOut
from menon.features.runs.sockets import OwnTalk, TaskTalk

routes = Routes(tag="live")
live = Routes(prefix="", tag="live")


@routes.post("/tickets", action=Action.SIGNED_IN)
async def make_ticket(runtime: AppRuntime, who: Who) -> TicketOut:
    """Get a ticket for a connection that cannot carry headers: good once, for 30 s."""
    now = runtime.clock.now()
    text = await runtime.db.write(tickets.issue, who, now)
    return TicketOut(ticket=text, expires_at=now + tickets.GOOD_FOR)


@routes.get("/events", action=Action.READ)
async def list_events(  # noqa: PLR0917 - filters
    runtime: AppRuntime,
    who: Who,
    page: PageQuery,
    type: Annotated[str | None, Query(max_length=80)] = None,  # noqa: A002 - the field's name
    subject: Annotated[str | None, Query(max_length=120)] = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> Listing[EventOut]:
    """List domain events that concern you, newest first; administrators see all."""
    wanted = EventFilter(type=type, subject=subject, since=since, until=until)
    return await happenings.listing(runtime, who, wanted, page)


@live.websocket("/ws", action=Action.READ)
async def own_socket(socket: WebSocket) -> None:
    """Hear of your runs, approvals and notices as they change."""
    await converse(socket, Action.READ, OwnTalk())


@live.websocket("/ws/tasks/{task_id}", action=Action.READ)
async def task_socket(socket: WebSocket, task_id: str) -> None:
    """Follow one run to its end."""
    await converse(socket, Action.READ, TaskTalk(task_id))
