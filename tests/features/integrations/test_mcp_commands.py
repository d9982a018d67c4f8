"""Servers that are commands: from the operator's file alone, whatever comes over the API."""

import sys
from typing import Any

import httpx2
import pytest
from tests.fixtures.mcp import COMMAND

from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.core.settings import Settings, SettingsError, load
from menon.entry.parts import features, sections
from menon.entry.runtime import open_runtime
from menon.features.integrations.mcp import service as mcp
from menon.features.integrations.mcp.servers import McpServers

SERVERS = "/api/v1/mcp/servers"

Json = dict[str, Any]


@pytest.fixture
def overrides() -> Json:
    small = {
        "command": sys.executable,
        "args": ["-Sc", COMMAND],
        "env": {"DESK_KEY": "canary-1234567890"},
    }
    return {"mcp_client": {"servers": {"small": small}}}


async def test_a_command_of_the_file_is_used_and_stays_as_it_is(
    as_admin: httpx2.AsyncClient, runtime: Runtime
):
    seen = (await as_admin.post(f"{SERVERS}/small/refresh")).json()
    assert (seen["transport"], seen["url"], seen["healthy"]) == ("command", "", True)
    assert (seen["tools"], seen["changed"]) == (2, 2)
    tools = (await as_admin.get("/api/v1/mcp/tools", params={"server": "small"})).json()["items"]
    wanted = [{"name": tool["name"], "digest": tool["digest"], "effect": "read"} for tool in tools]
    body = {"tools": wanted}
    assert (await as_admin.post(f"{SERVERS}/small/accept", json=body)).status_code == 200
    place = "/api/v1/tools/mcp__small__{}/invoke"
    said = (await as_admin.post(place.format("key"), json={})).json()
    assert said["output"] == "canary-1234567890"
    died = (await as_admin.post(place.format("die"), json={})).json()
    assert died["error"]["code"] == "TOOL_002"
    again = (await as_admin.post(place.format("key"), json={})).json()
    assert again["ok"], "it is started again"
    for method in ("PUT", "DELETE"):
        answer = await as_admin.request(
            method, f"{SERVERS}/small", json={"url": "https://x.example/"}
        )
        assert answer.status_code in {409, 422}, answer.text
    off = await as_admin.put(f"{SERVERS}/small", json={"enabled": False})
    assert not off.json()["enabled"]
    taken = await as_admin.post(SERVERS, json={"name": "small", "url": "https://x.example/"})
    assert taken.status_code == 409
    assert len(runtime[McpServers].open) <= 1


async def test_a_command_that_is_taken_out_of_the_file_is_forgotten(
    runtime: Runtime, settings: Settings, database_url: str
):
    assert (await mcp.get(runtime, "small")).transport == "command"
    plain = load(
        sections(features()),
        environ={},
        data_dir=settings.root.data_dir,
        database_url=database_url,
        secret_key=settings.root.secret_key,
        vault_key=settings.root.vault_key,
        jobs={"worker": False},
        mcp_client={"servers": {"other": {"command": "/nowhere/at/all"}}},
    )
    async with open_runtime(plain) as second:
        found = await mcp.refresh(second, "other")
        assert (found.healthy, "cannot be reached" in found.detail) == (False, True)
        names = [each.name for each in (await mcp.servers(second, Page(50))).items]
        assert names == ["other"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"Bad Name": {"command": "x"}},
        {"a1": {"command": ""}},
        {"a1": {"command": "x", "url": "https://x.example"}},
    ],
)
def test_a_file_that_is_wrong_is_refused_at_start(wrong: Json):
    with pytest.raises(SettingsError):
        load(sections(features()), environ={}, mcp_client={"servers": wrong})
