"""Making code of an approved specification: durable, a commit for each phase, then the proof.

    six phases → branch `generated`, a commit each
               → three-way merge into the people's branch (base: what was generated before)
               → rows of files → gates in the sandbox → where they fail, a model mends (`mending`)
               → completed, or failed with the reason

Every step may run again after its process died: a phase makes the same bytes, and a commit of the
same tree is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.apps.socratic import queries, repository
from menon.apps.socratic.agreements import service as agreements
from menon.apps.socratic.agreements.models import SpecificationVersion
from menon.apps.socratic.aside import aside
from menon.apps.socratic.codebases import facts, files, rows, telling
from menon.apps.socratic.codebases.mending import rounds as mending
from menon.apps.socratic.codebases.models import Codebase, CodebaseStatus
from menon.apps.socratic.events import CodeGenerated
from menon.apps.socratic.generator import intermediate
from menon.apps.socratic.generator.history import of_trees
from menon.apps.socratic.generator.model import Options
from menon.apps.socratic.generator.phases import PHASES
from menon.apps.socratic.git import shelves
from menon.apps.socratic.git.shelves import GENERATED, Shelf
from menon.apps.socratic.models import Project
from menon.apps.socratic.proof.merge import merge
from menon.apps.socratic.specification import Specification
from menon.apps.socratic.specification.model import Style
from menon.core.errors import MenonError
from menon.core.events import publish
from menon.core.jobs import JobContext, job
from menon.core.jobs.patience import patiently
from menon.engine.llm.automatic import AUTO

_BATCH: Final = 40
"""Files that are written in one unit of work."""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What is to be generated; the same at every attempt."""

    codebase_id: str
    project_id: str
    version: int
    spec: Specification
    options: Options
    by: str
    at: datetime
    repair_model: str
    previous: str | None
    """What was generated and merged before."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be generated, and where it is committed."""

    loaded: Loaded
    shelf: Shelf


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
    db, runtime = context.runtime.db, context.runtime
    loaded = await patiently(lambda: db.read(_load, codebase_id))
    shelf = shelves.shelf(runtime, loaded.project_id, loaded.by, loaded.at)
    wanted = Wanted(loaded=loaded, shelf=shelf)
    base = await context.step("base", _base, shelf, loaded.previous)
    await context.write("base.kept", _note, codebase_id, "base", base or "")
    ours = await context.step("ours", _ours, shelf) if base else None
    owners = await _phases(context, wanted, base, ours)
    await context.progress(rows.TOTAL, rows.TOTAL, "merge")
    merged = await context.step("merge", _merge, wanted, base)
    await context.write("merge.kept", _merged, codebase_id, merged)
    await _keep_files(context, wanted, merged["commit"], owners)
    await context.progress(rows.TOTAL, rows.TOTAL, "testing")
    return await _proven(context, wanted, merged)


async def _phases(
    context: JobContext, wanted: Wanted, base: str | None, ours: str | None
) -> dict[str, str]:
    """Make each phase's files and commit them; answers which phase wrote a path."""
    owners: dict[str, str] = {}
    codebase_id = wanted.loaded.codebase_id
    for n, phase in enumerate(PHASES):
        await context.progress(n, rows.TOTAL, phase.name)
        now = context.runtime.clock.now()
        await context.write(f"{phase.name}.begun", _begun, codebase_id, n, now)
        made = await context.step(phase.name, _phase, wanted, n, base, ours)
        await context.write(f"{phase.name}.kept", _note, codebase_id, phase.name, made["commit"])
        owners |= dict.fromkeys(made["paths"], phase.name)
    return owners


def _base(shelf: Shelf, previous: str | None) -> str | None:
    """What people have of what was generated; the repository is made where there is none.

    What was generated but never merged, since its run had failed, is none of it.
    """
    shelf.begin()
    return previous if previous and shelf.head(GENERATED) and shelf.has(previous) else None


def _ours(shelf: Shelf) -> str | None:
    """What people are at; the migrations that they wrote are followed, not passed by."""
    return shelf.head(repository.current(shelf.folder))


def _phase(wanted: Wanted, number: int, base: str | None, ours: str | None) -> dict[str, Any]:
    """Make the files of a phase and commit them to the branch of what was generated.

    Until the last phase, files of the generation before stay, so that each commit is a whole tree.
    """
    loaded, shelf = wanted.loaded, wanted.shelf
    model = intermediate.build(loaded.spec)
    before = shelf.tree(base) if base else {}
    options = replace(
        loaded.options, history=of_trees(before, shelf.tree(ours) if ours else before)
    )
    made: dict[str, bytes] = {}
    fresh: Mapping[str, bytes] = {}
    for phase in PHASES[: number + 1]:
        fresh = phase.make(model, options)
        made |= fresh
    last = number == len(PHASES) - 1
    title = PHASES[number].name.replace("_", " ").capitalize()
    files = made if last else {**before, **made}
    commit = shelf.generated(files, f"{title} (version {loaded.version}).")
    return {"commit": commit, "paths": sorted(fresh)}


def _merge(wanted: Wanted, base: str | None) -> dict[str, Any]:
    """Merge what was generated into the people's branch; their edits are never lost."""
    shelf = wanted.shelf
    branch, ours = shelf.people()
    theirs = shelf.tree(GENERATED)
    done = merge(shelf.tree(base) if base else shelves.before(ours), ours, theirs)
    message = f"Merge the generated code (version {wanted.loaded.version})."
    commit = shelf.merged(branch, done.tree, message)
    found = [{"path": one.path, "kind": one.kind, "text": one.text} for one in done.conflicts]
    return {"commit": commit, "conflicts": found}


async def _keep_files(
    context: JobContext, wanted: Wanted, commit: str, owners: Mapping[str, str]
) -> None:
    contents = await aside(partial(wanted.shelf.tree, commit))
    known = await aside(partial(facts.of_tree, contents))
    now = context.runtime.clock.now()
    paths = sorted(contents)
    for n in range(0, len(paths), _BATCH):
        part = {path: contents[path] for path in paths[n : n + _BATCH]}
        await context.write(
            f"files.{n}",
            files.put_files,
            wanted.loaded.codebase_id,
            part,
            owners,
            now,
            known=known,
        )


async def _proven(context: JobContext, wanted: Wanted, merged: Mapping[str, Any]) -> Any:
    codebase_id = wanted.loaded.codebase_id
    await context.write("testing", _testing, codebase_id, context.runtime.clock.now())
    found = await context.step("prove", mending.proven, context.runtime, codebase_id)
    work = mending.Work(
        codebase_id=codebase_id,
        shelf=wanted.shelf,
        commit=merged["commit"],
        model=wanted.loaded.repair_model,
    )
    summary = await mending.mended(context, work, found)
    now = context.runtime.clock.now()
    summary = {**summary, "merge_conflicts": merged["conflicts"]}
    await context.write("ended", _ended, codebase_id, summary, now)
    return {"codebase_id": codebase_id, **summary}


def _load(session: Session, codebase_id: str) -> Loaded:
    row = session.get_one(Codebase, codebase_id)
    version = session.get_one(SpecificationVersion, row.specification_id)
    return Loaded(
        codebase_id=row.id,
        project_id=row.project_id,
        version=row.version,
        spec=agreements.read(version.body),
        options=Options(style=Style(row.style), frontend=_frontend(row.frontend)),
        by=row.created_by,
        at=row.created_at,
        repair_model=row.detail.get("repair_model", AUTO),
        previous=_previous(session, row),
    )


def _previous(session: Session, row: Codebase) -> str | None:
    """The last commit of the newest generation before that was merged."""
    query = select(Codebase.commits).where(
        Codebase.project_id == row.project_id, Codebase.version < row.version
    )
    for commits in session.scalars(query.order_by(Codebase.version.desc())):
        if commits.get("merge"):
            return commits.get(PHASES[-1].name)
    return None


def _frontend(name: str) -> Literal["none", "htmx"]:
    return "htmx" if name == "htmx" else "none"


def _begun(session: Session, codebase_id: str, number: int, now: datetime) -> None:
    row = session.get_one(Codebase, codebase_id)
    row.phase = PHASES[number].name
    telling.progress(session, row, row.phase, number, now)


def _note(session: Session, codebase_id: str, name: str, commit: str) -> None:
    row = session.get_one(Codebase, codebase_id)
    row.commits = {**row.commits, name: commit}


def _merged(session: Session, codebase_id: str, merged: dict[str, Any]) -> None:
    row = session.get_one(Codebase, codebase_id)
    row.commits = {**row.commits, "merge": merged["commit"]}
    row.detail = {**row.detail, "merge_conflicts": merged["conflicts"]}


def _testing(session: Session, codebase_id: str, now: datetime) -> None:
    row = session.get_one(Codebase, codebase_id)
    row.status, row.phase = CodebaseStatus.TESTING, "testing"
    telling.progress(session, row, row.phase, rows.TOTAL, now)


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
