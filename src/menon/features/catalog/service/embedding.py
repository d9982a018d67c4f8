"""Embeddings by the models of a server, counted like its answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil

from menon.core.auth import Principal
from menon.core.errors import InvalidInput
from menon.core.runs.store import Spent
from menon.core.runtime import Runtime
from menon.engine.llm.automatic import AUTO
from menon.engine.llm.choose import Task, Wish, choose
from menon.engine.llm.prices import cost
from menon.engine.llm.provider import ModelCard
from menon.engine.llm.sources import Source
from menon.features.catalog import rules
from menon.features.catalog.service.resolve import Models
from menon.features.catalog.service.usage import add_request

_CHARACTERS_PER_TOKEN = 4
"""A rule of thumb for English: the servers' counts are not read."""


@dataclass(frozen=True, kw_only=True)
class Embedding:
    """One vector for each text."""

    model: str
    vectors: list[list[float]]
    tokens: int
    """Estimated."""


async def embed(runtime: Runtime, who: Principal, wanted: str, texts: Sequence[str]) -> Embedding:
    """Embed texts with a model by name, or with the one that does it best.

    Raises:
        NotFound: nobody offers such a model.
        InvalidInput: it makes no embeddings.
        ModelError: or one of its kinds: none can, or its server failed.
    """
    source, card = await _chosen(runtime, wanted)
    began = runtime.clock.now()
    vectors = await source.embed(card.name, texts)
    now = runtime.clock.now()
    tokens = sum(ceil(len(text) / _CHARACTERS_PER_TOKEN) for text in texts)
    spent = Spent(
        requests=1,
        input_tokens=tokens,
        cost=cost(card, input_tokens=tokens, output_tokens=0),
    )
    seconds = rules.seconds(began, now)
    record = partial(add_request, at=now, seconds=seconds)
    await runtime.db.write(record, who.user_id, card.qualified, spent)
    return Embedding(model=card.qualified, vectors=vectors, tokens=tokens)


async def _chosen(runtime: Runtime, wanted: str) -> tuple[Source, ModelCard]:
    models = runtime[Models]
    if wanted == AUTO:
        await models.current()
        well = {source.provider.name for source in models.sources if source.usable}
        cards = [card for card in models.cards if card.provider in well]
        card = choose(cards, Wish(task=Task.EMBED)).card
        return models.source(card.provider), card
    source, card = await models.find(wanted)
    if not card.embeddings and card.name in {listed.name for listed in source.cards}:
        raise InvalidInput(f"{card.qualified} makes no embeddings; choose a model that does.")
    return source, card
