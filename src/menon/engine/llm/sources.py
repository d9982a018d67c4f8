"""One provider's server: its endpoint, what it said of itself, and the models built for it."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from time import monotonic
from typing import TypeVar

from menon.core.errors import MenonError, ModelLimited, ModelUnavailable, NotConfigured
from menon.engine.agents.turn import ResolvedModel
from menon.engine.llm import prices
from menon.engine.llm.patience import Breaker
from menon.engine.llm.provider import (
    Endpoint,
    Health,
    ModelCard,
    Outbound,
    Provider,
    PullProgress,
)
from menon.kit.loading import LOADING

K = TypeVar("K")
T = TypeVar("T")

_KEPT = 128
"""Models and cards kept for a server: their names come from users, so they must not pile up."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a server said of itself."""

    at: datetime
    health: Health
    cards: tuple[ModelCard, ...] = ()


class Source:
    """A provider with its endpoint; it lives until the endpoint changes.

    Args:
        provider: what can be done with the server.
        endpoint: where it is.
        outbound: the way out.
        look_s: how long the server may take to say what it offers.
    """

    def __init__(
        self, provider: Provider, endpoint: Endpoint, outbound: Outbound, *, look_s: float
    ) -> None:
        self.provider = provider
        self.endpoint = endpoint
        self.breaker = Breaker()
        self.seen: Seen | None = None
        self._outbound = outbound
        self._look_s = look_s
        self._cards: OrderedDict[str, ModelCard] = OrderedDict()
        self._built: OrderedDict[ModelCard, ResolvedModel] = OrderedDict()

    @property
    def usable(self) -> bool:
        """Whether the server answered when it was last looked at, and its breaker lets us ask."""
        return self.seen is not None and self.seen.health.ok and self.breaker.admits(monotonic())

    @property
    def cards(self) -> tuple[ModelCard, ...]:
        """The models that it listed when it was last looked at."""
        return self.seen.cards if self.seen else ()

    async def look(self, at: datetime) -> Seen:
        """Ask the server how it is and what it offers; a failure is an answer, too."""
        ask = (self.endpoint, self._outbound)
        try:
            async with asyncio.timeout(self._look_s):
                health = await self.provider.health(*ask)
                cards = await self.provider.models(*ask) if health.ok else ()
        except TimeoutError:
            said = f"{self.provider.name} said nothing for {self._look_s:g} s."
            self.seen = Seen(at=at, health=Health(ok=False, detail=said))
        except MenonError as error:
            self.seen = Seen(at=at, health=Health(ok=False, detail=error.detail))
        else:
            self.seen = Seen(at=at, health=health, cards=cards)
            if any(card.input_price is None for card in cards):
                priced = await _aside(lambda: tuple(map(_priced, cards)))
                self.seen = Seen(at=at, health=health, cards=priced)
        return self.seen

    async def card(self, name: str) -> ModelCard:
        """What is known of a model; a server that does not say so now is believed to have it.

        Raises:
            ModelError: the server knows no such model, or refuses the key.
        """
        listed = next((card for card in self.cards if card.name == name), None)
        if known := listed or self._cards.get(name):
            return known
        # The price list takes up to a second to load, which the loop does not have.
        await _aside(partial(prices.listed, self.provider.name, name))
        try:
            async with asyncio.timeout(self._look_s):
                card = await self.provider.describe(name, self.endpoint, self._outbound)
        except (TimeoutError, ModelUnavailable, ModelLimited):
            # Whether it answers is for the question itself to find out, with all its patience.
            return ModelCard(
                provider=self.provider.name, name=name, tools=True, local=self.provider.local
            )
        _keep(self._cards, name, card)
        return card

    async def build(self, card: ModelCard) -> ResolvedModel:
        """The model, ready to answer; made once."""
        built = self._built.get(card)
        if built is None:
            # The first one imports its library, which takes a second.
            made = await _aside(partial(self._make, card))
            built = self._built.get(card) or _keep(self._built, card, made)
        return built

    def pull(self, name: str) -> AsyncGenerator[PullProgress]:
        """Download a model to the server, line by line of its progress.

        Raises:
            NotConfigured: servers of this kind do not download models.
        """
        if self.provider.pull is None:
            raise NotConfigured(
                f"{self.provider.name!r} downloads no models; those of Ollama can be pulled."
            )
        return self.provider.pull(name, self.endpoint, self._outbound)

    async def embed(self, name: str, texts: Sequence[str]) -> list[list[float]]:
        """One vector a text.

        Raises:
            NotConfigured: servers of this kind do not embed.
        """
        if self.provider.embed is None:
            raise NotConfigured(f"{self.provider.name!r} embeds no texts; choose another provider.")
        return await self.provider.embed(texts, name, self.endpoint, self._outbound)

    def _make(self, card: ModelCard) -> ResolvedModel:
        with LOADING:
            model = self.provider.build(card.name, self.endpoint, self._outbound)
        return ResolvedModel(card=card, model=model, breaker=self.breaker)


@lru_cache(maxsize=4096)
def _priced(card: ModelCard) -> ModelCard:
    return card if card.input_price is not None else prices.priced(card)


async def _aside(call: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(None, call)


def _keep(kept: OrderedDict[K, T], key: K, value: T) -> T:
    kept[key] = value
    if len(kept) > _KEPT:
        kept.popitem(last=False)
    return value
