"""The form of an incoming hook offers workflows by their names."""

import json

import httpx2
from tests.core.web.test_templates import Outline
from tests.fixtures.people import People

from menon.core.auth import Role

DEFINITION = json.dumps({"steps": {"a": {"type": "transform", "config": {"value": "done"}}}})


async def test_a_hook_chooses_a_workflow_by_its_name(people: People):
    browser = await people.client("dora", Role.DEVELOPER, by="cookie")
    other = await people.client("emil", Role.DEVELOPER, by="cookie")
    body = {"name": "Letters", "visibility": "private", "definition": DEFINITION}
    key = (await browser.post("/workflows", data=body)).headers["location"].rpartition("/")[2]
    page: httpx2.Response = await browser.get(f"/webhooks/incoming?workflow={key}")
    chosen = [one for one in Outline(page.text).all("option") if "selected" in one]
    assert [one["value"] for one in chosen] == [key]
    assert ">Letters</option>" in (await browser.get("/webhooks/incoming")).text
    opened = await browser.post("/webhooks/incoming", data={"name": "Shop", "workflow_id": key})
    assert opened.status_code == 201
    assert "starts Letters" in (await browser.get("/webhooks/incoming")).text
    assert "Letters" not in (await other.get("/webhooks/incoming")).text
