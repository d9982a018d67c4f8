"""The step that chooses which way a workflow goes on."""

from typing import Any

import msgspec

from menon.engine.steps.expressions import ExpressionError, holds, parse
from menon.engine.steps.step import Config, StepContext, step


class ConditionConfig(Config, frozen=True, kw_only=True):
    """What decides, and what follows."""

    expression: str
    then: list[str] = msgspec.field(default_factory=list[str])
    """Steps that run only where it is true."""
    otherwise: list[str] = msgspec.field(name="else", default_factory=list[str])
    """Steps that run only where it is false."""


def _check(config: ConditionConfig) -> list[str]:
    try:
        parse(config.expression)
    except ExpressionError as error:
        return [f"`expression`: {error}"]
    return []


@step("condition", raw=("expression",), pure=True, check=_check)
async def condition(context: StepContext, config: ConditionConfig) -> dict[str, Any]:
    """Choose by an expression which steps run."""
    value = holds(config.expression, context.scope)
    return {"value": value, "branch": "then" if value else "else"}
