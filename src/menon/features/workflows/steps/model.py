"""The step that asks a model, without tools and without a past."""

import json
from datetime import datetime
from typing import Any, cast

from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, authorize
from menon.core.errors import MenonError
from menon.core.jobs.plain import error_from
from menon.core.runs.models import Run
from menon.core.runtime import Runtime
from menon.engine.agents.turn import Limits, Turn
from menon.engine.steps.step import Config, StepContext, step
from menon.features.agents.rules import Answer
from menon.features.catalog.service import Models, Resolved, add_usage
from menon.features.workflows.errors import StepFailed
from menon.kit.loading import loaded


class ModelConfig(Config, frozen=True, kw_only=True):
    """What to ask which model."""

    prompt: str
    instructions: str = ""
    model: str = "auto"
    temperature: float | None = None
    max_tokens: int | None = None
    json: bool = False
    """The answer is JSON; it is read, and the step fails where it is none."""


@step("model", heavy=True)
async def model(context: StepContext, config: ModelConfig) -> dict[str, Any]:
    """Ask a model once and take its answer."""
    await loaded("menon.engine.agents.run")
    from menon.engine.agents.run import run

    runtime, who = cast("Runtime", context.runtime), cast("Principal", context.who)
    authorize(who, Action.CHAT)
    resolved = await runtime[Models].resolve(config.model, needs_tools=False)
    began, answer = runtime.clock.now(), Answer()
    async for event in run(_turn(context, config, resolved)):
        answer.add(event)
    await runtime.db.write(_count, context, answer, began)
    if answer.error is not None:
        raise _failure(answer)
    return {
        "text": answer.text,
        "json": _read(answer.text) if config.json else None,
        "model": answer.model,
        "usage": {
            "requests": answer.usage.requests,
            "input_tokens": answer.usage.input_tokens,
            "output_tokens": answer.usage.output_tokens,
            "cost": answer.usage.cost,
        },
    }


def _turn(context: StepContext, config: ModelConfig, resolved: Resolved) -> Turn:
    runtime = cast("Runtime", context.runtime)
    return Turn(
        run=context.run_id,
        agent="workflow",
        model=resolved.model,
        fallbacks=resolved.fallbacks,
        question=config.prompt,
        instructions=config.instructions,
        limits=Limits(seconds=None, answer_tokens=config.max_tokens),
        patience=resolved.patience,
        temperature=config.temperature,
        who=context.who,
        runtime=runtime,
        clock=runtime.clock,
    )


def _count(session: Session, context: StepContext, answer: Answer, began: datetime) -> None:
    """What a turn took is counted at once: an attempt that is repeated is spent twice."""
    run, now = session.get_one(Run, context.run_id), cast("Runtime", context.runtime).clock.now()
    run.model = answer.model or run.model
    seconds = (now - began).total_seconds()
    add_usage(session, run, answer.spent, at=now, seconds=seconds, ok=answer.error is None)


def _failure(answer: Answer) -> MenonError:
    error = answer.error
    code, detail = (error.code, error.detail) if error else ("MODEL_003", "")
    return error_from({"code": code, "detail": detail})


def _read(text: str) -> Any:
    """The JSON of an answer, with or without a fence around it."""
    bare = text.strip().removeprefix("```json").removeprefix("```").removesuffix("```")
    try:
        return json.loads(bare)
    except ValueError as error:
        raise StepFailed(f"The model's answer is no JSON: {text[:80]!r}") from error
