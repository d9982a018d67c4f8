"""What is asked of a model for a task, and what is made of its answer: pure."""

import json
from collections.abc import Mapping
from string import Template
from typing import Any, cast

from menon.engine.analysis.analyze import Analysis
from menon.engine.analysis.summary import Length
from menon.features.workflows.tasks.schemas import (
    AnalyzeIn,
    ChatIn,
    GenerateIn,
    Priority,
    SummarizeIn,
)
from menon.kit.text import clean

PRIORITIES: Mapping[Priority, int] = {Priority.LOW: -10, Priority.NORMAL: 0, Priority.HIGH: 10}

_LENGTHS = {
    Length.SHORT: "in at most two sentences",
    Length.MEDIUM: "in a paragraph of at most five sentences",
    Length.LONG: "in at most three paragraphs",
}
_SENTIMENT = '{"label": "positive, negative, neutral or mixed", "score": -1 to 1, "reason": "..."}'
_TOPICS = '[{"phrase": "...", "why": "..."}]'
_ENTITIES = '[{"kind": "person, organization, place, date, money, ...", "text": "..."}]'
_SHAPES = {
    Analysis.SENTIMENT: _SENTIMENT,
    Analysis.TOPICS: f'{{"topics": {_TOPICS}}}',
    Analysis.ENTITIES: f'{{"entities": {_ENTITIES}}}',
    Analysis.GENERAL: (
        f'{{"summary": "...", "sentiment": {_SENTIMENT},'
        f' "topics": {_TOPICS}, "entities": {_ENTITIES}}}'
    ),
}


def title(wanted: GenerateIn | ChatIn | SummarizeIn | AnalyzeIn) -> str:
    """What a list of runs calls the task."""
    match wanted:
        case GenerateIn():
            return wanted.prompt
        case ChatIn():
            return wanted.message
        case SummarizeIn():
            return f"Summarise: {wanted.text[:180]}"
        case AnalyzeIn():
            return f"Analyse ({wanted.kind}): {wanted.text[:180]}"


def instructions(prompt: str, wanted: SummarizeIn | AnalyzeIn) -> str:
    """What a model is told before it is given the text."""
    if isinstance(wanted, SummarizeIn):
        return Template(prompt).substitute(length=_LENGTHS[wanted.length])
    return Template(prompt).substitute(shape=_SHAPES[wanted.kind])


def found(answer: str) -> dict[str, Any]:
    """The JSON object in a model's answer; `{"text": ...}` where it wrote none.

    What it escaped (NUL, lone surrogates, NaN) is cleaned or refused, so that it can be stored.
    """
    first, last = answer.find("{"), answer.rfind("}")
    try:
        read: object = json.loads(answer[first : last + 1], parse_constant=_refuse)
        cleaned = _cleaned(read)
    except (ValueError, RecursionError):
        return {"text": answer}
    return cast("dict[str, Any]", cleaned) if isinstance(cleaned, dict) else {"text": answer}


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return {clean(key): _cleaned(item) for key, item in items}
    return value
