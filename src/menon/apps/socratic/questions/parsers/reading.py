"""What a parser is told beside the text, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = Any
"""Null, a boolean, a number, a text, or lists and dicts of them: what goes into a session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known where an answer is read."""

    subject: str = ""
    """The entity that is asked about, if it is one."""
    entities: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    open: bool = False
    """Another answer than the choices is fine."""
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a text says, as JSON, as words to confirm, and the parts that say nothing known."""

    value: Json
    shown: str
    rest: tuple[str, ...] = ()


Parser = Callable[[str, Context], Reading | None]
"""None where the text says nothing of the kind. Pure, and linear in the length of the text."""
