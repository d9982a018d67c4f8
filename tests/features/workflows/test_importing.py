"""Workflows out of task graphs and pipelines of agents."""

from typing import Any

import httpx2
import pytest
from tests.features.workflows.conftest import API, Desk, states

GRAPH: dict[str, Any] = {
    "role": "Front desk",
    "nodes": [
        [
            "0",
            {"resource": {"id": "m1", "name": "MessageWorker"}, "attribute": {"value": "Hello!"}},
        ],
        [
            "1",
            {
                "resource": {"id": "r1", "name": "FaissRAGWorker"},
                "attribute": {"task": "Answer about prices"},
            },
        ],
        {"id": "2", "type": "transform", "config": {"value": "Bye, {{ input.name }}"}},
        [
            "3",
            {"resource": {"name": "calculator"}, "attribute": {"arguments": {"expression": "1+1"}}},
        ],
    ],
    "edges": [
        ["0", "1", {"intent": "ask a price", "attribute": {"weight": 1}}],
        {"source": "0", "target": "2", "intent": "leave"},
        {"from": "0", "to": "3", "intent": "none"},
    ],
    "slots": [{"name": "name", "type": "str", "prompt": "Who is it?"}, "city"],
}


async def test_a_task_graph_becomes_a_workflow_that_runs(desk: Desk):
    answer = await desk.client.post(f"{API}/import", json=GRAPH)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["name"], made["notes"]) == ("Front desk", [])
    assert {key: step["type"] for key, step in made["steps"].items()} == {
        "node_0": "transform",
        "node_1": "agent",
        "node_2": "transform",
        "node_3": "tool",
    }
    assert made["steps"]["node_1"]["conditions"] == ['input.intent in ["ask a price"]']
    assert made["steps"]["node_2"]["dependencies"] == ["node_0"]
    assert sorted(made["inputs"]) == ["city", "intent", "message", "name"]
    body = {"workflow_id": made["id"], "input": {"intent": "leave", "message": "x", "name": "Ada"}}
    missing = await desk.client.post(f"{API}/execute", json=body)
    assert "the input 'city' is missing" in missing.json()["detail"]
    body["input"]["city"] = "Oslo"
    begun = (await desk.client.post(f"{API}/execute", json=body)).json()
    found = await desk.ended(begun["execution_id"])
    assert found["output"]["node_2"] == "Bye, Ada"
    assert states(found)["node_1"] == "skipped"


async def test_intents_after_intents_are_looked_for_in_a_list(desk: Desk):
    nodes = [{"id": name, "type": "transform", "config": {"value": name}} for name in "abc"]
    edges = [["a", "b", {"intent": "one"}], ["b", "c", {"intent": 'say "two"'}]]
    made = (await desk.client.post(f"{API}/import", json={"nodes": nodes, "edges": edges})).json()
    body = {"workflow_id": made["id"], "input": {"intents": ["one", 'say "two"']}}
    begun = (await desk.client.post(f"{API}/execute", json=body)).json()
    assert (await desk.ended(begun["execution_id"]))["output"] == {"c": "c"}
    body = {"workflow_id": made["id"], "input": {"intents": ["one"]}}
    begun = (await desk.client.post(f"{API}/execute", json=body)).json()
    found = await desk.ended(begun["execution_id"])
    assert states(found) == {"a": "completed", "b": "completed", "c": "skipped"}


async def test_a_pipeline_hands_each_answer_to_the_next_agent(desk: Desk):
    pipeline = ["assistant", {"agent": "assistant", "task": "Repeat:", "temperature": 1}]
    answer = await desk.client.post(f"{API}/import", json={"name": "Two", "pipeline": pipeline})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["steps"]["agent_2"]["dependencies"] == ["agent_1"]
    assert made["notes"] == ["Step 2 of the pipeline: temperature was left aside."]
    body = {"workflow_id": made["id"], "input": {"message": "What is 2 + 3?"}}
    begun = (await desk.client.post(f"{API}/execute", json=body)).json()
    found = await desk.ended(begun["execution_id"])
    assert found["state"] == "completed", found["error"]
    assert "5" in found["steps"][0]["output"]["answer"]
    assert "5" in found["steps"][1]["input"]["message"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({}, "the graph has no nodes"),
        ({"nodes": ["x"]}, "the node 0 has no `id`"),
        (
            {"nodes": [{"id": "a", "type": "transform", "config": {"value": 1}}], "edges": [["a"]]},
            "the edge 0 has no `source` and `target`",
        ),
        (
            {
                "nodes": [{"id": "a", "type": "transform", "config": {"value": 1}}],
                "edges": [["a", "b"]],
            },
            "the edge 0 names 'b', which is no node",
        ),
        (
            {"nodes": {"a": {"resource": {"name": "DatabaseWorker"}}}},
            "the node 'a' uses 'DatabaseWorker', which has no counterpart here",
        ),
        ({"nodes": {"a": {"type": "http", "config": {}}}}, "step 'a': 'http' needs `url`"),
        (
            {"nodes": {"a": {"type": "transform"}}, "slots": [{"type": "str"}]},
            "a slot has no `name`",
        ),
        ({"pipeline": [{"task": "x"}]}, "step 1 of the pipeline names no `agent`"),
        ({"agents": ["nobody"]}, "asks the agent 'nobody': There is no agent 'nobody'"),
        ({"processing_pipeline": {"steps": []}}, "there are 0 steps"),
    ],
)
async def test_what_cannot_be_mapped_is_named(
    as_developer: httpx2.AsyncClient, source: dict[str, Any], said: str
):
    answer = await as_developer.post(f"{API}/import", json=source)
    assert (answer.status_code, answer.json()["code"]) == (422, "WORKFLOW_001"), answer.text
    assert said in " ".join(fault["detail"] for fault in answer.json()["errors"])
    assert (await as_developer.get(f"{API}/definitions")).json()["items"] == []
