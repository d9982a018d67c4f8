"""Making code of an approved specification: durable, a commit for each phase, then the proof.

    six phases → branch `generated`, a commit each
               → three-way merge into the people's branch (base: what was generated before)
               → rows of files → gates in the sandbox → completed, or failed with the reason

Every step may run again after its process died: a phase makes the same bytes, and a commit of the
same tree is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from menon.apps.socratic import agreements, codebase_rows, proving, queries, shelves
from menon.apps.socratic.agreement_models import SpecificationVersion
from menon.apps.socratic.codebase_models import Codebase, CodebaseStatus
from menon.apps.socratic.events import CodeGenerated
from menon.apps.socratic.generator import PHASES, Options, intermediate
from menon.apps.socratic.models import Project
from menon.apps.socratic.proof.merging import merge
from menon.apps.socratic.specification import Specification
from menon.core.errors import MenonError
from menon.core.events import publish
from menon.core.jobs import JobContext, job
from menon.core.jobs.patience import patiently

GENERATED: Final = "generated"
"""The branch of what was generated; people work on the other one."""
_BATCH: Final = 40
"""Files that are written in one unit of work."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be generated; the same at every attempt."""

    codebase_id: str
    project_id: str
    version: int
    spec: Specification
    options: Options
    folder: Path


@job("socratic.generate", queue="bulk")
async def generate(context: JobContext, payload: dict[str, Any]) -> Any:
    """Generate a codebase, merge it with what people changed, and prove it."""
    codebase_id: str = payload["codebase_id"]
    try:
        return await _generated(context, codebase_id)
    except MenonError as error:
        await context.write(
            "failed", _failed, codebase_id, error.detail, context.runtime.clock.now()
        )
        raise


async def _generated(context: JobContext, codebase_id: str) -> Any:
    db = context.runtime.db
    loaded = await patiently(lambda: db.read(_load, codebase_id))
    folder = shelves.folder(context.runtime, loaded.project_id)
    wanted = Wanted(**{**vars(loaded), "folder": folder})
    base = await context.step("base", partial(shelves.head, folder, GENERATED))
    await context.write("base.kept", _note, codebase_id, "base", base or "")
    owners = await _phases(context, wanted, base)
    await context.progress(codebase_rows.TOTAL, codebase_rows.TOTAL, "merge")
    merged = await context.step("merge", partial(_merge, wanted, base))
    await context.write("merge.kept", _merged, codebase_id, merged)
    await _keep_files(context, wanted, merged["commit"], owners)
    await context.progress(codebase_rows.TOTAL, codebase_rows.TOTAL, "testing")
    return await _proven(context, wanted, merged)


async def _phases(context: JobContext, wanted: Wanted, base: str | None) -> dict[str, str]:
    """Make each phase's files and commit them; answers which phase wrote a path."""
    owners: dict[str, str] = {}
    for n, phase in enumerate(PHASES):
        await context.progress(n, codebase_rows.TOTAL, phase.name)
        await context.write(f"{phase.name}.begun", _begun, wanted.codebase_id, phase.name)
        made = await context.step(phase.name, partial(_phase, wanted, n, base))
        await context.write(
            f"{phase.name}.kept", _note, wanted.codebase_id, phase.name, made["commit"]
        )
        owners |= dict.fromkeys(made["paths"], phase.name)
    return owners


def _phase(wanted: Wanted, number: int, base: str | None) -> dict[str, Any]:
    """Make the files of a phase and commit them to the branch of what was generated.

    Until the last phase, files of the generation before stay, so that each commit is a whole tree.
    """
    model = intermediate.build(wanted.spec)
    made: dict[str, bytes] = {}
    fresh: Mapping[str, bytes] = {}
    for phase in PHASES[: number + 1]:
        fresh = phase.make(model, wanted.options)
        made |= fresh
    last = number == len(PHASES) - 1
    before = shelves.tree(wanted.folder, base) if base and not last else {}
    name = PHASES[number].name
    commit = shelves.put(
        wanted.folder,
        GENERATED,
        {**before, **made},
        f"{name.replace('_', ' ').capitalize()} (version {wanted.version}).",
    )
    return {"commit": commit, "paths": sorted(fresh)}


def _merge(wanted: Wanted, base: str | None) -> dict[str, Any]:
    """Merge what was generated into the people's branch; their edits are never lost."""
    folder = wanted.folder
    theirs = shelves.tree(folder, GENERATED)
    ours = shelves.people(folder)
    done = merge(shelves.tree(folder, base) if base else shelves.first(folder), ours, theirs)
    commit = shelves.put_people(
        folder, done.tree, f"Merge the generated code (version {wanted.version}).", GENERATED
    )
    return {"commit": commit, "conflicts": sorted(done.conflicts)}


async def _keep_files(
    context: JobContext, wanted: Wanted, commit: str, owners: Mapping[str, str]
) -> None:
    contents = shelves.tree(wanted.folder, commit)
    now = context.runtime.clock.now()
    paths = sorted(contents)
    for n in range(0, len(paths), _BATCH):
        part = {path: contents[path] for path in paths[n : n + _BATCH]}
        await context.write(
            f"files.{n}", codebase_rows.put_files, wanted.codebase_id, part, owners, now
        )


async def _proven(context: JobContext, wanted: Wanted, merged: Mapping[str, Any]) -> Any:
    codebase_id = wanted.codebase_id
    await context.write("testing", _testing, codebase_id)
    summary = await context.step("prove", proving.prove_kept, context.runtime, codebase_id)
    now = context.runtime.clock.now()
    summary = {**summary, "merge_conflicts": merged["conflicts"]}
    await context.write("ended", _ended, codebase_id, summary, now)
    return {"codebase_id": codebase_id, **summary}


@dataclass(frozen=True, kw_only=True)
class _Loaded:
    codebase_id: str
    project_id: str
    version: int
    spec: Specification
    options: Options


def _load(session: Session, codebase_id: str) -> _Loaded:
    row = session.get_one(Codebase, codebase_id)
    version = session.get_one(SpecificationVersion, row.specification_id)
    return _Loaded(
        codebase_id=row.id,
        project_id=row.project_id,
        version=row.version,
        spec=agreements.read(version.body),
        options=Options(style=row.style, frontend=row.frontend),
    )


def _begun(session: Session, codebase_id: str, phase: str) -> None:
    session.get_one(Codebase, codebase_id).phase = phase


def _note(session: Session, codebase_id: str, name: str, commit: str) -> None:
    row = session.get_one(Codebase, codebase_id)
    row.commits = {**row.commits, name: commit}


def _merged(session: Session, codebase_id: str, merged: dict[str, Any]) -> None:
    row = session.get_one(Codebase, codebase_id)
    row.commits = {**row.commits, "merge": merged["commit"]}
    row.detail = {**row.detail, "merge_conflicts": merged["conflicts"]}


def _testing(session: Session, codebase_id: str) -> None:
    row = session.get_one(Codebase, codebase_id)
    row.status, row.phase = CodebaseStatus.TESTING, "testing"


def _ended(session: Session, codebase_id: str, summary: dict[str, Any], now: Any) -> None:
    row = session.get_one(Codebase, codebase_id)
    row.status = CodebaseStatus.COMPLETED if summary["completed"] else CodebaseStatus.FAILED
    row.phase, row.generated_at = "", now
    row.detail = {**row.detail, "reason": summary["reason"]}
    _tell(session, row, now)


def _failed(session: Session, codebase_id: str, reason: str, now: Any) -> None:
    row = session.get_one(Codebase, codebase_id)
    row.status = CodebaseStatus.FAILED
    row.detail = {**row.detail, "reason": reason}
    _tell(session, row, now)


def _tell(session: Session, row: Codebase, now: Any) -> None:
    project = session.get_one(Project, row.project_id)
    event = CodeGenerated(
        project_id=project.id,
        owner_id=project.owner_id,
        audience=queries.audience(session, project.id),
        codebase_id=row.id,
        status=row.status,
        detail={"reason": row.detail.get("reason", "")},
    )
    publish(session, event, now=now)
