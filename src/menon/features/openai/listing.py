"""The models of `/v1/models`: agents, the models of the catalogue, and `auto`."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Literal

from menon.core.auth import Principal
from menon.core.errors import NotFound
from menon.core.http import Page, Wire
from menon.core.runtime import Runtime
from menon.features.agents import service as agents
from menon.features.catalog.service import Models
from menon.features.openai import rules
from menon.features.openai.embeddings import local_model

_MOST_AGENTS = 1000
_HOUSE = "menon"


class ModelOut(Wire):
    """A model that can be named in a request."""

    id: str
    object: Literal["model"] = "model"
    created: int
    """Unix seconds; 0 where nobody knows."""
    owned_by: str
    """`menon` for agents and what chooses or runs here, else the provider."""


class ModelsOut(Wire):
    """All of them."""

    object: Literal["list"] = "list"
    data: list[ModelOut]


async def everything(runtime: Runtime, who: Principal) -> ModelsOut:
    """What somebody may name: their agents and shared ones first."""
    mine = [model async for model in _agents(runtime, who)]
    await runtime[Models].current()
    return ModelsOut(data=[*mine, *_plain(runtime)])


async def one(runtime: Runtime, who: Principal, name: str) -> ModelOut:
    """A model by its name; an agent at a version, too.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    if named := rules.agent_named(name):
        meant = await runtime.db.read(agents.definition, who, *named)
        found = await agents.get(runtime, who, meant.id)
        return _agent(name.removeprefix(rules.AGENT), found.created_at)
    await runtime[Models].current()
    found_plain = next((model for model in _plain(runtime) if model.id == name), None)
    if found_plain is None:
        raise NotFound(f"There is no model {name!r}; GET /v1/models lists those that are.")
    return found_plain


async def _agents(runtime: Runtime, who: Principal) -> AsyncIterator[ModelOut]:
    cursor, count = None, 0
    while count < _MOST_AGENTS:
        page = await agents.listing(runtime, who, Page(200, cursor), active_only=True)
        for found in page.items:
            yield _agent(found.slug, found.created_at)
        count, cursor = count + len(page.items), page.next_cursor
        if cursor is None:
            return


def _plain(runtime: Runtime) -> Iterator[ModelOut]:
    yield ModelOut(id="auto", created=0, owned_by=_HOUSE)
    if local := local_model(runtime):
        yield ModelOut(id=local, created=0, owned_by=_HOUSE)
    models = runtime[Models]
    well = {source.provider.name for source in models.sources if source.usable}
    for card in models.cards:
        if card.provider in well:
            yield ModelOut(id=card.qualified, created=0, owned_by=card.provider)


def _agent(slug: str, created: datetime) -> ModelOut:
    return ModelOut(id=f"{rules.AGENT}{slug}", created=int(created.timestamp()), owned_by=_HOUSE)
