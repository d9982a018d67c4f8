"""Nothing that comes over the API starts a process: a hook of the interpreter itself watches."""

import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Generator
from typing import Any

import httpx2
import pytest
from tests.fixtures.mcp import Served, serving

SERVERS = "/api/v1/mcp/servers"

Json = dict[str, Any]


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as here:
        yield here


@pytest.fixture
def overrides(served: Served) -> Json:
    return {"outbound": {"allow": [served.endpoint]}}


@contextlib.contextmanager
def no_process() -> Generator[list[str]]:
    """Notes every process that is started while it is open."""
    started: list[str] = []
    open_now = True

    def hook(event: str, args: tuple[Any, ...]) -> None:
        names = {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty"}
        if open_now and event in names | {"os.system", "os.spawn", "pty.spawn"}:
            started.append(f"{event} {args!r}")

    sys.addaudithook(hook)
    try:
        yield started
    finally:
        open_now = False


async def test_nothing_that_comes_over_the_api_starts_a_process(
    as_admin: httpx2.AsyncClient, served: Served
):
    with no_process() as started:
        subprocess.run([sys.executable, "-c", ""], check=True)  # the hook sees what it should
        assert len(started) >= 1
        started.clear()
        command = {"command": "touch", "args": ["/tmp/x"], "env": {"A": "b"}}
        await as_admin.post(SERVERS, json={"name": "one", **command})
        await as_admin.post(SERVERS, json={"name": "two", "url": served.url, **command})
        await as_admin.post(SERVERS, json={"name": "ok", "url": served.url})
        await as_admin.put(f"{SERVERS}/ok", json=command)
        tool = {"name": "t", "description": "d", "url": "https://x.example/", **command}
        await as_admin.post("/api/v1/tools", json=tool)
        document = {
            "openapi": "3.1.0",
            "info": {"title": "T"},
            "servers": [{"url": "https://x.example"}],
            "paths": {"/a": {"get": {"x-command": "touch /tmp/x", "operationId": "a"}}},
            "x-mcp": {"servers": {"evil": command}},
        }
        taken = await as_admin.post(
            "/api/v1/tools/import", json={"document": document, "prefix": "p"}
        )
        assert taken.status_code == 201
        await as_admin.get("/api/v1/tools")
        assert started == []
    names = [each["name"] for each in (await as_admin.get(SERVERS)).json()["items"]]
    assert names == ["ok"]
