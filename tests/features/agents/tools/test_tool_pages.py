"""The pages of tools as a browser uses them."""

import json
from typing import Any

import httpx2
import pytest
from tests.features.agents.tools.test_importing import shop
from tests.features.workflows.test_pages import HTMX, sound
from tests.fixtures.people import People

from menon.core.auth import Role
from menon.testing.receiver import Receiver

Json = dict[str, Any]


@pytest.fixture
async def browser(people: People) -> httpx2.AsyncClient:
    return await people.client("dora", Role.DEVELOPER, by="cookie")


def form(receiver: Receiver, **more: Any) -> Json:
    return {
        "name": "weather",
        "description": "Get the weather of a city.",
        "method": "GET",
        "url": f"http://{receiver.endpoint}/v1/{{city}}",
        "input_schema": json.dumps({"properties": {"city": {}}, "required": ["city"]}),
        "headers": json.dumps({"X-Key": {"secret": "key"}}),
        "secret_name": "key",
        "secret": "canary-1234567890",
        **more,
    }


async def test_a_tool_is_declared_tried_switched_and_deleted(
    browser: httpx2.AsyncClient, people: People, receiver: Receiver
):
    for path in ("/tools", "/tools?kind=http&q=nothing", "/tools/new", "/tools/calculator"):
        sound(await browser.get(path))
    part = await browser.get("/tools", params={"q": "calc"}, headers=HTMX)
    assert part.text.lstrip().startswith("<ul")
    made = await browser.post("/tools", data=form(receiver))
    assert made.status_code == 303, made.text
    shown = await browser.get("/tools/weather")
    sound(shown)
    assert "canary" not in shown.text
    tried = await browser.post("/tools/weather/try", data={"args": '{"city": "Ulm"}'})
    sound(tried)
    assert "waits for an approval" in tried.text
    for args, says in (("[", "no JSON"), ("[]", "JSON object"), ("{}", "is a required property")):
        wrong = await browser.post("/tools/weather/try", data={"args": args})
        assert (wrong.status_code, says in wrong.text) == (422, True), args
    edit = await browser.get("/tools/weather/edit")
    sound(edit)
    assert "In the vault: key" in edit.text
    changed = await browser.post("/tools/weather", data=form(receiver, description="Weather."))
    assert changed.status_code == 303, changed.text
    await browser.post("/tools/weather/switch")
    assert "enables it" in (await browser.get("/tools/weather")).text
    neighbour = await people.client("ned", Role.DEVELOPER, by="cookie")
    for path in ("/tools/weather", "/tools/weather/edit"):
        assert (await neighbour.get(path)).status_code == 404
    assert (await browser.get("/tools/calculator/edit")).status_code == 404
    assert (await browser.post("/tools/weather/delete")).status_code == 303
    assert (await browser.get("/tools/weather")).status_code == 404
    assert receiver.messages == []


async def test_a_form_with_mistakes_comes_back_as_it_was_typed(
    browser: httpx2.AsyncClient, receiver: Receiver
):
    for change, says in (
        ({"input_schema": "{"}, "This is no JSON"),
        ({"input_schema": '{"properties": {"city": {"type": "x"}}}'}, "properties/city/type"),
        ({"headers": '{"a": 3}'}, "is-invalid"),
        ({"name": "a b"}, "is-invalid"),
        ({"effect": "read"}, "Only an administrator"),
    ):
        answer = await browser.post("/tools", data=form(receiver, **change))
        assert answer.status_code in {403, 422}, change
        assert says in answer.text, change
        assert "Get the weather of a city." in answer.text
        assert "canary" not in answer.text


async def test_a_document_is_looked_at_imported_reviewed_and_enabled(
    browser: httpx2.AsyncClient, receiver: Receiver
):
    sound(await browser.get("/tools/import"))
    body = {"document": json.dumps(shop(receiver, 300)), "prefix": "shop", "q": "order"}
    looked = await browser.post("/tools/import", data=body)
    sound(looked)
    assert "getOrder" in looked.text
    assert 'value="more1"' not in looked.text
    wrong = await browser.post("/tools/import", data=body | {"document": "nonsense: ["})
    assert (wrong.status_code, "neither JSON nor YAML" in wrong.text) == (422, True)
    taken = await browser.post("/tools/import", data=body | {"operations": ["getOrder"]})
    sound(taken)
    assert "shop__getOrder" in taken.text
    again = await browser.post("/tools/import", data=body | {"operations": ["getOrder"]})
    assert (again.status_code, "is taken" in again.text) == (409, True)
    assert (await browser.post("/tools/enable", data={})).status_code == 303
    enabled = await browser.post("/tools/enable", data={"names": ["shop__getOrder"]})
    assert enabled.status_code == 303
    assert "Switch off" in (await browser.get("/tools/shop__getOrder")).text
