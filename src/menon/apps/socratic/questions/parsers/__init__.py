"""Parsers: what an answer says, by the kind of its slot; one file a kind, no model, linear time."""

from typing import Final

from menon.apps.socratic.questions.parsers import (
    count,
    date,
    duration,
    ears,
    entities,
    fields,
    lines,
    money,
    options,
    percentage,
    permissions,
    rate,
    relations,
    scenario,
    states,
    stories,
    text,
    yes_no,
)
from menon.apps.socratic.questions.parsers.clauses import LONGEST, is_nothing, spaced
from menon.apps.socratic.questions.parsers.reading import Context, Parser, Reading
from menon.apps.socratic.questions.parsers.spoken import corrected, digits, whole
from menon.apps.socratic.questions.slots import Kind

__all__ = ["PARSERS", "Context", "Reading", "read"]

PARSERS: Final[dict[Kind, Parser]] = {
    "text": text.parse,
    "lines": lines.parse,
    "terms": lines.terms,
    "actors": lines.actors,
    "scope": lines.scope,
    "option": options.parse,
    "choices": options.several,
    "yes_no": yes_no.parse,
    "money": money.parse,
    "duration": duration.parse,
    "deadline": date.parse,
    "percentage": percentage.parse,
    "count": count.parse,
    "rate": rate.parse,
    "volume": rate.volume,
    "milestones": lines.milestones,
    "entities": entities.parse,
    "fields": fields.parse,
    "relations": relations.parse,
    "states": states.parse,
    "stories": stories.parse,
    "ears": ears.parse,
    "scenario": scenario.parse,
    "permissions": permissions.parse,
}

_LISTS: Final[frozenset[Kind]] = frozenset(
    {
        "lines",
        "terms",
        "scope",
        "choices",
        "milestones",
        "relations",
        "ears",
        "scenario",
        "permissions",
    }
)
_SINGLE: Final[frozenset[Kind]] = frozenset(
    {
        "text",
        "money",
        "duration",
        "deadline",
        "percentage",
        "count",
        "rate",
        "states",
        "volume",
    }
)
"""Kinds of which there may be none: an empty list, or null."""
_COUNTED: Final[frozenset[Kind]] = frozenset(
    {"money", "duration", "deadline", "percentage", "count", "rate", "volume"}
)
"""Kinds that hold one figure: what somebody corrects counts, and not what they said first."""


def read(kind: Kind, words: str, context: Context) -> Reading | None:
    """What a text says as an answer of a kind; None where it says nothing of it.

    `none` is an answer: there is nothing of the kind. Beyond `LONGEST` characters nothing is read,
    and what is left comes back as the rest.
    """
    if kind in _LISTS | _SINGLE and is_nothing(words) and "none" not in context.choices:
        return Reading(value=[] if kind in _LISTS else None, shown="none")
    found = _parsed(kind, spaced(words[:LONGEST]), context)
    if found is None or len(words) <= LONGEST:
        return found
    return Reading(value=found.value, shown=found.shown, rest=(*found.rest, words[LONGEST:]))


def _parsed(kind: Kind, words: str, context: Context) -> Reading | None:
    if kind == "text":
        return PARSERS[kind](words, context)
    words = whole(words)
    if kind not in _COUNTED:
        return PARSERS[kind](words, context)
    later = corrected(words)
    found = PARSERS[kind](digits(later), context) if later else None
    return found or PARSERS[kind](digits(words), context)
