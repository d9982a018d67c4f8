"""What runs and their logs hold of somebody."""

import logging

import httpx2
from tests.features.runs.waiting import APPROVALS, inbox_of, waiting_run
from tests.fixtures.people import People

from menon.core.runtime import Runtime
from menon.features.audit import subject as logs
from menon.features.audit.keeping import LogKeeper
from menon.features.runs import subject as runs


async def test_what_runs_hold_of_somebody_is_exported_and_forgotten(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient
):
    run_id = await waiting_run(runtime, people)
    logging.getLogger("tests").warning("said", extra={"run_id": run_id})
    await runtime[LogKeeper].flush()
    dora, ned = await people.person("dora"), await people.person("ned")
    [asked] = await inbox_of(as_developer)
    await as_developer.post(f"{APPROVALS}/{asked['id']}/delegate", json={"user": "ned"})
    held = await runs.export(runtime, dora.id)
    assert [run["id"] for run in held["runs"]] == [run_id]
    assert [each["id"] for each in held["approvals"]] == [asked["id"]]
    assert [line["message"] for line in (await logs.export(runtime, dora.id))["log_lines"]] == [
        "said"
    ]
    assert [each["id"] for each in (await runs.export(runtime, ned.id))["approvals"]] == [
        asked["id"]
    ]
    assert await runs.erase(runtime, ned.id) == 0
    assert (await runs.export(runtime, ned.id), await logs.export(runtime, ned.id)) == ({}, {})
    assert (await logs.erase(runtime, dora.id), await runs.erase(runtime, dora.id)) == (1, 1)
    assert (await runs.export(runtime, dora.id), await logs.export(runtime, dora.id)) == ({}, {})
