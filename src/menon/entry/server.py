"""Starting the HTTP server: one process, or several that share a port."""

import asyncio
import contextlib
import ctypes
import gc
import os
from typing import Any

import uvicorn
from fastapi import FastAPI

from menon.core.http.settings import HttpSettings
from menon.core.settings import Settings, SettingsError
from menon.core.telemetry.logs import configure_logging
from menon.core.telemetry.metrics import share
from menon.entry.http import create_app
from menon.entry.runtime import open_runtime, read_settings

DRAIN_S = 10
"""How long open answers may go on when the server is asked to stop."""

_M_ARENA_MAX = -8
"""Of glibc's `malloc.h`."""
_COLLECT = (10_000, 20, 20)
"""When the collector looks for garbage: with Python's own 700 objects a stream spends 2 % on it."""


def serve(
    *,
    host: str | None,
    port: int | None,
    workers: int | None,
    agents: str = "",
    reload: bool = False,
) -> None:
    """Serve until stopped; what is given wins over the settings.

    Raises:
        SettingsError: the agents cannot be loaded, or nothing says which files to watch.
    """
    if agents:
        os.environ["MENON_AGENTS__APP"] = agents  # for the processes that serve
    settings = read_settings()
    http = settings[HttpSettings]
    watched = _watched(settings) if reload else _tried(settings)
    asyncio.run(prepare(settings))
    workers = 1 if reload else workers or http.workers
    if workers > 1:
        # The processes read their settings anew, and count as one.
        os.environ["MENON_HTTP__WORKERS"] = str(workers)
        os.environ |= share(settings.root.data_dir / "metrics")
    uvicorn.run(
        "menon.entry.server:application",
        factory=True,
        host=host or http.host,
        port=http.port if port is None else port,
        workers=workers,
        **watched,
        **options(),
    )


def application() -> FastAPI:
    """The application of a server process."""
    _one_heap()
    gc.disable()  # until the runtime is open, as on the command line
    gc.set_threshold(*_COLLECT)
    settings = read_settings()
    configure_logging(settings)
    return create_app(settings)


def _one_heap() -> None:
    """Have the threads share one heap, where the C library is glibc.

    It gives each of them its own otherwise, and what one has given back no other takes: 9 MiB with
    500 streams. One thread runs at a time here, so they do not wait for each other.
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


async def prepare(settings: Settings) -> None:
    """Migrate and make the first user before any process listens; prints the secrets once."""
    from menon.features.accounts.service import bootstrap

    async with open_runtime(settings, among=_only("accounts")) as runtime:
        first = await bootstrap(runtime)
    if first is not None:
        print(f"First user: {first.username}\nPassword:   {first.password}")
        print(f"API key:    {first.api_key}\nThey are shown this once; keep them.", flush=True)


def options() -> dict[str, Any]:
    """How uvicorn runs, in every mode."""
    return {
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,  # our own layer reads them, from whom the settings trust
        "timeout_graceful_shutdown": DRAIN_S,
        "timeout_keep_alive": 30,
        "backlog": 4096,
        "ws_max_size": 1_048_576,
    }


def _watched(settings: Settings) -> dict[str, Any]:
    """What makes uvicorn start again when a file changes."""
    from menon.engine.framework.loading import folder
    from menon.features.agents.settings import AgentSettings

    if not (app := settings[AgentSettings].app):
        raise SettingsError("--reload watches the files of --app; name that one too.")
    return {"reload": True, "reload_dirs": [str(folder(app))]}


def _tried(settings: Settings) -> dict[str, Any]:
    """Load the agents before anything listens, so that what is wrong with them is said plainly."""
    from menon.engine.framework.loading import load
    from menon.features.agents.settings import AgentSettings

    if app := settings[AgentSettings].app:
        load(app)
    return {}


def _only(*names: str):  # noqa: ANN202 - the features' own type
    from menon.entry.parts import features

    return [feature for feature in features() if feature.name in names]
