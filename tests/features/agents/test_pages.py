"""Pages of agents: the editor with its draft, versions, secrets, files, types."""

import json
import re
from typing import Any

import httpx2
import pytest
from tests.features.agents.invoices import INVOICE, changed
from tests.fixtures.people import People

AGENTS = "/api/v1/agents"
FORM: dict[str, Any] = {
    "name": "Helper",
    "instructions": "Be brief.",
    "model": "offline:extractive",
    "temperature": "0.3",
    "tools": ["calculator"],
    "capabilities": "reckon, add_up",
    "steps": "5",
}


@pytest.fixture
async def dora(people: People) -> httpx2.AsyncClient:
    return await people.client("dora", by="cookie")


async def _made(client: httpx2.AsyncClient, **more: Any) -> dict[str, Any]:
    sent = await client.post("/agents", data={**FORM, **more})
    assert sent.status_code == 303, sent.text
    return (await client.get(f"{AGENTS}/{sent.headers['location'].rpartition('/')[2]}")).json()


async def test_the_form_keeps_what_it_does_not_show(dora: httpx2.AsyncClient):
    agent = await _made(dora)
    assert agent["configuration"]["capabilities"] == ["reckon", "add_up"]
    limited = {**agent["configuration"], "limits": {"answer_tokens": 77, "steps": 5}}
    await dora.put(f"{AGENTS}/{agent['id']}", json={"configuration": limited})
    sent = await dora.post(f"/agents/{agent['id']}", data={**FORM, "instructions": "Be kind."})
    assert sent.status_code == 303
    told = (await dora.get(f"{AGENTS}/{agent['id']}")).json()["configuration"]
    assert (told["instructions"], told["limits"]["answer_tokens"]) == ("Be kind.", 77)
    wrong = await dora.post(f"/agents/{agent['id']}", data={**FORM, "capabilities": "Not One"})
    assert wrong.status_code == 422
    assert "Not One" not in (await dora.get(f"{AGENTS}/{agent['id']}")).text


async def test_a_draft_is_asked_before_it_is_saved(dora: httpx2.AsyncClient):
    asked = {**FORM, "message": "What is 15 * 23?"}
    for place in ("/agents/draft", f"/agents/{(await _made(dora))['id']}/draft"):
        shown = await dora.post(place, data=asked)
        assert shown.status_code == 200, shown.text
        run = re.search(r'data-run="([^"]+)"', shown.text)
        assert run, shown.text
        await dora.get(f"/api/v1/runs/{run[1]}/events")
        found = (await dora.get(f"/api/v1/runs/{run[1]}")).json()
        assert "345" in found["output"]["text"]
        assert found["input"]["action"] == "draft"
    refused = await dora.post("/agents/draft", data={**asked, "tools": ["telepathy"]})
    assert (refused.status_code, "telepathy" in refused.text) == (422, True)
    assert (await dora.post("/agents/draft", data=FORM)).status_code == 422


async def test_a_draft_of_somebody_elses_agent_is_nobodys(dora: httpx2.AsyncClient, people: People):
    agent = await _made(dora, visibility="everybody")
    ned = await people.client("ned", by="cookie")
    shown = await ned.post(
        f"/agents/{agent['id']}/draft", data={**FORM, "message": "What is 1 + 1?"}
    )
    run = re.search(r'data-run="([^"]+)"', shown.text)
    assert run
    found = (await ned.get(f"/api/v1/runs/{run[1]}")).json()
    assert found["subject"] == "", "its tools have none of the agent's secrets"


async def test_versions_are_labelled_compared_and_made_current(dora: httpx2.AsyncClient):
    agent = await _made(dora)
    place = f"/agents/{agent['id']}"
    await dora.post(place, data={**FORM, "instructions": "Be kind.", "temperature": "0.9"})
    page = (await dora.get(f"{place}/versions", params={"from": 1, "to": 2})).text
    for part in ("Temperature", "0.9", "Be brief.", "Be kind.", "Make current"):
        assert part in page
    assert (
        await dora.post(f"{place}/versions/1/labels", data={"label": "stable"})
    ).status_code == 303
    assert (await dora.post(f"{place}/versions/1/current")).status_code == 303
    told = (await dora.get(f"{AGENTS}/{agent['id']}")).json()
    assert (told["version"], told["labels"]) == (1, {"stable": 1})
    same = (await dora.get(f"{place}/versions", params={"from": 1, "to": "stable"})).text
    assert "They do the same." in same
    assert (await dora.delete(f"{place}/labels/stable")).status_code == 200


async def test_secrets_are_masked_and_shown_on_request_alone(dora: httpx2.AsyncClient):
    place = f"/agents/{(await _made(dora))['id']}/secrets"
    assert "No secrets yet" in (await dora.get(place)).text
    secret = {"key": "SHOP_KEY", "secret": "canary-in-the-mine", "description": "The shop's."}
    assert (await dora.post(place, data=secret)).status_code == 303
    for again in (
        await dora.post(place, data=secret),
        await dora.post(place, data={**secret, "key": "a b"}),
    ):
        assert again.status_code in {409, 422}
        assert "canary" not in again.text
    page = await dora.get(place)
    assert "SHOP_KEY" in page.text
    assert "canary" not in page.text
    shown = await dora.post(f"{place}/SHOP_KEY/value")
    assert "canary-in-the-mine" in shown.text
    assert shown.headers["cache-control"] == "no-store"
    one = (await dora.get(f"/api/v1{place}")).json()["items"][0]["id"]
    assert (await dora.post(f"{place}/{one}", data={"secret": "another"})).status_code == 303
    assert "another" in (await dora.post(f"{place}/SHOP_KEY/value")).text
    assert (await dora.delete(f"{place}/{one}")).status_code == 200
    assert "No secrets yet" in (await dora.get(place)).text


async def test_an_agent_comes_in_by_file_and_is_read_before_it_answers(dora: httpx2.AsyncClient):
    agent = await _made(dora)
    text = (await dora.get(f"{AGENTS}/{agent['id']}/export?format=yaml")).text
    text = text.replace("Be brief.", "Be kind.") + "\nmcp_servers:\n- command: touch\n"
    assert "Import an agent" in (await dora.get("/agents/import")).text
    wrong = await dora.post("/agents/import", data={"text": "a: [\nkeep me"})
    assert (wrong.status_code, "keep me" in wrong.text) == (422, True)
    sent = await dora.post("/agents/import", files={"file": ("x.yaml", text.encode())})
    assert sent.status_code == 303, sent.text
    page = (await dora.get(sent.headers["location"])).text
    for part in (
        "waits for your review",
        "can start a program",
        "Be kind.",
        "Be brief.",
        "calculator",
    ):
        assert part in page, part
    place = sent.headers["location"].removesuffix("/review")
    assert "answers nobody yet" in (await dora.get(place)).text
    assert "to review" in (await dora.get("/agents")).text
    assert (await dora.post(f"{place}/review")).status_code == 303
    assert (await dora.get(f"/api/v1{place}")).json()["is_active"]
    assert "reviewed" in (await dora.get(f"{place}/review")).text
    large = {"file": ("x.json", b"x" * 1_000_001)}
    assert (await dora.post("/agents/import", files=large)).status_code == 413
    gone = await dora.delete(f"{place}?back=true", headers={"hx-request": "true"})
    assert gone.headers["hx-redirect"] == "/agents"


async def test_types_are_declared_shown_changed_and_removed(dora: httpx2.AsyncClient):
    assert "No type yet" in (await dora.get("/agent-types")).text
    assert "greeter" in (await dora.get("/agent-types/new")).text
    sent = await dora.post("/agent-types", data={"schema": json.dumps(INVOICE)})
    assert sent.headers["location"] == "/agent-types/invoice_reader"
    page = (await dora.get(sent.headers["location"])).text
    for part in ("Invoice reader", "<td>Its number.</td>", "&#34;agent_type&#34;"):
        assert part in page
    assert "invoice_reader" in (await dora.get("/agent-types")).text
    assert "invoice_reader" in (await dora.get("/agents/new")).text
    for text, said in (
        ("{", "not JSON"),
        ("[]", "cannot be used"),
        (json.dumps(changed("tools", to=["none"])), "/tools/0"),
        (json.dumps({**INVOICE, "colour": 1}), "/colour"),
    ):
        wrong = await dora.post("/agent-types/invoice_reader", data={"schema": text})
        assert (wrong.status_code, said in wrong.text) == (422, True), (
            text[:40],
            wrong.text[-900:],
        )
    assert "invoice_reader" in (await dora.get("/agent-types/invoice_reader/edit")).text
    less = json.dumps(changed("metadata", "capabilities", to=[]))
    refused = await dora.post("/agent-types/invoice_reader", data={"schema": less})
    assert "breaks what callers rely on" in refused.text
    forced = {"schema": less, "force": "true"}
    assert (await dora.post("/agent-types/invoice_reader", data=forced)).status_code == 303
    await _made(dora, agent_type="invoice_reader")
    assert (await dora.post("/agent-types/invoice_reader/remove")).status_code == 303
    assert "deprecated" in (await dora.get("/agent-types")).text
