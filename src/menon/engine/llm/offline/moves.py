"""What the offline engine does next: a pure function of what it sees."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from menon.engine.llm.offline import compose
from menon.engine.llm.offline.intent import Calculate, Clock, Lookup, Smalltalk, intent
from menon.engine.retrieval.words import unmentioned
from menon.engine.tools.passages import ShownPassage, ShownPassages, ShownQuote

SEARCH, CALCULATOR, TIME = "search_knowledge", "calculator", "current_time"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a tool answered."""

    tool: str
    ok: bool
    content: str


@dataclass(frozen=True, kw_only=True)
class Situation:
    """The question, those before it, what tools answered to it, and the tools at hand."""

    question: str
    earlier: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    tools: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Say:
    """Answer."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Use:
    """Call a tool."""

    tool: str
    args: dict[str, Any]


def move(seen: Situation) -> Say | Use:
    """Call the tool that fits the question, then answer from its result."""
    wanted = intent(seen.question, seen.earlier)
    if seen.results:
        query = wanted.query if isinstance(wanted, Lookup) else seen.question
        return Say(text=_reported(seen.results[-1], query))
    match wanted:
        case Smalltalk(kind=kind):
            return Say(text=compose.smalltalk(kind))
        case Calculate(expression=expression) if CALCULATOR in seen.tools:
            return Use(tool=CALCULATOR, args={"expression": expression})
        case Clock(zone=zone) if TIME in seen.tools:
            return Use(tool=TIME, args={"zone": zone} if zone else {})
        case _ if SEARCH in seen.tools:
            query = wanted.query if isinstance(wanted, Lookup) else seen.question
            return Use(tool=SEARCH, args={"query": query})
        case _:
            return Say(text=compose.unable())


def _reported(result: Result, query: str) -> str:
    if not result.ok:
        return compose.failed(result.content)
    if result.tool == SEARCH:
        return _answered(query, result.content)
    say: dict[str, Callable[[str], str]] = {CALCULATOR: compose.calculated, TIME: compose.told}
    return say.get(result.tool, str)(result.content)


def _answered(query: str, content: str) -> str:
    try:
        found = msgspec.json.decode(content, type=ShownPassages)
    except msgspec.DecodeError:
        return compose.failed("the search answered something that cannot be read.")
    quotes = found.quotes if found.quotes is not None else _picked(query, found.passages)
    if not quotes:
        return compose.nothing()
    texts = (f"{passage.title}\n{passage.text}" for passage in found.passages)
    names = unmentioned(query, texts)
    return compose.beside(names, quotes) if names else compose.quoted(quotes)


def _picked(query: str, passages: Sequence[ShownPassage]) -> list[ShownQuote]:
    """Pick by words alone, where the search has not picked with all it knows."""
    # With numpy, which takes half a second to load: arithmetic needs none.
    from menon.engine.retrieval.cite import pick

    return [
        ShownQuote(index=passages[quote.passage].index, text=quote.text)
        for quote in pick(query, passages)
    ]
