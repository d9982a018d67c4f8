"""Life cycles: `draft -> submitted -> approved; submitted -> rejected by manager`."""

import re
from itertools import pairwise
from typing import Any, Final

from menon.apps.socratic.questions.parsers.clauses import items, sentences
from menon.apps.socratic.questions.parsers.names import actor, identifier
from menon.apps.socratic.questions.parsers.reading import Context, Reading

_MOST: Final = 200
_LONGEST: Final = 600
_ARROW: Final = re.compile(r"\s*(?:-{1,3}>|=>|\u2192|>|\bthen\b|\bto\b|\binto\b)\s*", re.IGNORECASE)
_BY: Final = re.compile(r"\s(?:by|only by|\(by)\s(?P<who>[^()]{1,200})\)?$", re.IGNORECASE)
_LEAD: Final = re.compile(
    r"(?:(?:it|they|a|an|each|every|the)\s)?(?:[\w ]{0,40}?\s)?(?:goes|moves|changes|passes|can go|"
    r"starts|begins|is|are|status|states?|stages?)\b[\s:]*(?:from|as|through|in|either)?\s*",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"^\s*from\s", re.IGNORECASE)
_SAID: Final = re.compile(r"(?:an?|the|each|every|it|they) ", re.IGNORECASE)
_OR: Final = re.compile(r"\s*(?:,|/|\bor\b)\s*", re.IGNORECASE)
_MOST_WORDS: Final = 4


def parse(text: str, context: Context) -> Reading | None:
    """`{states, initial, transitions: [{source, target, by}]}`; a mere list is a straight line."""
    states: dict[str, None] = {}
    moves: dict[tuple[str, str], list[str]] = {}
    rest: list[str] = []
    for one in _lines(text):
        who, body = _who(one, context)
        body = _FROM.sub("", body, count=1)
        lead = _LEAD.match(body)
        if lead and _SAID.match(body):
            body = body[lead.end() :]
        steps = _steps(body) or (_steps(body[lead.end() :]) if lead else None)
        if steps is None:
            rest.append(one)
            continue
        for earlier, later in pairwise(steps):
            for source in earlier:
                for target in later:
                    moves.setdefault((source, target), who)
        states |= dict.fromkeys(state for step in steps for state in step)
    if len(states) < 2 or len(states) > _MOST or len(moves) > _MOST:
        return None
    transitions: list[dict[str, Any]] = [
        {"source": source, "target": target, "by": who}
        for (source, target), who in moves.items()
        if source != target
    ]
    value = {"states": list(states), "initial": next(iter(states)), "transitions": transitions}
    shown = ", ".join(map(_said, transitions))
    return Reading(value=value, shown=shown, rest=tuple(rest))


def _lines(text: str) -> list[str]:
    """Where there are arrows a comma begins a new chain, if another arrow follows it."""
    found: list[str] = []
    for one in sentences(text):
        parts = one.split(",")
        if len(parts) > 1 and all(_ARROW.search(part) for part in parts):
            found += parts
        else:
            found.append(one)
    return [one[:_LONGEST].strip(" .") for one in found if one.strip(" .")]


def _who(text: str, context: Context) -> tuple[list[str], str]:
    by = _BY.search(text)
    if not by:
        return [], text
    who = [name for one in items(by["who"]) if (name := actor(one, context.actors))]
    return who, text[: by.start()]


def _steps(text: str) -> list[list[str]] | None:
    """Each step with its states; None where it is a sentence of another kind."""
    parts = _ARROW.split(text)
    if len(parts) > 1:
        steps = [[one for one in _OR.split(part) if one.strip()] for part in parts]
    else:
        steps = [[one] for one in items(text)]
    named = [[identifier(one) for one in step] for step in steps]
    long = any(len(one.split()) > _MOST_WORDS for step in steps for one in step)
    whole = len(named) > 1 and all(step and all(step) for step in named)
    return named if whole and not long else None


def _said(move: dict[str, Any]) -> str:
    by = f" by {', '.join(move['by'])}" if move["by"] else ""
    return f"{move['source']} -> {move['target']}{by}"
