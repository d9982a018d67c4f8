"""Every tool that somebody may use, by name: installed, declared, of tool servers, agents.

`find` is on the way of every turn: where all names are of installed tools it asks nobody.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.errors import InvalidInput
from menon.core.runtime import Runtime
from menon.engine.tools.schemas import ready
from menon.engine.tools.tool import Effect, Tool


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A tool that somebody may see."""

    tool: Tool
    reason: str = ""
    """Why it cannot be used now, and what to do about it; empty where it can."""
    source: str = "menon"


Source = Callable[[Runtime, Principal, Sequence[str]], Awaitable[Mapping[str, Offer]]]
"""Finds those of the names that somebody may see."""


class Toolbox:
    """The tools of this installation."""

    def __init__(
        self, runtime: Runtime, tools: Iterable[Tool], sources: Sequence[Source] = ()
    ) -> None:
        self._runtime = runtime
        self._sources = tuple(sources)
        self.installed: Mapping[str, Tool] = MappingProxyType({tool.name: tool for tool in tools})
        self.off: Mapping[str, str] = {
            name: reason
            for name, tool in self.installed.items()
            if tool.unavailable and (reason := tool.unavailable(runtime))
        }
        """Why an installed tool cannot be used here."""

    def __iter__(self) -> Iterator[Tool]:
        return iter(self.installed.values())

    def own(self, names: Sequence[str]) -> tuple[Tool, ...]:
        """The installed tools of these names, for agents that are code.

        Raises:
            InvalidInput: naming those that are not installed, or off.
        """
        for name in names:
            if name not in self.installed or name in self.off:
                why = self.off.get(name) or f"installed are {', '.join(sorted(self.installed))}."
                raise InvalidInput(f"There is no tool {name!r}: {why}")
        return tuple(self.installed[name] for name in names)

    async def find(self, who: Principal, names: Sequence[str]) -> tuple[Tool, ...]:
        """The tools of these names that somebody may use now; others are left out."""
        if all(name in self.installed for name in names):
            found = [self.installed[name] for name in names if name not in self.off]
        else:
            offers = await self.look(who, names)
            found = [offers[n].tool for n in names if n in offers and not offers[n].reason]
        if reach(who, Action.RUN) is Reach.NONE:
            return tuple(tool for tool in found if tool.effect is Effect.READ)
        return tuple(found)

    async def look(self, who: Principal, names: Sequence[str]) -> dict[str, Offer]:
        """The tools of these names that somebody may see, usable or not."""
        found = {
            name: Offer(tool=self.installed[name], reason=self.off.get(name, ""))
            for name in names
            if name in self.installed
        }
        if len(found) < len(set(names)):
            await ready()  # schemas of others are checked where nothing can wait
        for source in self._sources:
            if rest := [name for name in names if name not in found]:
                found |= await source(self._runtime, who, rest)
        return found

    async def check(self, who: Principal, names: Sequence[str]) -> None:
        """Refuse names of tools that somebody cannot use.

        Raises:
            InvalidInput: saying of each what is wrong.
        """
        offers = await self.look(who, names)
        wrong: list[dict[str, str]] = []
        for number, name in enumerate(names):
            offer = offers.get(name)
            if offer is None or offer.reason:
                detail = offer.reason if offer else f"There is no tool {name!r}."
                wrong.append({"pointer": f"/tools/{number}", "detail": detail})
        if wrong:
            words = " ".join(f"{names[int(e['pointer'][7:])]!r}: {e['detail']}" for e in wrong[:5])
            raise InvalidInput(f"{words} See GET /api/v1/tools for what there is.", errors=wrong)
