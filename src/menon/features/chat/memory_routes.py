"""Routes of memory."""

from typing import Annotated

from fastapi import Query

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, Routes, Who
from menon.features.chat import memory
from menon.features.chat.schemas import MessageOut, RememberIn, SummaryOut

routes = Routes(tag="memory")


@routes.get("/memory/{user_id}/history", action=Action.READ)
async def memory_history(
    runtime: AppRuntime,
    who: Who,
    user_id: str,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Listing[MessageOut]:
    """Read a user's latest messages over all conversations; `me` is yourself."""
    return Listing(items=await memory.history(runtime, who, user_id, limit))


@routes.post("/memory/{user_id}/messages", action=Action.CHAT, status_code=201)
async def remember_message(
    runtime: AppRuntime, who: Who, user_id: str, body: RememberIn
) -> MessageOut:
    """Keep a message in a user's memory."""
    return await memory.remember(runtime, who, user_id, body)


@routes.get("/memory/{user_id}/summary", action=Action.READ)
async def memory_summary(runtime: AppRuntime, who: Who, user_id: str) -> SummaryOut:
    """Read what a user's conversations were about."""
    return await memory.summary(runtime, who, user_id)


@routes.delete("/memory/{user_id}", action=Action.CHAT, status_code=204)
async def forget_memory(runtime: AppRuntime, who: Who, user_id: str) -> None:
    """Delete all conversations of a user."""
    await memory.forget(runtime, who, user_id)
