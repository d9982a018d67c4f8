"""One step at work: its configuration filled in, tried, tried again, its output kept."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from menon.core.auth import Principal
from menon.core.errors import (
    DatabaseError,
    ExternalError,
    Internal,
    MenonError,
    ModelLimited,
    ModelUnavailable,
)
from menon.core.jobs.plain import plain
from menon.core.runs.events import Artifact, Event, Retrying
from menon.core.runtime import Runtime
from menon.core.telemetry.redact import MASK
from menon.engine.llm.provider import Outbound
from menon.engine.steps.expressions import reads, render
from menon.engine.steps.step import Ask, Below, Config, Elsewhere, Outcome, Step, StepContext, Until
from menon.features.files.service import Blobs
from menon.features.runs.rules import shown_args
from menon.features.vault import keeping
from menon.features.workflows.errors import StepFailed, StepTimedOut
from menon.features.workflows.kinds import Kinds
from menon.features.workflows.queries import written_by_others
from menon.features.workflows.rules import scrub
from menon.features.workflows.rules.definition import Node
from menon.features.workflows.settings import WorkflowSettings

SHOWN = 64 * 1024
"""Characters of a filled configuration that are recorded."""
LONGEST_PAUSE_S = 300.0
MEDIA = "application/json"
_PASSING = (ExternalError, ModelUnavailable, ModelLimited, StepTimedOut, DatabaseError)

log = structlog.stdlib.get_logger(__name__)


class Heavy:
    """The places for steps that take a model, in this process."""

    def __init__(self, places: int) -> None:
        self.places = asyncio.Semaphore(places)


@contextlib.asynccontextmanager
async def open_heavy(runtime: Runtime) -> AsyncGenerator[Heavy]:
    """As many places as the settings say."""
    yield Heavy(runtime.settings[WorkflowSettings].heavy)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step did not do it."""

    code: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Stored:
    """An output that lies in a file."""

    ref: str
    size: int

    @property
    def shown(self) -> dict[str, Any]:
        """What stands in its place."""
        return {"artifact": {"ref": self.ref, "media_type": MEDIA, "size": self.size}}


@dataclass(frozen=True, kw_only=True)
class World:
    """What the steps of one attempt at an execution share."""

    runtime: Runtime
    run_id: str
    who: Principal
    emit: Callable[[Event], Awaitable[None]]

    @property
    def kinds(self) -> Kinds:
        """The kinds of steps there are."""
        return self.runtime[Kinds]

    @property
    def settings(self) -> WorkflowSettings:
        """How much happens at the same time."""
        return self.runtime.settings[WorkflowSettings]


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A step that can run."""

    kind: Step
    config: Config
    recorded: Any
    """The configuration to show: secrets masked."""
    secrets: tuple[str, ...]
    scope: Mapping[str, Any]


async def fill(world: World, node: Node, scope: Mapping[str, Any]) -> Filled:
    """Fill the expressions of a step's configuration.

    Raises:
        ExpressionError: one reads what is not there.
        StepFailed: the kind is not installed, or what was filled in does not fit it.
        MenonError: a secret cannot be had.
    """
    kind = world.kinds.get(node.kind)
    if kind is None:
        raise StepFailed(f"No kind of step {node.kind!r} is installed here.")
    raw = {name: value for name, value in node.config.items() if name in kind.raw}
    open_ = {name: value for name, value in node.config.items() if name not in kind.raw}
    secrets = await _secrets(world, open_)
    masked = dict.fromkeys(secrets, MASK)
    whole = raw | render(open_, {**scope, "secrets": secrets})
    try:
        config = kind.configured(whole)
    except ValueError as error:
        raise StepFailed(f"The configuration does not fit: {error}") from error
    return Filled(
        kind=kind,
        config=config,
        recorded=_recorded(raw | render(open_, {**scope, "secrets": masked})),
        secrets=tuple(value for value in secrets.values() if len(value) >= 4),
        scope=scope,
    )


async def work(
    world: World, node: Node, path: str, filled: Filled, *, attempt: int, again: Callable[[], None]
) -> Outcome | Stored | Failure:
    """Run a step until it succeeds, or until it is given up; its output fits into the record.

    Args:
        world: what it shares with others.
        node: how long it may take, and how often it is tried again.
        path: its name in the run.
        filled: what to do.
        attempt: counts over all attempts at the run.
        again: told of each further attempt.
    """
    tries = 0
    while True:
        try:
            outcome = await _once(world, node, path, filled, attempt + tries)
            return await kept(world, path, scrub.outcome(outcome, filled.secrets))
        except MenonError as error:
            wait = pause(error, tries, node.retries, first=world.settings.backoff_seconds)
            if wait is None:
                return Failure(error.code, scrub.text(error.detail, filled.secrets))
            cause = error.code
        tries += 1
        again()
        await world.emit(Retrying(attempt=tries + 1, after_s=wait, cause=f"{path}: {cause}"))
        await asyncio.sleep(wait)


def pause(error: MenonError, tries: int, retries: int, *, first: float) -> float | None:
    """Seconds before a failed step is tried again; None to give it up.

    Only what passes by itself is tried again: after 1, 2 and 4 times `first`, or when the other
    side says.
    """
    if tries >= retries or not isinstance(error, _PASSING):
        return None
    wait = max(error.retry_after or 0.0, first * 2**tries)
    return wait if wait <= LONGEST_PAUSE_S else None


async def kept(world: World, name: str, value: Outcome) -> Outcome | Stored:
    """The value itself, or the file in which it lies where it is too large for the record.

    Raises:
        StepFailed: it is not plain JSON.
    """
    if isinstance(value, Until | Ask | Below | Elsewhere):
        return value
    try:
        text = json.dumps(plain(value), allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise StepFailed(f"The output is not plain JSON: {error}") from error
    limit = world.settings.inline_bytes
    if len(text) <= limit // 4 or len(data := text.encode()) <= limit:
        return value

    async def body() -> AsyncGenerator[bytes]:
        yield data

    blob = await world.runtime[Blobs].keep(body(), limit=len(data))
    await world.emit(Artifact(name=name, media_type=MEDIA, size=blob.size, ref=blob.digest))
    return Stored(ref=blob.digest, size=blob.size)


async def _once(world: World, node: Node, path: str, filled: Filled, attempt: int) -> Outcome:
    runtime = world.runtime
    context = StepContext(
        run_id=world.run_id,
        node=path,
        attempt=attempt,
        now=runtime.clock.now(),
        scope=filled.scope,
        client=runtime[Outbound].client,
        who=world.who,
        runtime=runtime,
    )
    place = runtime[Heavy].places if filled.kind.heavy else contextlib.nullcontext()
    try:
        async with place, asyncio.timeout(node.timeout_s):
            return await filled.kind.run(context, filled.config)
    except TimeoutError as error:
        raise StepTimedOut(f"It took longer than {node.timeout_s or 0:g} s.") from error
    except ValueError as error:
        raise StepFailed(str(error)) from error
    except MenonError:
        raise
    except Exception as error:
        log.exception("workflow.step_failed", run_id=world.run_id, step=path, kind=filled.kind.name)
        raise Internal(f"The step failed with {type(error).__name__}; the log says why.") from error


async def _secrets(world: World, config: Mapping[str, Any]) -> dict[str, str]:
    """The caller's secrets that a configuration names, by name.

    Raises:
        StepFailed: somebody else has written where they would go.
        NotFound: there is none of a name.
    """
    paths = [path.parts for path in reads(config) if path.parts[0] == "secrets"]
    names = {str(parts[1]) for parts in paths if len(parts) > 1}
    if not names:
        return {}
    if await world.runtime.db.read(written_by_others, world.run_id):
        raise StepFailed(
            f"This workflow is somebody else's and asks for your secret {min(names)!r};"
            " make a copy of it that you have read to let it have that."
        )
    whose = keeping.own(world.who)
    return await keeping.use(world.runtime, world.who, whose, names, run=world.run_id)


def _recorded(config: Mapping[str, Any]) -> Any:
    shown = shown_args(dict(config))
    size = len(json.dumps(shown, default=str))
    return shown if size <= SHOWN else {"omitted": f"{size} characters are not shown"}
