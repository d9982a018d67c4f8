"""The model that mends: whether there is one, and what it says within a budget."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any, Self

from sqlalchemy.orm import Session

from menon.apps.socratic.codebases.mending.carried import written
from menon.apps.socratic.settings import StudioSettings
from menon.core.auth import Action, Principal, Reach, authorize, reach
from menon.core.errors import InvalidInput, MenonError, NotFound
from menon.core.runs.models import Run
from menon.core.runtime import Runtime
from menon.engine.agents.turn import Limits, Turn
from menon.engine.llm.automatic import AUTO
from menon.engine.llm.choose import OFFLINE
from menon.features.agents.rules import Answer
from menon.features.catalog.service import Models, Resolved, add_usage
from menon.kit.loading import loaded

_INSTRUCTIONS = "You mend programs. You answer with the JSON object that is asked for, only."


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What models may still take in one generation."""

    tokens: int
    seconds: float

    @property
    def left(self) -> bool:
        """Whether there is anything."""
        return self.tokens > 0 and self.seconds > 0

    def after(self, tokens: int, seconds: float) -> Self:
        """What is left after some was taken."""
        return replace(self, tokens=self.tokens - tokens, seconds=self.seconds - seconds)


async def chosen(runtime: Runtime, who: Principal, wanted: str | None) -> str:
    """The model that somebody wants to mend their code, where they may use it.

    Raises:
        Forbidden: they may not use models.
        InvalidInput: there is no such model, or it writes no text.
        ModelUnavailable: its server is not configured.
    """
    if wanted is None:
        return runtime.settings[StudioSettings].repair_model if may_ask(who) else OFFLINE
    if wanted == OFFLINE:
        return OFFLINE
    authorize(who, Action.CHAT)
    if wanted == AUTO:
        return AUTO
    try:
        resolved = await runtime[Models].resolve(wanted, needs_tools=False)
    except NotFound as error:
        raise InvalidInput(
            f"{error.detail} Name one of `GET /api/v1/models/available` as `provider:name`,"
            " `auto`, or `offline`.",
            errors=[{"pointer": "/repair_model", "detail": error.detail}],
        ) from error
    if _offline(resolved):
        raise InvalidInput(
            "The offline engine cannot mend code; name a language model, `auto`, or `offline`.",
            errors=[{"pointer": "/repair_model", "detail": "It is no language model."}],
        )
    return resolved.model.name


def may_ask(who: Principal) -> bool:
    """Whether somebody may use models."""
    return reach(who, Action.CHAT) is not Reach.NONE


async def configured(runtime: Runtime, wanted: str) -> str:
    """The name of the model that would be asked; empty where only the offline engine is there."""
    if wanted == OFFLINE:
        return ""
    try:
        resolved = await runtime[Models].resolve(wanted, needs_tools=False)
    except MenonError:
        return ""
    return "" if _offline(resolved) else resolved.model.name


async def asked(
    runtime: Runtime, run_id: str, prompt: str, budget: Budget, wanted: str
) -> dict[str, Any]:
    """Ask the model once; what it took is counted at once, since this step may be lost.

    Returns:
        `text` as `carried.read` takes it, or `error`; `tokens` and `seconds` taken.
    """
    await loaded("menon.engine.agents.run")
    from menon.engine.agents.run import run

    nothing: dict[str, Any] = {"text": "", "error": "", "tokens": 0, "seconds": 0.0}
    try:
        resolved = await runtime[Models].resolve(wanted, needs_tools=False)
    except MenonError as error:
        return nothing | {"error": error.detail}
    if _offline(resolved):
        return nothing | {"error": "No model is there any more."}
    answer, started = Answer(), asyncio.get_running_loop().time()
    async for event in run(_turn(runtime, run_id, prompt, budget, resolved)):
        answer.add(event)
    seconds = asyncio.get_running_loop().time() - started
    await runtime.db.write(_count, runtime, run_id, answer, seconds)
    return {
        "text": written(answer.text),
        "error": (answer.error.detail or "The model failed.") if answer.error else "",
        "tokens": answer.usage.input_tokens + answer.usage.output_tokens,
        "seconds": seconds,
    }


def _turn(runtime: Runtime, run_id: str, prompt: str, budget: Budget, resolved: Resolved) -> Turn:
    """A turn without tools, since the files hold the words of strangers."""
    away = tuple(model for model in resolved.fallbacks if model.card.provider != OFFLINE)
    return Turn(
        run=run_id,
        agent="code_generator",
        model=resolved.model,
        fallbacks=away,
        question=prompt,
        instructions=_INSTRUCTIONS,
        limits=Limits(tokens=budget.tokens, seconds=budget.seconds, steps=1),
        patience=resolved.patience,
        tainted=True,
        runtime=runtime,
        clock=runtime.clock,
    )


def _offline(resolved: Resolved) -> bool:
    return resolved.model.card.provider == OFFLINE


def _count(session: Session, runtime: Runtime, run_id: str, answer: Answer, seconds: float) -> None:
    run = session.get_one(Run, run_id)
    run.model = answer.model or run.model
    add_usage(
        session, run, answer.spent, at=runtime.clock.now(), seconds=seconds, ok=answer.error is None
    )
