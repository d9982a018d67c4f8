"""Secrets of steps: sent, and never recorded."""

import json
from typing import Any

from tests.features.workflows.conftest import API, Desk, Receiver, said, step_of
from tests.fixtures.people import People

from menon.core.runtime import Runtime
from menon.features.accounts.service import principal_named
from menon.features.vault import service as vault
from menon.features.vault.schemas import Place, SecretScope

SECRET = "s3cr3t-of-the-weather"


async def _keep(runtime: Runtime, user: str, name: str) -> None:
    who = await principal_named(runtime, user)
    place = Place(scope=SecretScope.INTEGRATION, subject=who.user_id, name=name)
    await vault.put(runtime, who, place, value=SECRET)


def _asking(url: str) -> dict[str, Any]:
    headers = {"X-Weather": "Key {{ secrets.weather }}", "Authorization": "Bearer visible-token-1"}
    config = {"url": f"{url}/?q={{{{ secrets.weather }}}}", "headers": headers}
    return {"ask": {"type": "http", "config": config}}


async def test_a_secret_is_sent_and_nothing_of_it_is_recorded(
    desk: Desk, receiver: Receiver, runtime: Runtime
):
    await _keep(runtime, "dora", "weather")
    receiver.answer = lambda path, _n: said({"you": ["sent", path, {SECRET: 1}]})
    found = await desk.run(_asking(receiver.url))
    path, headers = receiver.asked[0]
    assert path == f"/?q={SECRET}"
    assert (headers["x-weather"], headers["authorization"]) == (
        f"Key {SECRET}",
        "Bearer visible-token-1",
    )
    log = (await desk.client.get(f"/api/v1/runs/{found['id']}/events")).text
    for text in (json.dumps(step_of(found, "ask")), json.dumps(found["output"]), log):
        assert SECRET not in text
    assert "visible-token-1" not in json.dumps(step_of(found, "ask")["input"])
    assert step_of(found, "ask")["output"]["body"]["you"][1] == "/?q=[redacted]"


async def test_a_failure_does_not_tell_it_either(desk: Desk, receiver: Receiver, runtime: Runtime):
    await _keep(runtime, "dora", "weather")
    receiver.answer = lambda _path, _n: said({}, "401 No")
    found = await desk.run(_asking(receiver.url))
    assert found["state"] == "failed"
    assert SECRET not in json.dumps(found)
    assert "[redacted]" in found["error"]["detail"]


async def test_somebody_elses_secret_is_none(
    desk: Desk, receiver: Receiver, runtime: Runtime, people: People
):
    await people.person("ned")
    await _keep(runtime, "ned", "weather")
    found = await desk.run(_asking(receiver.url))
    assert (found["state"], found["error"]["code"]) == ("failed", "NOT_FOUND_001")
    assert receiver.asked == []


async def test_what_somebody_else_wrote_has_none_of_mine(
    desk: Desk, receiver: Receiver, runtime: Runtime, people: People
):
    await _keep(runtime, "dora", "weather")
    theirs = Desk(await people.client("ned"))
    stolen = await theirs.create(_asking(receiver.url), visibility="everybody")
    below = {"type": "subworkflow", "config": {"workflow_id": stolen["id"]}}
    by_id = await desk.client.post(f"{API}/execute", json={"workflow_id": stolen["id"]})
    for execution in (by_id.json()["execution_id"], await desk.begin({"go": below})):
        found = await desk.ended(execution)
        assert found["state"] == "failed"
        assert "somebody else's" in json.dumps(found)
    assert receiver.asked == []


async def test_neither_people_nor_runs_below_are_told_it(desk: Desk, runtime: Runtime):
    await _keep(runtime, "dora", "weather")
    hidden = "{{ secrets.weather }}"
    tell = {"type": "transform", "config": {"value": "{{ item }}"}}
    below = {"steps": {"a": tell, "b": {**tell, "dependencies": ["a"]}}}
    steps = {
        "ask": {"type": "approval", "config": {"what": f"Use {hidden}?", "arguments": [hidden]}},
        "each": {"type": "map", "config": {"items": [hidden], "step": below}},
    }
    execution = await desk.begin(steps)
    found = await desk.until(execution, "waiting")
    (asked,) = await desk.approvals(execution)
    child = step_of(found, "each[0]")["child_id"]
    for text in (json.dumps(asked), json.dumps(await desk.ended(child))):
        assert SECRET not in text
        assert "[redacted]" in text
