"""Whether the tests of a project notice when its code is broken."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec

from menon.apps.socratic.proof.confined import NotRun, report
from menon.apps.socratic.proof.gates.reading import Unreadable, shaped
from menon.apps.socratic.proof.layout import Layout
from menon.apps.socratic.proof.model import Limits
from menon.apps.socratic.proof.mutations import Mutant, sample
from menon.engine.sandbox import Sandbox

State = Literal["killed", "hung", "survived", "unreached"]

BAR: Final = 0.8
"""The share of mutants that good tests kill."""
_FILE = "!menon-mutants.json"


class _Report(msgspec.Struct):
    states: list[State] = []
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Hunted:
    """A mutant, and what became of it; one that hangs is noticed."""

    mutant: Mutant
    state: State

    @property
    def noticed(self) -> bool:
        return self.state in {"killed", "hung"}


@dataclass(frozen=True, kw_only=True)
class Hunt:
    """What the tests noticed."""

    hunted: tuple[Hunted, ...]
    problem: str = ""
    """Why there are fewer than were asked for."""

    @property
    def share(self) -> float:
        """Of the mutants that were noticed; 0 without mutants."""
        return sum(one.noticed for one in self.hunted) / len(self.hunted) if self.hunted else 0.0

    @property
    def states(self) -> Mapping[str, int]:
        """How many there are of each."""
        return Counter(one.state for one in self.hunted)


async def hunt(
    tree: Mapping[str, bytes],
    *,
    sandbox: Sandbox,
    environment: Path,
    most: int = 60,
    seed: int = 1,
    side_by_side: int = 2,
    limits: Limits | None = None,
) -> Hunt:
    """Break a project in up to `most` ways, one after the other, and run its tests on each.

    Args:
        tree: the project, contents by path.
        sandbox: where it runs.
        environment: the prepared virtual environment.
        most: mutants at most.
        seed: chooses which.
        side_by_side: processes at once; each runs all tests once before it begins.
        limits: of each process.

    Raises:
        InvalidInput: a path of the tree leads elsewhere, or the tree is larger than the disk.
    """
    layout = Layout.of(tree)
    chosen = sample(tree, layout.sources, most, seed)
    parts = [part for start in range(side_by_side) if (part := chosen[start::side_by_side])]

    async def one(part: list[Mutant]) -> Hunt:
        files = {**tree, _FILE: json.dumps([_told(mutant) for mutant in part]).encode()}
        ticket = {"sources": layout.sources, "plugins": layout.plugins}
        try:
            found = await report(
                "mutants",
                files,
                ticket,
                sandbox=sandbox,
                environment=environment,
                limits=limits or Limits(seconds=900),
            )
            read = shaped(found, _Report)
        except (NotRun, Unreadable) as error:
            return Hunt(hunted=(), problem=str(error))
        missing = len(part) - len(read.states)
        problem = read.problem or (f"{missing} were not tried in time" if missing else "")
        pairs = zip(part, read.states, strict=False)
        return Hunt(hunted=tuple(Hunted(mutant=m, state=s) for m, s in pairs), problem=problem)

    hunts = await asyncio.gather(*map(one, parts))
    return Hunt(
        hunted=tuple(one for hunt in hunts for one in hunt.hunted),
        problem="; ".join(sorted({hunt.problem for hunt in hunts if hunt.problem})),
    )


def _told(mutant: Mutant) -> dict[str, object]:
    """As the measuring side reads it; bytes that are no text survive the way."""
    text = mutant.content.decode("utf-8", "surrogateescape")
    return {"path": mutant.path, "lines": mutant.lines, "content": text}
