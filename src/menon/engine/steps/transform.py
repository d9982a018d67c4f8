"""The step that makes one value of others."""

from typing import Any

from menon.engine.steps.step import Config, StepContext, step


class TransformConfig(Config, frozen=True, kw_only=True):
    """What to make."""

    value: Any
    """Plain JSON with `{{ expressions }}` in it."""


@step("transform", pure=True)
async def transform(context: StepContext, config: TransformConfig) -> Any:
    """Make a value of the input and of what earlier steps gave."""
    del context
    return config.value
