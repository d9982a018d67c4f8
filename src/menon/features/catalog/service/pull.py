"""Getting models: to the Ollama server by a durable job, and the weights for embeddings."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import InvalidInput
from menon.core.jobs import JobContext, enqueue, job
from menon.core.runs import store
from menon.core.runs.models import RunKind, RunState
from menon.core.runtime import Runtime
from menon.features.catalog.schemas import PullOut
from menon.features.catalog.service.views import ollama
from menon.features.runs import service as runs
from menon.kit.ids import new_id
from menon.kit.text import clean

_LONGEST = 150
_KIB = 1024
"""Progress counts these, since a model's bytes do not fit into a column of 32 bits."""


@job("catalog.pull")
async def pulling(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Pull one model; when the process dies, the next one goes on where the server stopped."""
    name: str = payload["model"]
    await context.step("pull", _pull, context, name)
    await ollama(context.runtime).look(context.runtime.clock.now())
    return {"model": f"ollama:{name}"}


async def pull(runtime: Runtime, who: Principal, name: str) -> PullOut:
    """Begin to download a model and answer where its progress can be followed.

    Raises:
        NotConfigured: there is no Ollama server.
        InvalidInput: the name cannot be one.
    """
    ollama(runtime)
    name = clean(name).strip()
    if not name or len(name) > _LONGEST:
        raise InvalidInput(f"{name[:200]!r} is not the name of a model, such as 'llama3.2:3b'.")
    run_id = new_id()
    await runtime.db.write(_begin, who, run_id, name, now=runtime.clock.now())
    return PullOut(
        run_id=run_id,
        model=f"ollama:{name}",
        state=RunState.QUEUED,
        events=f"/api/v1/runs/{run_id}/events",
    )


async def pulled(runtime: Runtime, who: Principal, run_id: str) -> tuple[str, str]:
    """The model that a run was to download, and why it is not there; empty when it is.

    Raises:
        NotFound: there is no such run, or it is somebody else's.
    """
    run = await runs.get(runtime, who, run_id)
    error = (
        run.error["detail"] if run.error else "" if run.state == RunState.COMPLETED else run.state
    )
    return str(run.input.get("model", "")), error


async def pull_lines(runtime: Runtime, name: str) -> AsyncGenerator[str]:
    """Download a model here and now, told in lines: one a status and tenth of a layer.

    Raises:
        NotConfigured: there is no Ollama server.
        ModelError: it does not know the model.
    """
    last = ""
    async with aclosing(ollama(runtime).pull(name)) as progress:
        async for step in progress:
            tenths = f" {10 * (10 * step.done // step.total)} %" if step.total else ""
            line = f"{step.status}{tenths}"
            if line != last:
                yield line
            last = line


async def install_minilm(runtime: Runtime, source: Path | None) -> Path:
    """Make the model of embeddings in the data directory and return where it is.

    Raises:
        NotFound: the source lacks a file.
        ModelUnavailable: a file is not byte for byte the pinned one, or cannot be converted.
        ExternalError: the weights cannot be downloaded.
    """
    from menon.engine.retrieval.install import install

    cache = runtime.settings.root.data_dir.absolute() / "models" / "cache"
    work = partial(install, cache, source=source)
    return await asyncio.get_running_loop().run_in_executor(None, work)


def _begin(session: Session, who: Principal, run_id: str, name: str, *, now: datetime) -> None:
    new = store.NewRun(
        id=run_id,
        kind=RunKind.TASK,
        owner_id=who.user_id,
        title=f"Pull {name}",
        input={"model": name},
    )
    store.create(session, new, now)
    enqueue(session, pulling, {"model": name}, run_id=run_id, now=now)
    audit.record(session, who, "model.pulled", subject=name, at=now, run=run_id)


async def _pull(context: JobContext, name: str) -> None:
    async with aclosing(ollama(context.runtime).pull(name)) as progress:
        async for line in progress:
            total = -(-line.total // _KIB) or None
            await context.progress(-(-line.done // _KIB), total, line.status)
