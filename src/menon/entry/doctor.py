"""Looking at an installation: each finding says what to do about it."""

import asyncio
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from menon.core.db.migrate import pending
from menon.core.db.settings import database_url
from menon.core.errors import SandboxUnavailable
from menon.core.http.settings import HttpSettings
from menon.core.keys import load_keys
from menon.core.limits import LimitSettings
from menon.core.runtime import Runtime
from menon.core.settings import Settings, SettingsError
from menon.engine.sandbox import Sandbox
from menon.entry.runtime import open_runtime, read_settings
from menon.features.catalog.service import Models
from menon.features.knowledge.desk import Desk

_LOW_DISK = 1 << 30


@dataclass(frozen=True)
class Finding:
    """One look at one thing."""

    name: str
    state: Literal["ok", "note", "bad"]
    detail: str


def run(*, deploy: bool, as_json: bool) -> int:
    """Print the findings; 1 where one of them is bad."""
    findings = list(_all(deploy=deploy))
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        marks = {"ok": "ok  ", "note": "note", "bad": "BAD "}
        for finding in findings:
            print(f"{marks[finding.state]}  {finding.name}: {finding.detail}")
    return int(any(finding.state == "bad" for finding in findings))


def _all(*, deploy: bool) -> Iterator[Finding]:
    yield Finding("python", "ok", sys.version.split()[0])
    try:
        settings = read_settings()
    except SettingsError as error:
        yield Finding("settings", "bad", str(error))
        return
    yield Finding("settings", "ok", f"{len(list(settings))} sections")
    yield _keys(settings)
    yield _disk(settings)
    if (schema := _schema(settings)).state == "bad":
        yield schema
        return
    yield schema
    yield from asyncio.run(_running(settings))
    if deploy:
        yield from _deployment(settings)


def _keys(settings: Settings) -> Finding:
    try:
        load_keys(settings.root)
    except SettingsError as error:
        return Finding("keys", "bad", str(error))
    return Finding("keys", "ok", "present")


def _disk(settings: Settings) -> Finding:
    folder = settings.root.data_dir
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    free = shutil.disk_usage(folder).free
    state = "ok" if free > _LOW_DISK else "bad"
    return Finding("disk", state, f"{free / 1e9:.1f} GB free in {folder}")


def _schema(settings: Settings) -> Finding:
    url = database_url(settings.root)
    kind = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
    try:
        behind = pending(url)
    except Exception as error:  # noqa: BLE001 - whatever the driver says is the finding
        return Finding("database", "bad", f"{kind} cannot be reached: {error}")
    if behind:
        return Finding("database", "note", f"{kind}, not at this build's schema: `menon migrate`")
    return Finding("database", "ok", f"{kind}, schema up to date")


async def _running(settings: Settings) -> list[Finding]:
    async with open_runtime(settings) as runtime:
        return [await _model(runtime), _embeddings(runtime), await confinement(runtime[Sandbox])]


async def _model(runtime: Runtime) -> Finding:
    resolved = await runtime[Models].resolve("auto")
    state = "note" if resolved.model.name.startswith("offline:") else "ok"
    return Finding("model", state, f"{resolved.model.name}: {resolved.reason}")


def _embeddings(runtime: Runtime) -> Finding:
    space = runtime[Desk].space
    if space:
        return Finding("embeddings", "ok", space)
    return Finding(
        "embeddings", "note", "none, searches go by words: `menon models install minilm`"
    )


async def confinement(sandbox: Sandbox) -> Finding:
    """What generated code would be confined by, found by trying."""
    try:
        found = await sandbox.verdict()
    except SandboxUnavailable as error:
        return Finding("sandbox", "note", error.detail)
    network = "" if found.walls.walled else ", tests that open sockets are skipped in it"
    stronger = "; ".join(found.reasons)
    missed = f"; stronger would be {stronger}: see docs/sandbox.md" if stronger else ""
    return Finding("sandbox", "note" if stronger else "ok", f"{found.walls.name}{network}{missed}")


def _deployment(settings: Settings) -> Iterator[Finding]:
    http = settings[HttpSettings]
    open_to_all = http.host not in {"127.0.0.1", "::1", "localhost"}
    checks: list[tuple[str, Callable[[], bool], str]] = [
        (
            "public_url",
            lambda: http.public_url.startswith("https://"),
            "set MENON_HTTP__PUBLIC_URL to the https address, so that cookies are for it alone",
        ),
        (
            "metrics",
            lambda: not (http.open_metrics and open_to_all),
            "/metrics is open to everybody: MENON_HTTP__OPEN_METRICS=false",
        ),
        (
            "limits",
            lambda: settings[LimitSettings].enabled,
            "requests are not limited: MENON_LIMITS__ENABLED=true",
        ),
        ("debug", lambda: not settings.root.debug, "unset DEBUG"),
        (
            "database",
            lambda: http.workers == 1 or settings.root.database_url is not None,
            "several server processes want PostgreSQL: MENON_DATABASE_URL",
        ),
    ]
    for name, holds, remedy in checks:
        good = holds()
        yield Finding(
            f"deploy {name}", "ok" if good else "note", "as it should be" if good else remedy
        )
