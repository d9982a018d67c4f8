"""Declared HTTP tools at the edge: made, refused with what is wrong, shared, changed, deleted."""

from typing import Any

import httpx2
import pytest

from menon.core.runtime import Runtime
from menon.features.vault import service as vault
from menon.features.vault.schemas import SecretScope
from menon.testing.receiver import Receiver

TOOLS = "/api/v1/tools"

Json = dict[str, Any]


async def declared(client: httpx2.AsyncClient, body: Json) -> Json:
    answer = await client.post(TOOLS, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_tool_is_declared_shown_changed_and_deleted(
    as_developer: httpx2.AsyncClient, runtime: Runtime, weather: Json
):
    made = await declared(as_developer, weather)
    assert (made["kind"], made["effect"], made["untrusted"]) == ("http", "egress", True)
    assert (made["available"], made["source"]) == (True, "you")
    assert made["input_schema"]["type"] == "object"
    definition = made["definition"]
    assert (definition["secrets"], definition["version"]) == (["key"], 1)
    assert definition["headers"]["X-Key"] == {"secret": "key", "prefix": "k "}
    assert "s3cret" not in str(made)
    place = f"{TOOLS}/weather"
    assert (await as_developer.get(place)).json() == made
    patch = {"description": "Weather.", "enabled": False, "version": 1}
    changed = (await as_developer.put(place, json=patch)).json()
    assert (changed["description"], changed["available"]) == ("Weather.", False)
    assert "enables it" in changed["reason"]
    stale = await as_developer.put(place, json=patch)
    assert (stale.status_code, stale.json()["code"]) == (409, "CONFLICT_001")
    again = {"headers": {"X-Key": {"secret": "other"}}, "secrets": {"other": "v-12345678"}}
    assert (await as_developer.put(place, json=again)).json()["definition"]["secrets"] == [
        "key",
        "other",
    ]
    assert (await as_developer.delete(place)).status_code == 204
    assert (await as_developer.get(place)).status_code == 404
    left = await vault.list_all(runtime)
    assert [secret for secret in left if secret.scope is SecretScope.INTEGRATION] == []


WRONG: list[tuple[Json, str, str]] = [
    ({"name": "calculator"}, "/name", "an installed tool has it"),
    ({"name": "mcp__desk__add"}, "/name", "tool servers and agents"),
    ({"url": "https://{city}.example/"}, "/url", "never in the host"),
    ({"url": "ftp://example.com/{city}"}, "/url", "http://"),
    ({"url": "https://u:p@example.com/{city}"}, "/url", "user name"),
    ({"url": "https://example.com/{town}"}, "/url", "no argument"),
    ({"url": "https://example.com/{city}/{days}"}, "/input_schema/required", "required"),
    ({"url": "https://example.com/{city}?q={days}"}, "/url", "query"),
    ({"arguments": {"nope": {"in": "query"}}}, "/arguments/nope", "no such property"),
    ({"arguments": {"days": {"in": "path"}}}, "/arguments/days", "has no {days}"),
    ({"arguments": {"days": {"in": "body"}}}, "/arguments/days", "no body"),
    (
        {"arguments": {"days": {"in": "header", "name": "Authorization"}}},
        "/arguments/days",
        "does not choose",
    ),
    ({"arguments": {"days": {"in": "header", "name": "X-Key"}}}, "/arguments/days", "choose"),
    ({"arguments": {"days": {"in": "header", "name": "a b"}}}, "/arguments/days", "header"),
    ({"headers": {"Host": "x"}}, "/headers/Host", "client sets"),
    ({"headers": {"Authorization": "Bearer x"}}, "/headers/Authorization", "vault"),
    ({"headers": {"X-Key": {"secret": "gone"}}}, "/headers/X-Key", "no secret 'gone'"),
    ({"input_schema": {"type": "array"}}, "/input_schema/type", "object"),
    (
        {"input_schema": {"properties": {"a": {"$ref": "http://127.0.0.1/x"}}}},
        "/input_schema/properties/a/$ref",
        "same document",
    ),
    ({"output_schema": {"type": "nonsense"}}, "/output_schema/type", "nonsense"),
    (
        {
            "method": "POST",
            "arguments": {"days": {"in": "content"}},
            "input_schema": {
                "properties": {"city": {}, "days": {}, "x": {}},
                "required": ["city"],
            },
        },
        "/arguments/days",
        "whole body",
    ),
]


@pytest.mark.parametrize(("change", "pointer", "says"), WRONG)
async def test_what_is_wrong_is_said_with_its_place(
    as_developer: httpx2.AsyncClient, weather: Json, change: Json, pointer: str, says: str
):
    answer = await as_developer.post(TOOLS, json=weather | change)
    assert answer.status_code == 422, answer.text
    found = {error["pointer"]: error["detail"] for error in answer.json()["errors"]}
    assert says in found[pointer]
    assert (await as_developer.get(f"{TOOLS}/weather")).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"name": "a b"},
        {"name": "x" * 65},
        {"description": ""},
        {"method": "CONNECT"},
        {"timeout": 61},
        {"secrets": {"key": "two\nlines"}},
        {"headers": {"a": "b\r\nc: d"}},
    ],
)
async def test_what_is_malformed(as_developer: httpx2.AsyncClient, weather: Json, change: Json):
    assert (await as_developer.post(TOOLS, json=weather | change)).status_code == 422


async def test_a_tool_is_its_owners_until_it_is_shared(
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
    as_viewer: httpx2.AsyncClient,
    as_admin: httpx2.AsyncClient,
    weather: Json,
):
    await declared(as_developer, weather)
    place = f"{TOOLS}/weather"
    calls: list[tuple[str, str, Json | None]] = [
        ("GET", place, None),
        ("PUT", place, {"description": "x"}),
        ("DELETE", place, None),
        ("POST", f"{place}/invoke", {"args": {"city": "x"}}),
        ("POST", f"{TOOLS}/enable", {"names": ["weather"]}),
    ]
    for method, path, body in calls:
        assert (await as_neighbour.request(method, path, json=body)).status_code == 404, path
    taken = await as_neighbour.post(TOOLS, json=weather)
    assert (taken.status_code, taken.json()["code"]) == (409, "CONFLICT_001")
    assert (await as_viewer.post(TOOLS, json=weather)).status_code == 403
    await as_developer.put(place, json={"visibility": "everybody"})
    seen = (await as_neighbour.get(place)).json()
    assert (seen["source"], seen["definition"]) == ("shared", None)
    assert (await as_neighbour.put(place, json={"description": "x"})).status_code == 404
    to_viewer = (await as_viewer.get(place)).json()
    assert not to_viewer["available"]
    assert "right 'run'" in to_viewer["reason"]
    assert (await as_admin.get(place)).json()["definition"]["secrets"] == ["key"]


async def test_only_an_administrator_says_that_a_tool_only_reads(
    as_developer: httpx2.AsyncClient, as_admin: httpx2.AsyncClient, weather: Json
):
    refused = await as_developer.post(TOOLS, json=weather | {"effect": "read"})
    assert (refused.status_code, refused.json()["code"]) == (403, "AUTH_003")
    await declared(as_developer, weather | {"method": "POST"})
    place = f"{TOOLS}/weather"
    assert (await as_developer.get(place)).json()["effect"] == "write"
    assert (await as_developer.put(place, json={"effect": "read"})).status_code == 403
    assert (await as_admin.put(place, json={"effect": "read"})).json()["effect"] == "read"
    # What it sends is another thing now, so that the word does not hold for it.
    kept = (await as_developer.put(place, json={"timeout": 5})).json()
    assert kept["effect"] == "read"
    moved = (await as_developer.put(place, json={"method": "PUT"})).json()
    assert moved["effect"] == "write"


async def test_installed_tools_are_nobodys_to_change(as_admin: httpx2.AsyncClient):
    for method in ("PUT", "DELETE"):
        answer = await as_admin.request(method, f"{TOOLS}/calculator", json={"timeout": 3})
        assert answer.status_code == 403


async def test_one_has_so_many_tools_and_no_more(
    as_developer: httpx2.AsyncClient, weather: Json, receiver: Receiver
):
    for number in range(12):
        await declared(as_developer, weather | {"name": f"weather{number}"})
    full = await as_developer.post(TOOLS, json=weather)
    assert full.status_code == 409
    assert "at most 12" in full.json()["detail"]
    assert receiver.messages == []
