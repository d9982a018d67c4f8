"""Wanting tasks over the API, and waiting for their ends."""

import asyncio
import json
from typing import Any

import httpx2

from menon.core.runs.log import RunLog
from menon.core.runtime import Runtime

TASKS = "/api/v1/tasks"
TEXT = (
    "The harbour measures its tides with three gauges. The gauges report the tide every minute."
    " My uncle had a red bicycle. When a gauge fails, the harbour compares the other gauges."
    " Lunch is at noon. A failed gauge is replaced by the harbour within two days."
)


async def run_task(
    client: httpx2.AsyncClient, wanted: dict[str, Any], **more: Any
) -> dict[str, Any]:
    answer = await client.post(f"{TASKS}/run", json={"input": wanted, **more})
    assert answer.status_code == 202, answer.text
    return answer.json()


async def ended_task(client: httpx2.AsyncClient, runtime: Runtime, task_id: str) -> dict[str, Any]:
    async with asyncio.timeout(30):
        async for _ in runtime[RunLog].follow(task_id):
            pass
    return (await client.get(f"{TASKS}/{task_id}/status")).json()


async def events_of(client: httpx2.AsyncClient, task_id: str) -> list[dict[str, Any]]:
    text = (await client.get(f"/api/v1/runs/{task_id}/events")).text
    return [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]


async def new_agent(client: httpx2.AsyncClient, model: str) -> str:
    body: dict[str, Any] = {"name": "Writer", "configuration": {"model": model, "tools": []}}
    answer = await client.post("/api/v1/agents", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]
