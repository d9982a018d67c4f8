"""An agent whose actions are code: found like a tool, asked by id or by capability."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from menon.engine.tools.tool import Tool

_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,35}")
"""A run keeps the agent's id in 36 characters."""


@dataclass(frozen=True, kw_only=True)
class AgentSpec:
    """What a file `agents/x.py` exports as `agent`.

    An action is a `@tool`: a typed function whose docstring says what it is for, and which answers
    an object. It has the caller's rights and no more.
    """

    id: str
    name: str
    description: str
    actions: tuple[Tool, ...]
    capabilities: frozenset[str] = frozenset()
    """What it can be asked for besides the names of its actions."""
    priority: int = 0
    """Of several that can do something, the highest one is asked."""
    at_once: int = 5
    """Actions that run at the same time in a process; others wait."""
    seconds: float = 300.0
    """The longest that one action may take."""
    by_name: Mapping[str, Tool] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"{self.id!r} is no id of an agent: small letters, digits and `_`.")
        named = {action.name: action for action in self.actions}
        if len(named) < len(self.actions):
            raise ValueError(f"The agent {self.id!r} has two actions of one name.")
        object.__setattr__(self, "by_name", named)

    def can(self) -> Iterator[str]:
        """Everything that it can be asked for."""
        yield from sorted({*self.by_name, *self.capabilities})
