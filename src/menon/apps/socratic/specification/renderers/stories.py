"""A user story in words, whether people wrote `to order` or `order`."""

import re
from typing import Final

from menon.apps.socratic.specification.requirements import Story

_THING: Final = re.compile(
    r"(?i)(?:to|an?|the|my|our|their|all|any|some|more|no|that|every|each|one)\b|\W|\d"
)
_VOWEL: Final = re.compile(r"(?i)[aeio]")


def teller(story: Story) -> str:
    """Such as `As an admin`."""
    return f"As {'an' if _VOWEL.match(story.actor) else 'a'} {story.actor}"


def wish(story: Story) -> str:
    """Such as `I want to order a book` or `I want a list of books`."""
    return f"I want {'' if _THING.match(story.want) else 'to '}{story.want}"


def reason(story: Story) -> str:
    """Such as `so that I can read`; empty where none was told."""
    plain = re.sub(r"(?i)^so that\s+", "", story.benefit)
    return f"so that {plain}" if plain else ""
