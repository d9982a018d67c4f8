"""Webhooks under `kill -9`: `python -m bench.chaos_webhooks --json`.

A worker delivers messages of a queue to a receiver that honours ids, while it is killed and started
again. Each message must have had its effect there, once; what was sent again shows as `repeated`.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.chaos import STORES
from bench.harness import Child, children, database, folder
from bench.webhook_worker import settings
from menon.core.auth import Principal, Role
from menon.core.runtime import Runtime
from menon.entry.parts import features
from menon.entry.runtime import open_runtime
from menon.features.accounts import service as accounts
from menon.features.accounts.schemas import UserIn
from menon.features.integrations.models import DeliveryState, WebhookDelivery
from menon.features.integrations.schemas import MessageIn, WebhookIn
from menon.features.integrations.service import queues, webhooks
from menon.testing.receiver import Receiver, receiving

PATIENCE_S = 240.0
QUEUE = "chaos"


async def delivered(store: str, *, events: int = 500, kills: int = 8) -> dict[str, Any]:
    """Messages delivered on a store of its own."""
    with folder() as at, database(store, at) as url:
        return {"store": store} | await delivered_through(url, at, events=events, kills=kills)


async def delivered_through(url: str, at: Path, *, events: int, kills: int) -> dict[str, Any]:
    """The same on a given database, with what the processes share in a given folder."""
    began = time.monotonic()
    async with receiving() as receiver:
        how = settings(url, at, receiver.endpoint, worker=False)
        names = {"accounts", "vault", "runs", "files", "integrations"}
        among = [feature for feature in features() if feature.name in names]
        hand = Child("bench.webhook_worker", url, str(at), receiver.endpoint, log=at / "worker.log")
        async with open_runtime(how, among=among) as runtime:
            who = await _owner(runtime)
            body = WebhookIn(url=receiver.url, events=["queue.message"], queues=[QUEUE])
            await webhooks.subscribe(runtime, who, body)
            starts: list[float] = []
            async with children([hand]):
                for n in range(kills):
                    before = len(receiver.messages)
                    for number in range(events * n // kills, events * (n + 1) // kills):
                        message = MessageIn(queue=QUEUE, payload={"number": number})
                        await queues.enqueue(runtime, who, message)
                    starts.append(await _kill(hand, receiver, before))
                unended = await _settled(runtime, events)
        return _verdict(receiver, events, unended) | {
            "kills": kills,
            "longest_start_s": round(max(starts, default=0.0), 1),
            "seconds": round(time.monotonic() - began, 1),
        }


async def _owner(runtime: Runtime) -> Principal:
    wanted = UserIn(username="sender", password="Geometry-is-4-all", roles=[Role.DEVELOPER])
    user = await accounts.create_user(runtime, wanted)
    roles = frozenset({Role.DEVELOPER})
    return Principal(user_id=user.id, name=user.username, kind="token", roles=roles)


async def _kill(hand: Child, receiver: Receiver, before: int) -> float:
    """Kill the worker in the middle of things; answers the seconds until another was ready."""
    await receiver.until(lambda: len(receiver.messages) > before, seconds=PATIENCE_S)
    await asyncio.sleep(random.uniform(0.0, 0.25))
    await hand.kill()
    killed = time.monotonic()
    await hand.start()
    return time.monotonic() - killed


async def _settled(runtime: Runtime, events: int) -> int:
    """Wait until all are delivered; answers how many are not, in the end."""

    def count(session: Session) -> int:
        done = WebhookDelivery.state == DeliveryState.DELIVERED
        return session.scalar(select(func.count()).select_from(WebhookDelivery).where(done)) or 0

    until = time.monotonic() + PATIENCE_S
    while (done := await runtime.db.read(count)) < events and time.monotonic() < until:
        await asyncio.sleep(0.1)
    return events - done


def _verdict(receiver: Receiver, events: int, unended: int) -> dict[str, Any]:
    by_id = {message.id: message.json["data"]["payload"]["number"] for message in receiver.messages}
    effects = Counter(by_id.values())
    doubled = sum(times > 1 for times in effects.values())
    return {
        "events": events,
        "effects": effects.total(),
        "lost": events - len(effects),
        "doubled": doubled,
        "repeated": len(receiver.messages) - len(by_id),
        "not_settled": unended,
        "ok": effects.total() == len(effects) == events and not unended,
    }


def main() -> int:
    """Run it on the stores that are asked for, and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos_webhooks", description=__doc__)
    parser.add_argument("--store", choices=STORES, action="append")
    parser.add_argument("--events", type=int, default=500)
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--json", action="store_true")
    asked, ok = parser.parse_args(), True
    for store in asked.store or STORES:
        result = asyncio.run(delivered(store, events=asked.events, kills=asked.kills))
        words = "  ".join(f"{name}={value}" for name, value in result.items())
        print(json.dumps(result) if asked.json else words, flush=True)
        ok = ok and result["ok"]
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
