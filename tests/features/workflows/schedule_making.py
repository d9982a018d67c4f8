"""Making schedules over the API, and reading what became of them."""

from typing import Any

import httpx2
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from menon.core.runs.models import Run, RunKind

WORKFLOWS = "/api/v1/workflows"
SCHEDULES = f"{WORKFLOWS}/schedules"
HOURLY = {"trigger_type": "interval", "interval_seconds": 3600}
NIGHTLY = {"trigger_type": "cron", "cron_expression": "30 2 * * *", "timezone": "Europe/Berlin"}


async def new_workflow(client: httpx2.AsyncClient, **more: Any) -> str:
    step = {"id": "say", "name": "Say", "type": "transform", "config": {"value": {"a": 1}}}
    body = {"name": "Nightly", "steps": {"say": step}} | more
    answer = await client.post(f"{WORKFLOWS}/definitions", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def new_schedule(client: httpx2.AsyncClient, **given: Any) -> dict[str, Any]:
    body = {"workflow_id": given.pop("workflow_id", None) or await new_workflow(client)} | given
    answer = await client.post(f"{WORKFLOWS}/schedule", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def shown_schedule(client: httpx2.AsyncClient, schedule_id: str) -> dict[str, Any]:
    items = (await client.get(SCHEDULES)).json()["items"]
    return next(one for one in items if one["id"] == schedule_id)


async def started_runs(client: httpx2.AsyncClient, schedule_id: str) -> list[dict[str, Any]]:
    answer = await client.get(f"{SCHEDULES}/{schedule_id}/runs")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def count_rows(session: Session, table: type[Any]) -> int:
    query = select(func.count()).select_from(table)
    if table is Run:
        query = query.where(Run.kind == RunKind.WORKFLOW)
    return session.scalar(query) or 0
