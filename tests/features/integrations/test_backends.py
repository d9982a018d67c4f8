"""Registered model servers: who may, what is checked, that healthy ones are routed to."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from menon.core.runtime import Runtime
from menon.features.catalog.service import Models
from menon.features.integrations.service import backends
from menon.kit.clock import FixedClock
from menon.testing.fake_llm import FakeLLM
from menon.testing.loopback import Listener, listening, reply

BASE = "/api/v1/integration/backends"


@pytest.fixture
async def fake() -> AsyncIterator[FakeLLM]:
    async with FakeLLM() as opened:
        yield opened


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with listening() as here:
        here.answer = lambda _asked: reply(status="500 No")
        yield here


@pytest.fixture
def overrides(fake: FakeLLM, listener: Listener) -> dict[str, Any]:
    endpoints = [fake.url.removeprefix("http://"), f"127.0.0.1:{listener.port}"]
    return {"outbound": {"allow": endpoints}}


async def register(client: httpx2.AsyncClient, url: str, **more: Any) -> httpx2.Response:
    return await client.post(f"{BASE}/register", json={"name": "lab", "url": url} | more)


async def chosen(runtime: Runtime, wanted: str) -> str:
    """The model that answers, once it is known that a server came or went."""
    return (await runtime[Models].resolve(wanted)).model.name


async def until(runtime: Runtime, *providers: str) -> None:
    """Wait until the catalog knows these registered servers, and no others."""
    own = {"offline", "openai", "anthropic", "ollama"}
    async with asyncio.timeout(30):
        while set(runtime[Models].providers) - own != set(providers):
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("kind", "path", "model"), [("openai", "/v1", "fake-n3"), ("ollama", "", "fake")]
)
async def test_models_of_a_registered_server_can_be_chosen(
    as_admin: httpx2.AsyncClient,
    as_developer: httpx2.AsyncClient,
    runtime: Runtime,
    fake: FakeLLM,
    kind: str,
    path: str,
    model: str,
):
    made = await register(as_admin, fake.url + path, kind=kind, api_key="sk-lab-0123456789")
    assert made.status_code == 201, made.text
    assert (made.json()["healthy"], made.json()["url"]) == (True, fake.url + path)
    assert "sk-lab" not in made.text
    await until(runtime, "lab")
    await runtime[Models].refresh()
    assert await chosen(runtime, f"lab:{model}") == f"lab:{model}"
    assert (await chosen(runtime, "auto")).startswith("lab:")
    body = {"task_type": "chat"}
    picked = (await as_developer.post("/api/v1/models/select", json=body)).json()
    assert picked["selected_model"].startswith("lab:")
    asked = await as_developer.post("/api/v1/chat", json={"message": "hi", "model": f"lab:{model}"})
    assert f'"model":"lab:{model}"' in asked.text
    gone = await as_admin.delete(f"{BASE}/unregister/{made.json()['id']}")
    assert gone.status_code == 204
    await until(runtime)
    assert (await chosen(runtime, "auto")).startswith("offline:")


async def test_capabilities_that_are_named_count(
    as_admin: httpx2.AsyncClient, runtime: Runtime, fake: FakeLLM
):
    await register(as_admin, f"{fake.url}/v1", capabilities=["embeddings"])
    await until(runtime, "lab")
    await runtime[Models].refresh()
    cards = [card for card in runtime[Models].cards if card.provider == "lab"]
    assert cards
    assert all((card.chat, card.tools, card.embeddings) == (False, False, True) for card in cards)
    assert (await chosen(runtime, "auto")).startswith("offline:")


async def test_an_ill_server_is_registered_and_not_chosen_until_it_is_well(
    as_admin: httpx2.AsyncClient, runtime: Runtime, listener: Listener, clock: FixedClock
):
    made = await register(as_admin, f"http://127.0.0.1:{listener.port}/v1")
    assert (made.status_code, made.json()["healthy"]) == (201, False)
    await until(runtime, "lab")
    await runtime[Models].refresh()
    assert (await chosen(runtime, "auto")).startswith("offline:")
    assert await backends.check_due(runtime) == 0
    clock.advance(seconds=61)
    assert await backends.check_due(runtime) == 1
    (ill,) = (await as_admin.get(f"{BASE}/stats")).json()["items"]
    assert (ill["checks"], ill["failures"], ill["availability"]) == (2, 2, 0.0)
    assert (await as_admin.get("/api/v1/integration/health")).json()["status"] == "degraded"
    listener.answer = lambda _asked: reply(
        b'{"data": [{"id": "m"}]}', content_type="application/json"
    )
    clock.advance(seconds=61)
    assert await backends.check_due(runtime) == 1
    (well,) = (await as_admin.get(f"{BASE}/stats")).json()["items"]
    assert (well["healthy"], well["failures"], well["checks_well"]) == (True, 0, 1)
    await runtime[Models].refresh()
    assert await chosen(runtime, "auto") == "lab:m"


async def test_another_process_knows_of_it_too(
    as_admin: httpx2.AsyncClient, runtime: Runtime, fake: FakeLLM
):
    await register(as_admin, f"{fake.url}/v1")
    beside = Models(runtime, runtime[Models].providers.values())
    await beside.open()
    assert (await beside.resolve("lab:fake-n3")).model.name == "lab:fake-n3"


async def test_only_administrators_change_and_all_may_look(
    as_admin: httpx2.AsyncClient,
    as_developer: httpx2.AsyncClient,
    as_viewer: httpx2.AsyncClient,
    fake: FakeLLM,
):
    made = (await register(as_admin, f"{fake.url}/v1")).json()
    assert (await register(as_developer, fake.url, name="own")).status_code == 403
    assert (await as_developer.delete(f"{BASE}/unregister/{made['id']}")).status_code == 403
    seen = (await as_viewer.get(f"{BASE}/stats")).json()["items"]
    assert [one["name"] for one in seen] == ["lab"]
    assert (await as_admin.delete(f"{BASE}/{made['id']}")).status_code == 204
    assert (await as_admin.delete(f"{BASE}/{made['id']}")).status_code == 404


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"name": "openai"}, 409),
        ({"name": "lab"}, 409),
        ({"name": "Lab"}, 422),
        ({"name": "x"}, 422),
        ({"name": "a:b"}, 422),
        ({"name": "new", "kind": "smoke"}, 422),
        ({"name": "new", "url": "http://169.254.169.254/v1"}, 403),
        ({"name": "new", "url": "file:///etc/passwd"}, 403),
        ({"name": "new", "capabilities": ["flying"]}, 422),
    ],
)
async def test_what_is_refused(
    as_admin: httpx2.AsyncClient, fake: FakeLLM, more: dict[str, Any], status: int
):
    assert (await register(as_admin, f"{fake.url}/v1")).status_code == 201
    url = f"{fake.url}/v1"
    answer = await register(as_admin, **({"url": url, "api_key": "sk-x"} | more))
    assert answer.status_code == status, answer.text


async def test_servers_come_in_pages(as_admin: httpx2.AsyncClient, fake: FakeLLM):
    for name in ("one", "two", "three"):
        await register(as_admin, f"{fake.url}/v1", name=name)
    first = (await as_admin.get(f"{BASE}/stats", params={"limit": 2})).json()
    query = {"cursor": first["next_cursor"]}
    second = (await as_admin.get(f"{BASE}/stats", params=query)).json()
    names = [one["name"] for one in first["items"] + second["items"]]
    assert names == ["one", "three", "two"]
