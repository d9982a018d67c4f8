"""How many ways of being broken the generated tests notice.

`python -m bench.socratic.mutants [SPECIFICATION.json ...] [--most N] [--seed N]
[--patience SECONDS] [--json]`
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.figures import Figure, line
from menon.apps.socratic.generator.phases import generate
from menon.apps.socratic.proof.environment import prepare
from menon.apps.socratic.proof.model import Limits
from menon.apps.socratic.proof.mutants import BAR, Hunt, hunt
from menon.apps.socratic.specification import Specification
from menon.engine.sandbox import Sandbox

HERE = Path(__file__).parent
SPECIFICATIONS = HERE / "specifications"
REQUIREMENTS = HERE.parents[1] / "src/menon/apps/socratic/generator/requirements.txt"
ENVIRONMENTS = Path("/var/tmp/menon-environments")
_SHOWN = 20


async def hunted(spec: Specification, most: int, seed: int, patience: float) -> Hunt:
    """The hunt on what is generated from a specification."""
    made = await prepare(ENVIRONMENTS, REQUIREMENTS.read_text(encoding="utf-8"))
    tree = generate(spec)
    return await hunt(
        tree,
        sandbox=Sandbox(),
        environment=made.path,
        most=most,
        seed=seed,
        limits=Limits(seconds=patience),
    )


def figures(name: str, found: Hunt, seconds: float) -> Iterator[Figure]:
    """The share that was noticed, and the rest by name."""
    count = len(found.hunted)
    notes = {**found.states, "seconds": round(seconds, 1)}
    if found.problem:
        notes["problem"] = found.problem
    yield Figure(
        name=f"{name}: share of {count} mutants killed",
        value=round(found.share, 3),
        limit=BAR,
        least=True,
        held=not found.problem,
        notes=notes,
    )
    for one in [one for one in found.hunted if not one.noticed][:_SHOWN]:
        mutant = one.mutant
        told = f"{mutant.kind} {mutant.before!r} -> {mutant.after!r}"
        yield Figure(name=f"  {one.state} {mutant.path}:{mutant.line}", value=0, notes={"is": told})


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every specification, or those that are named."""
    parser = argparse.ArgumentParser(prog="python -m bench.socratic.mutants", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--most", type=int, default=60, help="mutants of each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=float, default=900, help="seconds for each half")
    parser.add_argument("--json", action="store_true", help="an object a line")
    asked = parser.parse_args(arguments)
    wrong = 0
    for path in asked.files or sorted(SPECIFICATIONS.glob("*.json")):
        begun = time.perf_counter()
        spec = Specification.model_validate_json(path.read_bytes())
        found = asyncio.run(hunted(spec, asked.most, asked.seed, asked.patience))
        for figure in figures(path.stem, found, time.perf_counter() - begun):
            print(json.dumps(figure.row()) if asked.json else line(figure), flush=True)
            wrong += not figure.ok
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
