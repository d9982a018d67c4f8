"""Where an agent runs: which models and which tools its names mean there."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from menon.engine.llm.models import Resolved
    from menon.engine.tools.tool import Tool


class Resolve(Protocol):
    """The model that is wanted, ready to answer."""

    def __call__(self, wanted: str, *, needs_tools: bool) -> "Awaitable[Resolved]": ...


@dataclass(frozen=True, kw_only=True)
class House:
    """A process that runs agents: a script of somebody's, or the server."""

    resolve: Resolve
    tools: "Callable[[Sequence[str]], Sequence[Tool]]"
    """The tools of these names; raises `InvalidInput` for one that is not there."""
