"""Which models agents reach while a test runs: those that it names, or none but the offline engine.

They hold for agents in Python and for a server in this process alike, whatever models are called.
"""

import contextlib
from collections.abc import Generator
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from menon.core.errors import ModelUnavailable

if TYPE_CHECKING:
    from pydantic_ai.models import Model


@contextlib.contextmanager
def every_model_is(model: "Model") -> Generator[None]:
    """Every name of a model means this one."""
    from menon.engine.framework.models import ready
    from menon.engine.llm.models import Models, Resolved

    found = Resolved(model=ready(model), reason="The test says so.")

    async def resolve(self: Models, wanted: str = "auto", *, needs_tools: bool = True) -> Any:
        del self, wanted, needs_tools
        return found

    with patch.object(Models, "resolve", resolve):
        yield


@contextlib.contextmanager
def only_offline() -> Generator[None]:
    """`auto` is the offline engine; who names another model is told that a test reaches none."""
    from menon.engine.agents.turn import ResolvedModel
    from menon.engine.llm.models import Models, Resolved
    from menon.engine.llm.offline.model import ExtractiveModel
    from menon.engine.llm.providers.offline import MODEL, NAME, card

    engine = ResolvedModel(card=card, model=ExtractiveModel(MODEL, NAME))

    async def resolve(self: Models, wanted: str = "auto", *, needs_tools: bool = True) -> Any:
        del self, needs_tools
        if wanted not in {"", "auto", card.qualified}:
            raise ModelUnavailable(
                f"A test that is offline reaches no {wanted!r}; give the agent a ScriptedModel."
            )
        return Resolved(model=engine, reason="The test is offline.")

    with patch.object(Models, "resolve", resolve):
        yield
