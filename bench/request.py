"""Processor time of an authenticated get by id, beside a bare FastAPI: `python -m bench.request`.

Both are real servers on a loopback port, one after the other in turns, under the same load. Ours is
the whole product: identity by API key, limits, one unit of work on SQLite, metrics, and an access
line in JSON. The limit is a ratio, since machines differ; the least disturbed round of each counts,
since other work on the machine makes a process that uses several threads much dearer.
"""

import argparse
import asyncio
import json
import socket
import statistics
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench import load
from bench.harness import Child, children, folder
from bench.processes import usage
from menon.core.settings import Settings
from menon.core.settings import load as load_settings
from menon.core.telemetry.logs import configure_logging
from menon.entry.http import create_app
from menon.entry.parts import features, sections
from menon.entry.runtime import open_runtime
from menon.features.accounts.models import User
from menon.features.accounts.service import bootstrap

LIMIT = 8.0
ROUNDS = 12
SECONDS = 0.75
SERVERS = ("bare", "menon")


class Thing(BaseModel):
    """What a bare application answers."""

    id: str
    username: str
    email: str
    roles: list[str]
    is_active: bool
    created_at: datetime


def bare() -> FastAPI:
    """An application with one route and nothing around it."""
    app = FastAPI()
    born = datetime(2026, 11, 20, tzinfo=UTC)

    @app.get("/things/{thing_id}")
    async def thing(thing_id: str) -> Thing:
        return Thing(
            id=thing_id, username="ada", email="", roles=[], is_active=True, created_at=born
        )

    return app


def product(at: Path) -> Settings:
    """The settings of the measured server: a limit that counts, and lets everybody pass."""
    given: dict[str, Any] = {"limits": {"per_minute": 10**9}, "jobs": {"worker": False}}
    return load_settings(sections(features()), environ={}, data_dir=at, **given)


async def prepared(at: Path) -> tuple[str, str]:
    """The id of a user to read, and the API key of an administrator."""
    async with open_runtime(product(at)) as runtime:
        first = await bootstrap(runtime)
        if first is None:
            raise RuntimeError("the folder is not empty")
        return await runtime.db.read(_first_id), first.api_key


def _first_id(session: Session) -> str:
    return session.scalars(select(User.id)).one()


def serve(which: str, at: Path, port: int) -> None:
    """Be one of the two servers, until killed."""
    if which == "menon":
        configure_logging(product(at))
    app = bare() if which == "bare" else create_app(product(at))
    config = uvicorn.Config(app, port=port, access_log=False, log_config=None, server_header=False)

    class Announced(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            print("ready", flush=True)

    Announced(config).run()


async def measure(rounds: int = ROUNDS, seconds: float = SECONDS) -> dict[str, Any]:
    """The figures of both, and their ratio."""
    with folder() as at:
        user_id, key = await prepared(at)
        ports = {which: free_port() for which in SERVERS}
        servers = {
            which: Child(
                "bench.request", which, str(at), str(ports[which]), log=at / f"{which}.log"
            )
            for which in SERVERS
        }
        targets = {
            "bare": ["/things/" + user_id],
            "menon": [f"/api/v1/users/{user_id}", "--header", f"authorization: Bearer {key}"],
        }
        spent: dict[str, list[float]] = {which: [] for which in SERVERS}
        async with children(list(servers.values())):
            await settled(servers["menon"].pid)
            for _ in range(rounds):
                for which in SERVERS:
                    path, *more = targets[which]
                    figures = await load.measure(
                        load.parse(
                            [
                                *("rest", f"http://127.0.0.1:{ports[which]}{path}", *more),
                                *("-c", "8", "--seconds", str(seconds), "--warmup", "0.2"),
                                *("--pid", str(servers[which].pid)),
                            ]
                        )
                    )
                    if set(figures["status"]) != {200}:
                        raise RuntimeError(f"{which} answered {figures['status']}")
                    spent[which].append(figures["cpu_req_us"])
    bare_us, ours_us = (min(spent[which]) for which in SERVERS)
    ratio = round(ours_us / bare_us, 2)
    return {
        "bare_us": bare_us,
        "menon_us": ours_us,
        "medians_us": [statistics.median(spent[which]) for which in SERVERS],
        "ratio": ratio,
        "limit": LIMIT,
        "ok": ratio <= LIMIT,
    }


async def settled(pid: int) -> None:
    """Wait until the process has warmed up: it uses less than 2 % of a core."""
    while True:
        before = usage([pid]).cpu
        await asyncio.sleep(1)
        if usage([pid]).cpu - before < 0.02:
            return


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> None:
    """Measure, or be a server of the measurement."""
    if sys.argv[1:2] and sys.argv[1] in SERVERS:
        serve(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    figures = asyncio.run(measure())
    print(json.dumps(figures) if as_json else "\n".join(f"{k}: {v}" for k, v in figures.items()))
    sys.exit(0 if figures["ok"] else 1)


if __name__ == "__main__":
    main()
