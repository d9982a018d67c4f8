"""What a conversation says of the thing that it is to make: JSON in it, or answers in words.

Nothing is made up: what nobody said is missing.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

_SCANNED: Final = 200
"""Opening braces of one message at which an object is looked for."""

_SAID = re.compile(
    r"^\s*(?:[-*]\s+)?\**(?P<field>[a-z_ ]{3,20}?)\**\s*[:=]\s*\**\s*(?P<value>\S.*)$",
    re.IGNORECASE,
)
_LISTED = re.compile(r"^\s*(?:[-*]|\d+[.)])\s+(?P<agent>[\w-]{1,80})\s*:\s*(?P<task>\S.*)$")
_FIELDS: Final[Mapping[str, str]] = {
    "name": "name",
    "title": "name",
    "description": "description",
    "purpose": "description",
    "goal": "description",
    "instructions": "instructions",
    "instruction": "instructions",
    "system prompt": "instructions",
    "model": "model",
    "tools": "tools",
    "temperature": "temperature",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A message: who said what."""

    role: str
    content: str


def objects(messages: Sequence[Said]) -> Iterator[dict[str, Any]]:
    """The JSON objects in a conversation, the last one first; not those inside of others."""
    decoder = json.JSONDecoder()
    for message in reversed(messages):
        found: list[dict[str, Any]] = []
        at, text = 0, message.content
        for _ in range(_SCANNED):
            at = text.find("{", at)
            if at < 0:
                break
            try:
                value, at = decoder.raw_decode(text, at)
            except (ValueError, RecursionError):
                at += 1
                continue
            found.append(cast("dict[str, Any]", value))
        yield from reversed(found)


def answers(messages: Sequence[Said]) -> dict[str, str]:
    """What the user said of each field, the latest word counting.

    A line `name: Helper` says it; so does a whole message after a question that names one field,
    such as "What is its name?".
    """
    found: dict[str, str] = {}
    asked = ""
    for message in messages:
        if message.role != "user":
            asked = _asked(message.content)
            continue
        said = dict(_lines(message.content))
        if not said and asked and not _listed(message.content):
            said = {asked: message.content.strip()}
        found |= said
        asked = ""
    return found


def agents_in_order(messages: Sequence[Said]) -> list[dict[str, str]]:
    """The steps that the user listed, a line each: `1. assistant: Summarise the text`."""
    for message in reversed(messages):
        if message.role == "user" and (steps := _listed(message.content)):
            return steps
    return []


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        match = _SAID.match(line)
        if match and (name := _FIELDS.get(match["field"].strip().lower())):
            yield name, match["value"].strip()


def _listed(text: str) -> list[dict[str, str]]:
    matches = [_LISTED.match(line) for line in text.splitlines()]
    return [
        {"agent": match["agent"], "task": match["task"].strip()}
        for match in matches
        if match and match["agent"].lower() not in _FIELDS
    ]


def _asked(text: str) -> str:
    """The one field that the last question of a message names."""
    questions = re.findall(r"[^.?!\n]*\?", text)
    if not questions:
        return ""
    low = questions[-1].lower()
    named = {field for word, field in _FIELDS.items() if re.search(rf"\b{word}\b", low)}
    return named.pop() if len(named) == 1 else ""
