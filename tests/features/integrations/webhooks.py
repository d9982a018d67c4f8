"""What tests of webhooks do again and again."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx2

from menon.features.integrations import rules
from menon.kit.clock import FixedClock
from menon.testing.receiver import Message, Receiver

BASE = "/api/v1/integration"

Json = dict[str, Any]


async def subscribe(client: httpx2.AsyncClient, receiver: Receiver, **more: Any) -> Json:
    body = {"url": receiver.url, "events": ["queue.message"]} | more
    answer = await client.post(f"{BASE}/webhooks/subscribe", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def push(client: httpx2.AsyncClient, queue: str = "mail", **more: Any) -> Json:
    answer = await client.post(f"{BASE}/queues/enqueue", json={"queue": queue, **more})
    assert answer.status_code == 202, answer.text
    return answer.json()


async def log(client: httpx2.AsyncClient, hook: Json, **query: Any) -> list[Json]:
    answer = await client.get(f"{BASE}/webhooks/{hook['id']}/deliveries", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def logged(
    client: httpx2.AsyncClient, hook: Json, claim: Callable[[list[Json]], bool]
) -> list[Json]:
    """The log of deliveries, once the claim is true of it."""
    async with asyncio.timeout(60):
        while not (found := await log(client, hook)) or not claim(found):
            await asyncio.sleep(0.02)
    return found


def signed(message: Message, secret: str, clock: FixedClock) -> bool:
    return rules.verified(secret, message.headers, message.body, clock.now())


def seconds_of(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
