"""What stands below a step: items, branches, other workflows."""

from typing import Any

from tests.features.workflows.conftest import Desk, Receiver, Steps, states, step_of


def http(url: str, *after: str, **more: Any) -> dict[str, Any]:
    config = {"method": "POST", "url": url, "json": {"n": 1}}
    return {"type": "http", "config": config, "dependencies": list(after), **more}


def value(content: Any, *after: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "transform",
        "config": {"value": content},
        "dependencies": list(after),
        **more,
    }


async def test_a_map_gathers_in_the_order_of_its_items(desk: Desk, receiver: Receiver):
    inner = {
        "type": "http",
        "config": {"url": receiver.url + "/{{ item.id }}?n={{ index }}&k={{ input.k }}"},
    }
    steps = {
        "list": value([{"id": "x"}, {"id": "y"}, {"id": "z"}]),
        "each": {
            "type": "map",
            "config": {"items": "{{ steps.list.output }}", "step": inner, "at_once": 2},
            "dependencies": ["list"],
        },
        "count": value("{{ length(steps.each.output) }}", "each"),
    }
    found = await desk.run(steps, {"k": 7})
    each = step_of(found, "each")["output"]
    assert [one["body"]["path"] for one in each] == ["/x?n=0&k=7", "/y?n=1&k=7", "/z?n=2&k=7"]
    assert found["output"] == {"count": 3}
    assert receiver.effects[f"{found['id']}:each[1]"] == 1
    assert found["progress"]["total"] == 3
    assert [s["id"] for s in found["steps"]][1:5] == ["each", "each[0]", "each[1]", "each[2]"]


async def test_a_map_over_nothing_gives_nothing(desk: Desk):
    steps: Steps = {"each": {"type": "map", "config": {"items": [], "step": value(1)}}}
    assert (await desk.run(steps))["output"] == {"each": []}


async def test_a_map_fails_with_its_first_item_that_failed(desk: Desk):
    inner = value("{{ item.name }}")
    steps = {"each": {"type": "map", "config": {"items": [{"name": 1}, {}, 3], "step": inner}}}
    found = await desk.run(steps)
    assert found["state"] == "failed"
    assert "each[1]" in found["error"]["detail"]
    assert states(found)["each[0]"] == "completed"


async def test_parallel_branches_give_an_object_and_long_ones_are_runs_of_their_own(desk: Desk):
    branches = {
        "short": value("{{ input.x }}"),
        "long": {
            "steps": {
                "one": value("{{ steps.before.output }}"),
                "two": value("{{ steps.one.output }}{{ input.x }}", "one"),
            },
            "output": "{{ steps.two.output }}",
        },
    }
    steps = {
        "before": value("b"),
        "both": {"type": "parallel", "config": {"branches": branches}, "dependencies": ["before"]},
        "after": value("{{ steps.both.output.long }}!", "both"),
    }
    found = await desk.run(steps, {"x": "y"})
    assert found["state"] == "completed", found
    assert step_of(found, "both")["output"] == {"short": "y", "long": "by"}
    assert found["output"] == {"after": "by!"}
    child = step_of(found, "both.long")["child_id"]
    below = await desk.get(child)
    assert (below["parent_id"], below["state"]) == (found["id"], "completed")
    listed = (await desk.client.get("/api/v1/workflows/executions")).json()["items"]
    assert [one["id"] for one in listed] == [found["id"]]


async def test_a_map_of_graphs_sees_its_items(desk: Desk):
    body = {
        "steps": {"a": value("{{ item }}"), "b": value("{{ steps.a.output }}{{ index }}", "a")},
        "output": "{{ steps.b.output }}",
    }
    steps = {"each": {"type": "map", "config": {"items": ["p", "q"], "step": body, "at_once": 1}}}
    assert (await desk.run(steps))["output"] == {"each": ["p0", "q1"]}


async def test_a_workflow_runs_another_and_takes_what_it_gives(desk: Desk):
    inner = await desk.create(
        {"double": value("{{ input.n }}{{ input.n }}")},
        inputs={"n": {"type": "number"}},
        output={"twice": "{{ steps.double.output }}"},
    )
    call = {"type": "subworkflow", "config": {"workflow_id": inner["id"], "input": {"n": 4}}}
    found = await desk.run({"call": call, "end": value("{{ steps.call.output.twice }}", "call")})
    assert found["output"] == {"end": "44"}
    below = await desk.get(step_of(found, "call.run")["child_id"])
    assert (below["workflow_id"], below["version"]) == (inner["id"], 1)
    wrong = {"type": "subworkflow", "config": {"workflow_id": inner["id"]}}
    failed = await desk.run({"call": wrong})
    assert "the input 'n' is missing" in failed["error"]["detail"]


async def test_the_failure_of_a_run_below_fails_its_step(desk: Desk):
    inner = await desk.create({"bad": value("{{ input.nothing }}")})
    call = {"type": "subworkflow", "config": {"workflow_id": inner["id"]}, "on_failure": "rescue"}
    found = await desk.run({"call": call, "rescue": value("{{ steps.call.error.detail }}")})
    assert found["state"] == "completed"
    assert "'input.nothing'" in found["output"]["rescue"]


async def test_a_workflow_that_runs_itself_ends(desk: Desk):
    made = await desk.create({"a": value(1)})
    place = f"/api/v1/workflows/definitions/{made['id']}"
    call = {"type": "subworkflow", "config": {"workflow_id": made["id"]}}
    await desk.client.put(place, json={"steps": {"again": call}})
    answer = await desk.client.post(
        "/api/v1/workflows/execute", params={"workflow_id": made["id"]}, json={}
    )
    found = await desk.ended(answer.json()["execution_id"])
    assert found["state"] == "failed"
    assert "more than 8 deep" in found["error"]["detail"]
