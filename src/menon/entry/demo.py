"""The demo: a first user, a knowledge base, a server; each step says what it does."""

import asyncio
import contextlib
import sys
import time
from collections.abc import Sequence
from typing import Any

import typer
import uvicorn

from menon.core.errors import NotFound
from menon.core.http.settings import HttpSettings
from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.entry.http import create_app
from menon.entry.runtime import open_runtime, read_settings
from menon.entry.server import options
from menon.features.accounts.service import Bootstrap, bootstrap, principal_named
from menon.features.agents import asking
from menon.features.knowledge import collections, ingesting

COLLECTION = "handbook"
QUESTION = "How many days of annual leave do I get in Norway?"


def run(knowledge: Sequence[str], *, once: bool) -> None:
    """Prepare what is missing, then serve; with `once` ask a question on the terminal instead."""
    began = time.monotonic()
    settings = read_settings()
    first = asyncio.run(_prepare(settings, knowledge, once=once))
    if once:
        return
    http = settings[HttpSettings]
    app = create_app(settings)
    config = uvicorn.Config(app, host=http.host, port=http.port, **options())
    server = _Announcing(config, _banner(settings, first, began))
    server.run()


class _Announcing(uvicorn.Server):
    """Says where it is once it answers."""

    def __init__(self, config: uvicorn.Config, text: str) -> None:
        super().__init__(config)
        self._text = text

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(self._text, flush=True)


async def _prepare(settings: Settings, knowledge: Sequence[str], *, once: bool) -> Bootstrap | None:
    print(f"Data directory: {settings.root.data_dir}", flush=True)
    async with open_runtime(settings) as runtime:
        first = await bootstrap(runtime)
        with contextlib.ExitStack() as unless_served:
            # Whoever interrupts the reading, or never serves, would not see them again.
            unless_served.callback(_tell, first)
            await _ingest(runtime, knowledge)
            if not once:
                unless_served.pop_all()
                return first
            print(f"\n> {QUESTION}\n", flush=True)
            wanted = asking.Wanted("assistant", "", QUESTION, as_json=False)
            if not await asking.ask(runtime, "admin", wanted, typer.echo):
                raise typer.Exit(1)
    return first


async def _ingest(runtime: Runtime, knowledge: Sequence[str]) -> None:
    who = await principal_named(runtime, "admin")
    try:
        known = await collections.get(runtime, who, COLLECTION)
        if known.documents:
            words = "document is" if known.documents == 1 else "documents are"
            print(f"Knowledge base: {known.documents} {words} there already", flush=True)
            return
    except NotFound:
        pass
    print("Reading the demo knowledge base", flush=True)
    target = ingesting.Target(collection=COLLECTION, shared=True)
    failed = await ingesting.ingest(runtime, who, knowledge, target, typer.echo)
    if failed:
        raise typer.Exit(1)


def _tell(first: Bootstrap | None) -> None:
    if first is not None:
        print("", *_credentials(first), sep="\n", flush=True)


def _credentials(first: Bootstrap) -> list[str]:
    return [
        f"  User      {first.username}",
        f"  Password  {first.password}",
        f"  API key   {first.api_key}",
        "  Password and key are shown this once; keep them.",
    ]


def _again(settings: Settings) -> list[str]:
    """How to get in when the password or the key is lost, as this shell would have to type it."""
    menon = f"MENON_DATA_DIR={settings.root.data_dir} {sys.argv[0]}"
    return [
        "  Sign in   as admin, as before; for another password or key:",
        f"            {menon} user passwd admin --generate",
        f"            {menon} key create --name demo",
    ]


def _banner(settings: Settings, first: Bootstrap | None, began: float) -> str:
    http = settings[HttpSettings]
    address = f"http://{http.host}:{http.port}"
    lines = ["", f"Menon is ready after {time.monotonic() - began:.0f} s", f"  Address   {address}"]
    lines += _again(settings) if first is None else _credentials(first)
    key = first.api_key if first else "YOUR_KEY"
    body = '{"message": "What is the per diem in Porto?"}'
    lines += [
        "",
        f"  curl -N {address}/api/chat -H 'Authorization: Bearer {key}' \\",
        f"       -H 'Content-Type: application/json' -d '{body}'",
        "",
    ]
    return "\n".join(lines)
