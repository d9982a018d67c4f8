"""One door to the engines: a text and what is wanted of it, as plain data."""

from enum import StrEnum
from typing import Any

import msgspec

from menon.engine.analysis.entities import entities
from menon.engine.analysis.sentiment import sentiment
from menon.engine.analysis.statistics import statistics
from menon.engine.analysis.summary import Length, summary
from menon.engine.analysis.text import Text
from menon.engine.analysis.topics import topics

ENGINE = "offline:analysis"


class Analysis(StrEnum):
    """What is wanted of a text."""

    SENTIMENT = "sentiment"
    TOPICS = "topics"
    ENTITIES = "entities"
    GENERAL = "general"
    """All of them, a short summary and counts."""


_ENGINES = {
    Analysis.SENTIMENT: sentiment,
    Analysis.TOPICS: topics,
    Analysis.ENTITIES: entities,
}


def analyze(raw: str, kind: Analysis) -> dict[str, Any]:
    """What an engine finds in a text, as plain JSON; `engine` names it."""
    text = Text(raw)
    if kind is not Analysis.GENERAL:
        return _plain(_ENGINES[kind](text))
    parts: dict[str, Any] = {str(one): _plain(engine(text)) for one, engine in _ENGINES.items()}
    parts["summary"] = _plain(summary(text, Length.SHORT))
    parts["statistics"] = _plain(statistics(text))
    return {**parts, "engine": ENGINE}


def summarize(raw: str, length: Length) -> dict[str, Any]:
    """The sentences that stand for a text, as plain JSON; `engine` names how they were chosen."""
    return _plain(summary(Text(raw), length))


def _plain(found: msgspec.Struct) -> dict[str, Any]:
    # `to_builtins` leaves tuples, which JSON does not give back.
    return msgspec.json.decode(msgspec.json.encode(found))
