"""Workflow definitions over the API: versions, visibility, and what is refused before it runs."""

from typing import Any

import httpx2
import pytest
from tests.features.workflows.conftest import API, Desk, Steps

PLACE = f"{API}/definitions"
A: dict[str, Any] = {"type": "transform", "config": {"value": 1}}


def after(*names: str, **more: Any) -> dict[str, Any]:
    return {**A, "dependencies": list(names), **more}


async def test_a_definition_is_kept_as_it_was_written(desk: Desk):
    steps: Steps = {
        "zeta": {**A, "id": "zeta", "name": "First", "timeout_seconds": None},
        "alpha": after("zeta", max_retries=0),
    }
    made = await desk.create(
        steps,
        description="Two steps.",
        priority=5,
        version="1.0",
        max_execution_time=None,
        metadata={"team": "x"},
        trigger_config={"cron": "* * * * *"},
        resource_requirements={"gpu": 0},
    )
    assert made["version"] == 1
    assert list(made["steps"]) == ["zeta", "alpha"]
    assert made["steps"]["zeta"]["timeout_seconds"] is None
    assert made["steps"]["alpha"]["timeout_seconds"] == 300
    assert (made["priority"], made["max_execution_time"]) == (5, None)
    assert (await desk.client.get(f"{PLACE}/{made['id']}")).json() == made


async def test_each_change_of_the_steps_is_a_new_version_and_executions_keep_theirs(desk: Desk):
    made = await desk.create({"a": A})
    place = f"{PLACE}/{made['id']}"
    begun = await desk.client.post(f"{API}/execute", json={"workflow_id": made["id"]})
    renamed = (await desk.client.put(place, json={"name": "New"})).json()
    assert (renamed["name"], renamed["version"]) == ("New", 1)
    changed = await desk.client.put(place, json={"steps": {"b": A}, "version": 1})
    assert (changed.json()["version"], list(changed.json()["steps"])) == (2, ["b"])
    stale = await desk.client.put(place, json={"steps": {"c": A}, "version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "CONFLICT_001")
    old = (await desk.client.get(place, params={"version": 1})).json()
    assert (old["version"], list(old["steps"])) == (1, ["a"])
    assert (await desk.client.get(place, params={"version": 9})).status_code == 404
    found = await desk.ended(begun.json()["execution_id"])
    assert (found["version"], found["output"]) == (1, {"a": 1})
    body = {"workflow_id": made["id"], "version": 1}
    again = (await desk.client.post(f"{API}/execute", json=body)).json()
    assert (await desk.ended(again["execution_id"]))["output"] == {"a": 1}


async def test_a_change_that_cannot_run_is_refused_and_nothing_changes(desk: Desk):
    made = await desk.create({"a": A})
    place = f"{PLACE}/{made['id']}"
    refused = await desk.client.put(place, json={"name": "X", "steps": {"a": after("b")}})
    assert (refused.status_code, refused.json()["code"]) == (422, "WORKFLOW_001")
    assert (await desk.client.get(place)).json() == made


async def test_executions_outlive_their_definition(desk: Desk):
    made = await desk.create({"a": A})
    begun = await desk.client.post(f"{API}/execute", params={"workflow_id": made["id"]}, json={})
    assert (await desk.client.delete(f"{PLACE}/{made['id']}")).status_code == 204
    found = await desk.ended(begun.json()["execution_id"])
    assert (found["state"], found["workflow_id"]) == ("completed", made["id"])
    assert (await desk.client.get(f"{PLACE}/{made['id']}")).status_code == 404


async def test_lists_come_in_pages_newest_first(desk: Desk):
    made = [(await desk.create({"a": A}, name=f"W{n}"))["id"] for n in range(3)]
    seen: list[str] = []
    cursor = None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await desk.client.get(PLACE, params=query)).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == made[::-1]
    begun = [await desk.begin({"a": A}) for _ in range(3)]
    for execution in begun:
        await desk.ended(execution)
    first = (await desk.client.get(f"{API}/executions", params={"limit": 2})).json()
    rest = {"limit": 2, "cursor": first["next_cursor"], "state": "completed"}
    second = (await desk.client.get(f"{API}/executions", params=rest)).json()
    assert [one["id"] for one in first["items"] + second["items"]] == begun[::-1]
    assert second["next_cursor"] is None
    nothing = {"workflow_id": made[0]}
    assert (await desk.client.get(f"{API}/executions", params=nothing)).json()["items"] == []
    assert (await desk.client.get(PLACE, params={"cursor": "x"})).status_code == 422


async def test_private_workflows_are_nobody_elses_and_shared_ones_can_be_executed(
    desk: Desk, as_neighbour: httpx2.AsyncClient, as_viewer: httpx2.AsyncClient
):
    made = await desk.create({"a": A})
    place = f"{PLACE}/{made['id']}"
    calls: list[tuple[str, str, dict[str, Any] | None]] = [
        ("GET", place, None),
        ("PUT", place, {"name": "x"}),
        ("DELETE", place, None),
        ("POST", f"{API}/execute", {"workflow_id": made["id"]}),
    ]
    for method, path, body in calls:
        foreign = await as_neighbour.request(method, path, json=body)
        assert foreign.status_code == 404, (method, path, foreign.text)
    assert (await as_neighbour.get(PLACE)).json()["items"] == []
    await desk.client.put(place, json={"visibility": "everybody"})
    assert (await as_neighbour.get(place)).json()["is_mine"] is False
    assert (await as_neighbour.put(place, json={"name": "x"})).status_code == 404
    ran = await as_neighbour.post(f"{API}/execute", json={"workflow_id": made["id"]})
    assert ran.status_code == 202
    assert (await as_viewer.get(place)).status_code == 200
    for refused in (
        await as_viewer.post(f"{API}/execute", json={"workflow_id": made["id"]}),
        await as_viewer.post(PLACE, json={"name": "x", "steps": {"a": A}}),
    ):
        assert refused.status_code == 403


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ({}, "there are 0 steps; 1 to 200 can run"),
        ({"a": after("ghost")}, "step 'a' depends on 'ghost', which is no step"),
        ({"a": after("c"), "b": after("a"), "c": after("b")}, "a -> b -> c -> a"),
        ({"a": after("a")}, "a -> a"),
        ({"a": {"type": "magic"}}, "step 'a': there is no kind 'magic'; there are agent, approval"),
        ({"1a": A}, "step '1a': an id begins with a letter"),
        ({"a": {**A, "id": "b"}}, "stands under 'a' but calls itself 'b'"),
        ({"a": {**A, "max_retries": 4}}, "step 'a': `max_retries` is 0 to 3, not 4"),
        ({"a": {**A, "timeout_seconds": 0}}, "step 'a': `timeout_seconds` is above 0"),
        ({"a": {**A, "on_failure": "b"}}, "step 'a' names 'b', which is no step"),
        ({"a": {**A, "on_failure": "a"}}, "a -> a"),
        ({"a": {"type": "http"}}, "step 'a': 'http' needs `url`"),
        (
            {"a": {"type": "http", "config": {"url": "ftp://x"}}},
            "step 'a': `url` begins with http:// or https://",
        ),
        (
            {"a": {"type": "http", "config": {"url": "http://x", "verb": "GET"}}},
            "step 'a': 'http' takes no 'verb'; it takes url, method",
        ),
        (
            {"a": {"type": "http", "config": {"url": "http://x", "method": "BREW"}}},
            "step 'a': `method`: Invalid enum value 'BREW'",
        ),
        (
            {"a": {"type": "http", "config": {"url": "http://x", "json": {}}}},
            "step 'a': a GET request has no `json`",
        ),
        (
            {"a": {"type": "condition", "config": {"expression": "1 +"}}},
            "step 'a': `expression`:",
        ),
        (
            {"a": {"type": "condition", "config": {"expression": "input.x", "then": ["q"]}}},
            "step 'a' chooses 'q' in `then`, which is no step",
        ),
        ({"a": {"type": "wait", "config": {}}}, "it takes either `seconds` or `until`"),
        ({"a": {"type": "wait", "config": {"seconds": -1}}}, "`seconds` is between 0 and"),
        ({"a": {"type": "map", "config": {"items": "x", "step": A}}}, "`items` is a list"),
        (
            {"a": {"type": "parallel", "config": {"branches": []}}},
            "step 'a': `branches` are between 1 and 50, not 0",
        ),
        (
            {"a": {"type": "map", "config": {"items": [], "step": {"type": "magic"}}}},
            "a[]: step 'step': there is no kind 'magic'",
        ),
        (
            {"a": {"type": "approval", "config": {"what": "x", "expires_seconds": 0}}},
            "`expires_seconds` is above 0",
        ),
        (
            {"a": A, "b": {**A, "config": {"value": "{{ steps.a.output }}"}}},
            "step 'b' reads 'steps.a.output', but does not come after 'a'; add it to",
        ),
        (
            {"a": {**A, "config": {"value": "{{ steps.q.output }}"}}},
            "step 'a' reads 'steps.q.output', but there is no step 'q'",
        ),
        ({"a": {**A, "config": {"value": "{{ env.HOME }}"}}}, "'env' is none of input, run"),
        ({"a": {**A, "config": {"value": "{{ item }}"}}}, "'item' is none of"),
        ({"a": {**A, "config": {"value": "{{ nope"}}}, "is not closed"),
        ({"a": {**A, "conditions": ["1 ="]}}, "step 'a': "),
        ({"a": {**A, "conditions": ["secrets.x == 'y'"]}}, "step 'a' decides by a secret"),
        ({"a": {**A, "conditions": ["false"]}}, "step 'a' (transform) can never run; its cond"),
        (
            {
                "c": {"type": "condition", "config": {"expression": "true", "else": ["b"]}},
                "b": A,
                "d": after("b"),
            },
            "step 'b' (transform) can never run; no way leads there",
        ),
        ({"a": {**A, "config": {"value": "x" * 200_001}}}, "at most 200000 are allowed"),
        ({f"s{n}": A for n in range(201)}, "there are 201 steps"),
    ],
)
async def test_a_definition_that_cannot_run_is_refused_with_a_reason(
    as_developer: httpx2.AsyncClient, steps: dict[str, Any], said: str
):
    answer = await as_developer.post(PLACE, json={"name": "Bad", "steps": steps})
    assert (answer.status_code, answer.json()["code"]) == (422, "WORKFLOW_001"), answer.text
    faults = [fault["detail"] for fault in answer.json()["errors"]]
    assert any(said in fault for fault in faults), faults
    assert all(
        fault["pointer"].startswith("/steps") or not fault["pointer"]
        for fault in answer.json()["errors"]
    )


async def test_every_fault_is_named_at_once(as_developer: httpx2.AsyncClient):
    steps = {"a": after("x"), "b": {"type": "magic"}, "c": {"type": "http"}, "d": after("y")}
    body = (await as_developer.post(PLACE, json={"name": "Bad", "steps": steps})).json()
    assert [fault["pointer"] for fault in body["errors"]] == [
        "/steps/b/type",
        "/steps/c/config",
        "/steps/a/dependencies",
        "/steps/d/dependencies",
    ]
    assert "(and 1 more)" in body["detail"]


INPUTS = {
    "who": {"type": "string", "description": "whom to greet"},
    "n": {"type": "integer", "default": 2},
    "note": {"required": False},
}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "the input 'who' is missing (whom to greet)"),
        ({"who": 1}, "the input 'who' is to be of type string"),
        ({"who": "x", "n": True}, "the input 'n' is to be of type integer"),
        ({"who": "x", "extra": 1}, "takes no input 'extra'; it takes 'who', 'n', 'note'"),
    ],
)
async def test_an_input_that_does_not_fit_is_refused(desk: Desk, given: dict[str, Any], said: str):
    made = await desk.create({"a": A}, inputs=INPUTS)
    body = {"workflow_id": made["id"], "input": given}
    answer = await desk.client.post(f"{API}/execute", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "WORKFLOW_001")
    assert said in answer.json()["detail"]


async def test_inputs_have_defaults_and_steps_read_declared_ones_only(desk: Desk):
    hello = {
        "type": "transform",
        "config": {"value": "{{ input.who }}{{ input.n }}{{ input.note }}"},
    }
    found = await desk.run({"a": hello}, {"who": "Ada"}, inputs=INPUTS)
    assert found["output"] == {"a": "Ada2null"}
    body = {
        "name": "Bad",
        "steps": {"a": {**A, "config": {"value": "{{ input.whom }}"}}},
        "inputs": INPUTS,
    }
    answer = await desk.client.post(PLACE, json=body)
    assert "the workflow declares no input 'whom', only n, note, who" in answer.json()["detail"]


async def test_one_thing_is_executed_at_a_time(desk: Desk):
    for body in ({}, {"workflow_id": "x", "definition": {"name": "x", "steps": {"a": A}}}):
        answer = await desk.client.post(f"{API}/execute", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "VALID_001")
    ghost = await desk.client.post(f"{API}/execute", json={"workflow_id": "ghost"})
    assert ghost.status_code == 404
