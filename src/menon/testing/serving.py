"""A real server for a test: on a loopback port, in a thread, with a database that is thrown away.

with served("my_agents.py") as server:
    assert server.client.run("counter", "15 * 23").text == "15 * 23 = 345."
"""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import uvicorn

from menon.client import Client
from menon.core.settings import Settings, load
from menon.engine.framework.agent import Agent

START_S = 120.0
"""On a busy machine."""
_CHEAP = {"hash_memory_kib": 8, "hash_rounds": 1}


@dataclass(frozen=True, kw_only=True)
class Served:
    """A server that answers."""

    url: str
    api_key: str
    """Of its first user, an administrator."""
    client: Client


@contextlib.contextmanager
def served(app: str | Path | Sequence[Agent[Any]] = (), **given: Any) -> Generator[Served]:
    """Serve agents, and whatever else a server has, until the context is left.

    Args:
        app: a file or module, as `menon serve --app` takes it, or the agents themselves.
        given: settings, by section: `limits={"enabled": False}`.
    """
    folder = Path(tempfile.mkdtemp(prefix="menon-served-"))
    try:
        with _running(_settings(folder, app, given), app) as (url, key), Client(url, key) as client:
            yield Served(url=url, api_key=key, client=client)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _settings(folder: Path, app: str | Path | Sequence[Agent[Any]], given: Any) -> Settings:
    from menon.entry.parts import features, sections

    named = {"app": str(app)} if isinstance(app, str | Path) else {}
    chosen: dict[str, Any] = {"accounts": _CHEAP, "agents": named, **given}
    return load(sections(features()), environ={}, data_dir=folder, **chosen)


@contextlib.contextmanager
def _running(
    settings: Settings, app: str | Path | Sequence[Agent[Any]]
) -> Generator[tuple[str, str]]:
    """The server in a thread: its address, and a key."""
    server = _Server(settings, () if isinstance(app, str | Path) else app)
    thread = Thread(target=server.run, name="menon-served", daemon=True)
    thread.start()
    try:
        if not server.ready.wait(START_S):
            raise RuntimeError(f"The server did not start within {START_S:g} s.")
        if server.failure is not None:
            raise server.failure
        yield server.url, server.key
    finally:
        server.stop()
        thread.join(START_S)


class _Server:
    """What the thread does."""

    def __init__(self, settings: Settings, agents: Sequence[Agent[Any]]) -> None:
        self._settings = settings
        self._agents = agents
        self._uvicorn: uvicorn.Server | None = None
        self.ready = Event()
        self.failure: BaseException | None = None
        self.url = ""
        self.key = ""

    def run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - it is raised where the server is waited for
            self.failure = error
        finally:
            self.ready.set()

    def stop(self) -> None:
        if self._uvicorn is not None:
            self._uvicorn.should_exit = True

    async def _serve(self) -> None:
        from menon.entry.http import create_app
        from menon.entry.runtime import open_runtime
        from menon.features.accounts.service import bootstrap
        from menon.features.agents.coded import CodedAgents

        async with open_runtime(self._settings) as runtime:
            first = await bootstrap(runtime)
            if self._agents:
                await runtime[CodedAgents].take(runtime, self._agents, "the test")
            application = create_app(self._settings, runtime=runtime)
            config = uvicorn.Config(application, port=0, log_level="error", access_log=False)
            self.key = first.api_key if first else ""
            self._uvicorn = _Announcing(config, self._listens)
            await self._uvicorn.serve()

    def _listens(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.ready.set()


class _Announcing(uvicorn.Server):
    """Tells its port once it listens."""

    def __init__(self, config: uvicorn.Config, listens: Callable[[int], None]) -> None:
        super().__init__(config)
        self._listens = listens

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._listens(self.servers[0].sockets[0].getsockname()[1])
