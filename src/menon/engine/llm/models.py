"""The models that are at hand: which there are, and the one that is wanted, ready to answer.

settings ─→ endpoints ─→ Source (one per provider) ─→ cards ─→ resolve ─→ Resolved
                           ↑ looked at anew every 30 s, when somebody asks
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from menon.engine.agents.turn import ResolvedModel
from menon.engine.llm import automatic, named
from menon.engine.llm.automatic import AUTO
from menon.engine.llm.choose import OFFLINE, Choice
from menon.engine.llm.patience import Patience
from menon.engine.llm.provider import Endpoint, ModelCard, Outbound, Provider
from menon.engine.llm.settings import ModelSettings
from menon.engine.llm.sources import Source
from menon.kit.clock import Clock
from menon.kit.discover import exported, installed

_GLANCE_S = 0.5
"""How long a turn waits for news while only the offline engine could answer."""


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """The model that answers, and those that stand in for it before anything was seen."""

    model: ResolvedModel
    fallbacks: tuple[ResolvedModel, ...] = ()
    reason: str
    """Why this one, in a sentence for people."""
    patience: Patience = field(default_factory=Patience)
    """How long its server may take, as the operator has set it."""


class Models:
    """The models that the settings name; who knows of more servers extends it.

    Args:
        settings: where servers are.
        outbound: the way out.
        clock: the time.
        providers: those that are installed; by default all.
    """

    def __init__(
        self,
        settings: ModelSettings,
        outbound: Outbound,
        clock: Clock,
        providers: Iterable[Provider] | None = None,
    ) -> None:
        self._settings = settings
        self._outbound = outbound
        self._clock = clock
        self._sources: dict[str, Source] = {}
        self._fresh = timedelta(seconds=settings.fresh_seconds)
        self._looked: asyncio.Task[None] | None = None
        found = every_provider() if providers is None else providers
        self._own: Mapping[str, Provider] = {provider.name: provider for provider in found}
        self.providers: Mapping[str, Provider] = self._own
        self._connect()

    @property
    def sources(self) -> Sequence[Source]:
        """The servers that are configured, the offline engine last."""
        return sorted(self._sources.values(), key=lambda s: s.provider.name == OFFLINE)

    @property
    def cards(self) -> Sequence[ModelCard]:
        """Every model that was listed when its server was last looked at."""
        prices = self._settings.prices
        return [automatic.priced(card, prices) for source in self.sources for card in source.cards]

    async def resolve(self, wanted: str = AUTO, *, needs_tools: bool = True) -> Resolved:
        """The model for a turn: `auto`, or one by name, such as `openai:NAME`.

        A model that was asked for by name has no stand-ins: who named it wants it or an error.

        Args:
            wanted: a qualified name, a bare name that some server lists, or `auto`.
            needs_tools: whether `auto` should prefer models that call tools.

        Raises:
            NotFound: nobody offers such a model.
            ModelUnavailable: its provider is not configured.
            ModelError: the server does not know it, or refuses the key.
        """
        if wanted and wanted != AUTO:
            model = await self._named(wanted)
            return Resolved(
                model=model, reason="It was asked for by name.", patience=self._settings.patience
            )
        await self.current()
        return await self._best(needs_tools=needs_tools)

    async def automatic(self, *, needs_tools: bool = True) -> Choice:
        """What `auto` means now, and why.

        Raises:
            ModelUnavailable: not even the offline engine is installed.
        """
        usable = {source.provider.name for source in self.sources if source.usable}
        return automatic.automatic(
            [card for card in self.cards if card.provider in usable],
            default=await self._default(usable),
            needs_tools=needs_tools,
            dearest=self._settings.auto_price,
        )

    async def _default(self, usable: Collection[str]) -> ModelCard | None:
        """The operator's choice, where there is one and its server is well."""
        found = named.split(self._settings.default, self.providers, self.cards)
        if found is None or found[0] not in usable:
            return None
        card = await self.source(found[0]).card(found[1])
        return automatic.priced(card, self._settings.prices)

    async def _best(self, *, needs_tools: bool) -> Resolved:
        choice = await self.automatic(needs_tools=needs_tools)
        chosen = (choice.card, *choice.fallbacks)
        first, *others = await asyncio.gather(
            *(self.source(card.provider).build(card) for card in chosen)
        )
        return Resolved(
            model=first,
            fallbacks=tuple(others),
            reason=choice.reason,
            patience=self._settings.patience,
        )

    async def current(self) -> None:
        """Have recent news of the servers; waits only while nothing better than offline is known.

        News older than `fresh_seconds` serve on while newer ones are fetched in the background.
        """
        looking = self.glance()
        if looking and not any(s.usable for s in self.sources if s.provider.name != OFFLINE):
            first = any(source.seen is None for source in self.sources)
            patience = self._settings.look_seconds if first else _GLANCE_S
            await asyncio.wait({looking}, timeout=patience)

    def glance(self) -> asyncio.Task[None] | None:
        """Begin to look at the servers when what is known is old; None while it is fresh."""
        now = self._clock.now()
        seen = [source.seen for source in self._sources.values()]
        fresh = [s for s in seen if s is not None and now - s.at < self._fresh]
        return None if len(fresh) == len(seen) else self._look()

    async def refresh(self) -> None:
        """Read the keys again and ask every server what it offers."""
        if self._looked is not None:
            await asyncio.wait({self._looked})
        await self._look()

    async def open(self) -> None:
        """Know at once what runs in this process, so that `auto` always means something."""
        now = self._clock.now()
        inside = [source for source in self.sources if not source.provider.setting]
        await asyncio.gather(*(source.look(now) for source in inside))

    def close(self) -> None:
        """Stop looking."""
        if self._looked is not None:
            self._looked.cancel()

    @property
    def default(self) -> str:
        """What `auto` stands for: `auto` itself where the operator leaves the choice to us."""
        return self._settings.default

    def configured(self, provider: str) -> Source | None:
        """The server of a provider, where there is one."""
        return self._sources.get(provider)

    def source(self, provider: str) -> Source:
        """The server of a provider.

        Raises:
            NotFound: there is no such provider.
            ModelUnavailable: it is not configured.
        """
        if source := self._sources.get(provider):
            return source
        if provider not in self.providers:
            raise named.unknown(f"{provider}:", self.providers)
        raise named.unconfigured(self.providers[provider])

    async def find(self, wanted: str) -> tuple[Source, ModelCard]:
        """The server of a model, and what is known of it; nothing is built.

        Raises:
            NotFound: nobody offers such a model.
            ModelUnavailable: its provider is not configured.
        """
        self.glance()
        found = named.split(wanted, self.providers, self.cards)
        if found is None:  # perhaps the bare name of a model whose server was not asked yet
            await self.current()
            found = named.split(wanted, self.providers, self.cards)
        if found is None:
            raise named.unknown(wanted, self.providers)
        source = self.source(found[0])
        return source, automatic.priced(await source.card(found[1]), self._settings.prices)

    async def _named(self, wanted: str) -> ResolvedModel:
        source, card = await self.find(wanted)
        return await source.build(card)

    def _look(self) -> asyncio.Task[None]:
        if self._looked is None or self._looked.done():
            self._looked = asyncio.create_task(self._look_at_all(), name="models-look")
        return self._looked

    async def _look_at_all(self) -> None:
        await self._read()
        self._connect()
        now = self._clock.now()
        await asyncio.gather(*(source.look(now) for source in self._sources.values()))

    async def _read(self) -> None:
        """Learn of keys and servers that are kept elsewhere; the settings never change."""

    def _connect(self) -> None:
        """Make the sources anew whose endpoint changed; what the operator set wins."""
        for name in set(self._sources) - set(self.providers):
            del self._sources[name]
        for name, provider in self.providers.items():
            found = self._endpoint(name, provider)
            known = self._sources.get(name)
            if found is None:
                self._sources.pop(name, None)
            elif known is None or (known.endpoint, known.provider) != (found, provider):
                look_s = self._settings.look_seconds
                self._sources[name] = Source(provider, found, self._outbound, look_s=look_s)

    def _endpoint(self, name: str, provider: Provider) -> Endpoint | None:
        """Where the server of a provider is; None while nobody said so."""
        base_url, api_key = self._settings.server(name)
        return named.endpoint(provider, base_url=base_url, api_key=api_key)


def every_provider() -> list[Provider]:
    """The providers of the house, and those that installed packages bring."""
    return [
        *exported("menon.engine.llm.providers", "provider", Provider),
        *installed("menon.parts", Provider),
    ]
