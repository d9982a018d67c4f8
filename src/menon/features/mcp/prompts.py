"""The prompts to begin a conversation with, for MCP clients."""

from collections.abc import Mapping

from menon.core.errors import InvalidInput, NotFound
from menon.features.chat.schemas import TemplateOut
from menon.features.chat.starters import STARTERS
from menon.features.mcp import rules

_BY_NAME: Mapping[str, TemplateOut] = {each.id: each for each in STARTERS}


def listing() -> list[tuple[TemplateOut, list[str]]]:
    """Every prompt, with the names of what it leaves open."""
    return [(each, rules.arguments(each.prompt)) for each in STARTERS]


def get(name: str, given: Mapping[str, str]) -> tuple[TemplateOut, str]:
    """A prompt, and its text with the gaps filled.

    Raises:
        NotFound: there is none of this name.
        InvalidInput: an argument is missing.
    """
    found = _BY_NAME.get(name)
    if found is None:
        raise NotFound(f"There is no prompt {name!r}; see prompts/list.")
    missing = [each for each in rules.arguments(found.prompt) if not given.get(each, "").strip()]
    if missing:
        raise InvalidInput(f"The prompt {name!r} also wants {', '.join(map(repr, missing))}.")
    return found, rules.filled(found.prompt, given)
