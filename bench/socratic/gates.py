"""Whether every specification becomes a whole project: all gates, in the sandbox.

`python -m bench.socratic.gates [NAME ...] [--style S] [--frontend F] [--only GATE ...]
[--patience SECONDS] [--json]`

A name is that of a file in `specifications`, `specifications/held_out` or `specifications/unseen`,
a path, or `chance:7`, the specification of that number which nobody wrote (`chance.py`). A JDL file
says nothing of styles and pages, so that each gets another one of them. On a busy machine a part
may need more than the seconds that the product gives it: `--patience` gives it more, and what the
processor was used for is told beside the wall.
"""

import argparse
import asyncio
import hashlib
import json
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any, Final, get_args

from bench.figures import Figure, line
from bench.socratic.chance import specification
from menon.apps.socratic.generator import Options, generate
from menon.apps.socratic.proof.environment import prepare
from menon.apps.socratic.proof.model import GATES, GateName, Limits, Proof
from menon.apps.socratic.proof.proving import prove
from menon.apps.socratic.specification import Specification, jdl
from menon.apps.socratic.specification.model import Style
from menon.core.errors import InvalidInput, MenonError
from menon.engine.sandbox import Outcome, Sandbox

HERE: Final = Path(__file__).parent
SPECIFICATIONS: Final = HERE / "specifications"
OTHERS: Final = (SPECIFICATIONS / "held_out", SPECIFICATIONS / "unseen")
"""Written before anything was mended for them."""
REQUIREMENTS: Final = HERE.parents[1] / "src/menon/apps/socratic/generator/requirements.txt"
ENVIRONMENTS: Final = Path("/var/tmp/menon-environments")
PROBE: Final = HERE / "probe.py"
LIMITS: Final = ((5, 30.0), (20, 60.0))
"""Entities, and the seconds that a project of so many may take, the gates included."""
_SHOWN: Final = 8


class Counting(Sandbox):
    """Keeps how each run went, by the part of the proof that it was."""

    def __init__(self) -> None:
        super().__init__()
        self.outcomes: dict[str, Outcome] = {}

    async def run(self, command: Sequence[str] | str, **options: Any) -> Outcome:
        """As the sandbox does."""
        outcome = await super().run(command, **options)
        self.outcomes[command[-1]] = outcome
        return outcome

    def asked(self) -> int:
        """The requests that schemathesis made."""
        files = self.outcomes["contract"].files if "contract" in self.outcomes else ()
        told = next((f.content for f in files if f.name.startswith("!menon-")), None)
        return json.loads(told)["report"].get("asked", 0) if told else 0


@dataclass(frozen=True, kw_only=True)
class Project:
    """A specification, and what was chosen for its project."""

    name: str
    spec: Specification
    options: Options
    held_out: bool = False


@dataclass(frozen=True, kw_only=True)
class Measured:
    """How the gates of a project went."""

    project: Project
    tree: Mapping[str, bytes]
    proof: Proof
    probed: Mapping[str, Any]
    seconds: float
    """Generating and all gates, on the wall."""
    generating: float
    cpu: Mapping[str, float] = field(default_factory=dict[str, float])
    """Seconds, by part of the proof."""
    asked: int = 0

    @property
    def faults(self) -> list[str]:
        """What is wrong, in words."""
        told = [f"{gate.name}: {gate.detail}" for gate in self.proof.gates if not gate.ok]
        broken = {gate.name for gate in self.proof.gates if not gate.ok}
        told += [
            f"{one.gate} {one.rule} {one.path}: {one.text}"
            for one in self.proof.findings
            if one.gate in broken
        ]
        told += [f"{one.name}: {one.message}" for one in self.proof.failures]
        return told + [f"probe: {one}" for one in self.probed.get("faults", [])]

    def row(self) -> dict[str, Any]:
        """As one object."""
        options, results = self.project.options, self.proof.results
        covered = (r.coverage_percentage for r in results if r.coverage_percentage is not None)
        digest = hashlib.sha256()
        for path, content in self.tree.items():
            digest.update(path.encode() + b"\0" + content + b"\0")
        return {
            "name": self.project.name,
            "held_out": self.project.held_out,
            "entities": len(self.project.spec.entities),
            "style": options.style or self.project.spec.architecture.style,
            "frontend": options.frontend or self.project.spec.architecture.frontend,
            "seconds": round(self.seconds, 1),
            "generating": round(self.generating, 1),
            "gates": {gate.name: round(gate.seconds, 1) for gate in self.proof.gates},
            "cpu": {part: round(used, 1) for part, used in self.cpu.items()},
            "tests": len(self.proof.tests),
            "coverage": next(covered, None),
            "requests": self.asked,
            "probed": self.probed.get("done", {}),
            "findings": len(self.proof.findings),
            "faults": self.faults[:_SHOWN],
            "digest": digest.hexdigest()[:16],
            "ok": self.ok,
        }

    @property
    def ok(self) -> bool:
        """Every gate that was asked for has passed, and so has the probe."""
        return all(gate.ok for gate in self.proof.gates) and not self.probed.get("faults")


async def measured(
    project: Project, only: Sequence[GateName], patience: float = Limits.seconds
) -> Measured:
    """Generate a project and run its gates; the environment is there before the clock starts."""
    made = await prepare(ENVIRONMENTS, REQUIREMENTS.read_text(encoding="utf-8"))
    sandbox = Counting()
    await sandbox.verdict()
    before, used = time.perf_counter(), _used()
    tree = generate(project.spec, project.options)
    generating, making = time.perf_counter() - before, _used() - used
    limits = Limits(seconds=patience)
    proof = await prove(tree, sandbox=sandbox, environment=made.path, only=only, limits=limits)
    seconds = time.perf_counter() - before
    asked = sandbox.asked()
    return Measured(
        project=project,
        tree=tree,
        proof=proof,
        probed=await _probed(tree, sandbox, made.path, patience),
        seconds=seconds,
        generating=generating,
        cpu={"generate": making}
        | {part: outcome.cpu_seconds for part, outcome in sandbox.outcomes.items()},
        asked=asked,
    )


async def _probed(
    tree: Mapping[str, bytes], sandbox: Sandbox, environment: Path, patience: float
) -> Any:
    outcome = await sandbox.run(
        ("python", "-B", "probe.py"),
        files={**tree, "probe.py": PROBE.read_bytes()},
        environment=environment,
        limits=replace(sandbox.limits, seconds=patience, memory_mb=1_024),
    )
    try:
        return json.loads(outcome.stdout)
    except ValueError:
        return {"faults": [f"it did not run: {outcome.killed_by} {outcome.stderr[-1_000:]}"]}


def _used() -> float:
    """Processor seconds of this process and of those that it waited for."""
    told = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in told)


def projects(names: Sequence[str], chosen: Options) -> list[Project]:
    """Those that are named, or all: first ours, then those that nothing was mended for.

    Raises:
        InvalidInput: a name is none of them.
    """
    stored = [
        *sorted(SPECIFICATIONS.glob("*.json")),
        *(path for folder in OTHERS for path in sorted(folder.glob("*.j*"))),
    ]
    known = {path.stem: path for path in stored}
    return [_named(name, known, chosen) for name in names or known]


def _named(name: str, known: Mapping[str, Path], chosen: Options) -> Project:
    kind, _, number = name.partition(":")
    if kind == "chance" and number.isdigit():
        spec = specification(int(number))
        return Project(name=name, spec=spec, options=chosen, held_out=True)
    path = known.get(name, Path(name))
    if not path.is_file():
        raise InvalidInput(f"there is no specification {name!r}; there are {', '.join(known)}")
    return _project(path, list(known).index(name) if name in known else 0, chosen)


def _project(path: Path, at: int, chosen: Options) -> Project:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jdl":
        styles = list(Style)
        turned = Options(style=styles[at % len(styles)], frontend=("none", "htmx")[at // 2 % 2])
        spec, options = jdl.read(text, name=path.stem), turned
    else:
        spec, options = Specification.model_validate_json(text), Options()
    options = Options(
        style=chosen.style or options.style, frontend=chosen.frontend or options.frontend
    )
    return Project(name=path.stem, spec=spec, options=options, held_out=path.parent in OTHERS)


def figure(found: Measured) -> Figure:
    """One project as a figure: its seconds beside what so many entities may take."""
    row = found.row()
    limit = next((most for size, most in LIMITS if row["entities"] <= size), None)
    shown = ("entities", "cpu", "tests", "coverage", "requests", "faults")
    return Figure(
        name=f"{row['name']}: generated, all gates",
        value=row["seconds"],
        unit="s",
        limit=limit,
        held=found.ok,
        notes={name: row[name] for name in shown if row[name]},
    )


def whole(rows: Sequence[Figure], unseen: Sequence[bool]) -> list[Figure]:
    """The share of all projects that are whole, and the median of their seconds."""
    found = [
        Figure(name="share of projects that are whole", value=_share(rows), limit=1, least=True)
    ]
    if not rows:
        return []
    if unseen:
        held = [row for row, is_unseen in zip(rows, unseen, strict=True) if is_unseen]
        if held:
            found.append(
                Figure(name="the same, held out", value=_share(held), limit=0.95, least=True)
            )
    small = [row.value for row in rows if row.limit == LIMITS[0][1]]
    if small:
        value = round(median(small), 1)
        found.append(Figure(name="5 entities, median", value=value, unit="s", limit=30))
    return found


def _share(rows: Sequence[Figure]) -> float:
    return round(sum(row.held for row in rows) / max(1, len(rows)), 3)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove every specification, or those that are named."""
    parser = argparse.ArgumentParser(prog="python -m bench.socratic.gates", description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--style", type=Style, choices=list(Style))
    parser.add_argument("--frontend", choices=("none", "htmx"))
    parser.add_argument("--only", nargs="*", choices=get_args(GateName), default=GATES)
    parser.add_argument("--patience", type=float, default=Limits.seconds)
    parser.add_argument("--json", action="store_true", help="an object a line")
    asked = parser.parse_args(arguments)
    figures: list[Figure] = []
    chosen = projects(asked.names, Options(style=asked.style, frontend=asked.frontend))
    for project in chosen:
        try:
            found = asyncio.run(measured(project, asked.only, asked.patience))
        except MenonError as error:
            figures.append(Figure(name=f"{project.name}: {error.detail}", value=0, held=False))
            print(line(figures[-1]), flush=True)
            continue
        figures.append(figure(found))
        print(json.dumps(found.row()) if asked.json else line(figures[-1]), flush=True)
    for one in whole(figures, [project.held_out for project in chosen]):
        print(json.dumps(one.row()) if asked.json else line(one), flush=True)
    return 0 if all(one.ok for one in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
