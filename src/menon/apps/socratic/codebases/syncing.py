"""What people changed in a project's repository, taken into its newest codebase."""

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.apps.socratic import queries
from menon.apps.socratic.aside import aside
from menon.apps.socratic.codebases import facts, files
from menon.apps.socratic.codebases.facts import FileFacts
from menon.apps.socratic.codebases.models import Codebase, CodebaseStatus
from menon.apps.socratic.git import shelves
from menon.apps.socratic.rules import Right
from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import Conflict, NotFound
from menon.core.runtime import Runtime

_BUSY = frozenset({CodebaseStatus.GENERATING, CodebaseStatus.TESTING})


async def sync(runtime: Runtime, who: Principal, project_id: str) -> dict[str, Any]:
    """Take in what stands in the repository: added, changed and removed files.

    Raises:
        NotFound: the project has no repository or no codebase yet.
        Conflict: code is being generated or tested.
    """
    codebase_id = await runtime.db.read(_newest, who, project_id)
    shelf = shelves.shelf(runtime, project_id, who.name, runtime.clock.now())
    if not shelves.exists(shelf.folder):
        raise NotFound("The project has no repository yet; POST its git/init first.")
    branch, tree = await aside(shelf.people)
    known = await aside(partial(facts.of_tree, tree))
    now = runtime.clock.now()
    changed = await runtime.db.write(_renew, who, codebase_id, tree, known, now)
    commit = await aside(partial(shelf.head, branch))
    return {"project_id": project_id, "codebase_id": codebase_id, "commit": commit, **changed}


def _newest(session: Session, who: Principal, project_id: str) -> str:
    queries.access(session, who, project_id, Right.EDIT)
    query = select(Codebase).where(Codebase.project_id == project_id)
    row = session.scalar(query.order_by(Codebase.version.desc()).limit(1))
    if row is None:
        raise NotFound("The project has no codebase yet; generate one first.")
    _check(row)
    return row.id


def _check(row: Codebase) -> None:
    if row.status in _BUSY:
        raise Conflict("Code is being generated or tested for this project; wait for its end.")


def _renew(  # noqa: PLR0917 - a unit and what it is given
    session: Session,
    who: Principal,
    codebase_id: str,
    tree: dict[str, bytes],
    known: dict[str, FileFacts],
    now: datetime,
) -> dict[str, Any]:
    row = session.get_one(Codebase, codebase_id, with_for_update=True)
    _check(row)
    before = files.tree(session, codebase_id)
    files.renew_files(session, codebase_id, tree, now, known=known)
    told = {
        "added": sorted(tree.keys() - before.keys()),
        "changed": sorted(p for p in tree.keys() & before.keys() if tree[p] != before[p]),
        "removed": sorted(before.keys() - tree.keys()),
    }
    if any(told.values()):
        audit.record(session, who, "codebase.synced", subject=codebase_id, at=now)
    return told
