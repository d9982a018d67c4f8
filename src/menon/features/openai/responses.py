"""Responses: answered as runs, stored with their request, gone on from by their id."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import JSONResponse
from starlette.responses import Response as Answer
from starlette.types import Receive

from menon.core.auth import Principal
from menon.core.errors import Conflict
from menon.core.runs.log import RunLog
from menon.core.runs.models import ENDED
from menon.core.runs.wires import SSE, streamed
from menon.core.runtime import Runtime
from menon.engine.agents.turn import Message
from menon.features.openai import response_rules, storing
from menon.features.openai.asking import Asked, ask, attended
from menon.features.openai.response_frames import DONE, frames, settled
from menon.features.openai.response_items import REQUEST
from menon.features.openai.response_rules import Reply
from menon.features.openai.response_schemas import DeletedOut, ItemsOut, ResponseIn
from menon.features.openai.response_wire import Projection
from menon.features.openai.rules import wrong
from menon.features.openai.settings import OpenAISettings
from menon.features.openai.storing import Stored
from menon.features.runs import deciding
from menon.kit.ids import new_id


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a stored response is read."""

    stream: bool = False
    starting_after: int = -1
    """The `sequence_number` after which a stream goes on."""


@dataclass(frozen=True, kw_only=True)
class ItemsPage:
    """Which part of an input is wanted."""

    after: str | None
    limit: int
    newest_first: bool


async def create(runtime: Runtime, who: Principal, body: ResponseIn, receive: Receive) -> Answer:
    """Answer whole, as a stream, or in the background.

    Leaving cancels the run and so closes its upstream, but in the background.
    """
    if body.background and body.store is False:
        raise wrong("store", "What is made in the background has to be stored to be read.")
    replies = response_rules.replies(body.input)
    new = _new(runtime, body)
    past = await _past(runtime, who, body.previous_response_id)
    if replies:
        new, asked = await _replied(runtime, who, body, new, past, replies)
    else:
        asked = await _asked(runtime, who, body, new, past)
    base = _base(body, new, asked)
    projection = Projection(base, after=new.after, agent=asked.agent)
    headers = {"X-Run-ID": asked.run_id}
    if body.background and not body.stream:
        return JSONResponse(projection.resource(), headers=headers)
    leave = partial(runtime[RunLog].leave, asked.run_id)
    told = _told(runtime, asked.run_id, projection)
    if body.stream:
        framed = _framed(told, projection)
        return streamed(framed, SSE, headers, None if body.background else leave)
    await attended(told, receive, leave)
    if projection.error is not None:
        raise projection.error
    return JSONResponse(projection.resource(), headers=headers)


async def read(runtime: Runtime, who: Principal, name: str, look: Look) -> Answer:
    """A stored response as it stands, or its events, live until it is over."""
    stored = await runtime.db.read(storing.get, who, name)
    projection = _projection(stored)
    if not look.stream:
        return JSONResponse(settled(projection, stored.events).resource())
    told = _told(runtime, stored.run_id, projection)
    return streamed(_framed(told, projection, after=look.starting_after), SSE)


async def cancel(runtime: Runtime, who: Principal, name: str) -> Answer:
    """End a response that is being made, and answer what it has come to."""
    stored = await runtime.db.read(storing.get, who, name)
    if stored.state not in ENDED:
        await runtime[RunLog].cancel(stored.run_id, who.name)
    projection = _projection(stored)
    async for _ in _told(runtime, stored.run_id, projection):
        pass
    return JSONResponse(projection.resource())


async def delete(runtime: Runtime, who: Principal, name: str) -> DeletedOut:
    """Delete a response; one that is being made is cancelled."""
    open_run = await runtime.db.write(storing.remove, who, name)
    if open_run is not None:
        await runtime[RunLog].cancel(open_run, who.name)
    return DeletedOut(id=name)


async def input_items(runtime: Runtime, who: Principal, name: str, page: ItemsPage) -> ItemsOut:
    """The items of a response's input."""
    stored = await runtime.db.read(storing.get, who, name)
    items = [dict(item) for item in stored.input]
    ordered = items[::-1] if page.newest_first else items
    ids = [item["id"] for item in ordered]
    start = ids.index(page.after) + 1 if page.after in ids else 0
    data = ordered[start : start + page.limit]
    return ItemsOut(
        data=data,
        first_id=data[0]["id"] if data else None,
        last_id=data[-1]["id"] if data else None,
        has_more=len(ordered) > start + len(data),
    )


def _new(runtime: Runtime, body: ResponseIn) -> storing.New:
    ident, now = new_id(), runtime.clock.now()
    keep = timedelta(days=runtime.settings[OpenAISettings].retention_days)
    return storing.New(
        id=ident,
        previous_id=body.previous_response_id and storing.ident(body.previous_response_id),
        input=response_rules.kept_items(body.input, ident),
        created_at=now,
        expires_at=now + keep,
    )


async def _past(runtime: Runtime, who: Principal, name: str | None) -> list[Stored]:
    if name is None:
        return []
    most = runtime.settings[OpenAISettings].chain
    past = await runtime.db.read(partial(storing.chain, most=most), who, name)
    last = past[-1]
    if not settled(_projection(last), last.events).over:
        raise Conflict(f"The response {name!r} is still being made; wait for it or cancel it.")
    return past


async def _asked(
    runtime: Runtime, who: Principal, body: ResponseIn, new: storing.New, past: list[Stored]
) -> Asked:
    model = body.model or (past[-1].base["model"] if past else None)
    if model is None:
        raise wrong("model", "Name a model; GET /v1/models lists those that are.")

    wish = response_rules.wish(body, _messages(past))
    also = partial(_keep, who=who, body=body, new=new)
    return await ask(runtime, who, model, wish, also=also)


async def _replied(  # noqa: PLR0917 - what `create` has gathered
    runtime: Runtime,
    who: Principal,
    body: ResponseIn,
    new: storing.New,
    past: list[Stored],
    replies: Mapping[str, Reply],
) -> tuple[storing.New, Asked]:
    """Decide what an earlier response asked of people, in one unit; its run goes on by itself.

    Raises:
        InvalidInput: other questions are answered than were asked.
        NotFound: they are not theirs to decide.
        Conflict: they are decided by now.
    """
    if not past:
        raise wrong("previous_response_id", "Name the response that asked.")
    last = past[-1]
    projection = settled(_projection(last), last.events)
    if replies.keys() != projection.questions.keys():
        names = ", ".join(f"{REQUEST}{each}" for each in projection.questions) or "nothing"
        raise wrong("input", f"Answer all that {body.previous_response_id!r} asked: {names}.")
    new = replace(new, after=projection.last)
    name = str(last.base["model"])
    asked = Asked(run_id=last.run_id, agent=last.agent, model=name)

    def decide(session: Session) -> None:
        for approval_id, reply in replies.items():
            deciding.decide(
                session,
                who,
                approval_id,
                "approve" if reply.approve else "deny",
                args_hash=projection.questions[approval_id],
                now=new.created_at,
                comment=reply.reason,
            )
        _keep(session, asked, who=who, body=body, new=new)

    await runtime.db.write(decide)
    return new, asked


def _keep(
    session: Session, asked: Asked, *, who: Principal, body: ResponseIn, new: storing.New
) -> None:
    """Store a response, unless nobody is to read it again."""
    if body.store is not False:
        base = _base(body, new, asked)
        storing.add(session, who, new, run_id=asked.run_id, agent=asked.agent, base=base)


def _base(body: ResponseIn, new: storing.New, asked: Asked) -> dict[str, Any]:
    return response_rules.base(body, ident=new.id, at=new.created_at, model=asked.name)


def _messages(past: list[Stored]) -> list[Message]:
    """What was said before: each response's input, then what it put out."""
    said: list[Message] = []
    for stored in past:
        output = settled(_projection(stored), stored.events).resource()["output"]
        said += response_rules.read_items([*stored.input, *output])
    return said


def _projection(stored: Stored) -> Projection:
    return Projection(stored.base, after=stored.after, agent=stored.agent)


async def _told(
    runtime: Runtime, run_id: str, projection: Projection
) -> AsyncGenerator[list[dict[str, Any]]]:
    """What a response tells, until it is over or its run waits for a person."""
    async with aclosing(runtime[RunLog].follow(run_id, unfolded=True)) as batches:
        async for batch in batches:
            told = [each for event in batch for each in projection.feed(event)]
            yield told + projection.pause()
            if projection.over:
                return


async def _framed(
    told: AsyncGenerator[list[dict[str, Any]]], projection: Projection, *, after: int = -1
) -> AsyncIterator[bytes]:
    async with aclosing(told):
        async for batch in told:
            if piece := frames(batch, after=after):
                yield piece + (DONE if projection.over else b"")
