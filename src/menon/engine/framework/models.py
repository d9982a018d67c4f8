"""What an agent may call its model: a name, or the model itself."""

from typing import TYPE_CHECKING, TypeAlias, Union

from menon.engine.agents.house import House
from menon.engine.agents.turn import ResolvedModel

if TYPE_CHECKING:
    from pydantic_ai.models import Model

    from menon.engine.llm.models import Resolved

AnyModel: TypeAlias = Union[str, ResolvedModel, "Model"]


async def resolved(model: str | ResolvedModel, where: House, *, needs_tools: bool) -> "Resolved":
    """The model, ready to answer, with those that stand in for it."""
    if isinstance(model, str):
        return await where.resolve(model, needs_tools=needs_tools)
    from menon.engine.llm.models import Resolved

    return Resolved(model=model, reason="The agent brings it along.")


def ready(model: "ResolvedModel | Model") -> ResolvedModel:
    """A model of pydantic-ai as the run loop knows it; it is believed to call tools."""
    if isinstance(model, ResolvedModel):
        return model
    from menon.engine.llm.provider import ModelCard

    card = ModelCard(provider=model.system, name=model.model_name, tools=True)
    return ResolvedModel(card=card, model=model)
