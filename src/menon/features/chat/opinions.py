"""What people thought of answers: a port that the feedback feature fills, where it is installed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from menon.core.auth import Principal
from menon.core.runtime import Runtime


class Opinion(NamedTuple):
    """A thumb with its comment."""

    kind: str
    """`thumbs_up` or `thumbs_down`."""
    comment: str


@dataclass(frozen=True)
class Opinions:
    """Looks up the opinions of a principal by span id."""

    of: Callable[[Runtime, Principal, Sequence[str]], Awaitable[Mapping[str, Opinion]]]


async def opinions(runtime: Runtime, who: Principal, spans: Sequence[str]) -> Mapping[str, Opinion]:
    """The opinions of a principal on these spans; none where feedback is not installed."""
    installed = runtime.get(Opinions)
    return await installed.of(runtime, who, spans) if installed and spans else {}
