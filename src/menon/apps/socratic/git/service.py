"""What people do with a project's repository."""

from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from menon.apps.socratic import queries, repository
from menon.apps.socratic.aside import aside
from menon.apps.socratic.events import GitOperationCompleted
from menon.apps.socratic.git import shelves
from menon.apps.socratic.git.schemas import (
    CommitIn,
    CommitOut,
    DiffOut,
    FileDiffOut,
    LogEntry,
    LogOut,
    StatusOut,
)
from menon.apps.socratic.git.shelves import Shelf
from menon.apps.socratic.rules import Right
from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import InvalidInput, NotFound
from menon.core.events import publish
from menon.core.runtime import Runtime
from menon.kit.pages import decode_cursor, encode_cursor

_SHOWN: Final = 200


async def init(runtime: Runtime, who: Principal, project_id: str) -> CommitOut:
    """Make a project's repository with a `.gitignore` and a first commit; made once."""
    shelf = await _shelf(runtime, who, project_id, Right.EDIT)
    made = await aside(partial(repository.init, shelf.folder, author=shelf.author, at=shelf.at))
    return await _told(runtime, who, project_id, "init", shelf, made)


async def commit(runtime: Runtime, who: Principal, project_id: str, body: CommitIn) -> CommitOut:
    """Commit what has changed, or these files; nothing to commit is a success.

    Raises:
        NotFound: the project has no repository yet.
        Conflict: files are sent while others have changes that are not committed.
    """
    shelf = await _shelf(runtime, who, project_id, Right.EDIT, there=True)
    work = (
        partial(shelf.written, body.files, body.message)
        if body.files
        else partial(
            repository.commit, shelf.folder, body.message, author=shelf.author, at=shelf.at
        )
    )
    return await _told(runtime, who, project_id, "commit", shelf, await aside(work))


async def status(runtime: Runtime, who: Principal, project_id: str) -> StatusOut:
    """How the files differ from the last commit."""
    shelf = await _shelf(runtime, who, project_id, Right.READ)
    if not shelves.exists(shelf.folder):
        return StatusOut(
            initialized=False,
            branch="",
            branches=[],
            clean=True,
            added=[],
            changed=[],
            removed=[],
            commit=None,
        )
    found = await aside(partial(repository.status, shelf.folder))
    names = await aside(partial(repository.branches, shelf.folder))
    return StatusOut(
        initialized=True,
        branch=found.branch,
        branches=[one.name for one in names],
        clean=found.clean,
        added=list(found.added),
        changed=list(found.modified),
        removed=list(found.removed),
        commit=found.commit or None,
    )


async def log(  # noqa: PLR0917 - a page of a branch
    runtime: Runtime,
    who: Principal,
    project_id: str,
    branch: str | None,
    limit: int,
    cursor: str | None = None,
) -> LogOut:
    """The history of a branch, the newest commit first.

    Raises:
        NotFound: the project has no repository yet, or no such branch.
        InvalidInput: the cursor is not one of this list.
    """
    shelf = await _shelf(runtime, who, project_id, Right.READ, there=True)
    after = _after(cursor)
    start = branch or await aside(partial(repository.current, shelf.folder))
    found = await aside(
        partial(repository.log, shelf.folder, start=start, limit=limit, after=after)
    )
    names = await aside(partial(repository.branches, shelf.folder))
    items = [
        LogEntry(
            commit=one.id,
            message=one.message,
            author=one.author,
            at=one.at,
            parents=list(one.parents),
        )
        for one in found
    ]
    more = encode_cursor(items[-1].commit) if len(items) == limit else None
    return LogOut(branch=start, branches=[one.name for one in names], items=items, next_cursor=more)


async def diff(
    runtime: Runtime, who: Principal, project_id: str, before: str | None, after: str | None
) -> DiffOut:
    """How two commits or branches differ; by default what the last commit changed.

    Raises:
        NotFound: the project has no repository yet, or one of them is unknown.
    """
    shelf = await _shelf(runtime, who, project_id, Right.READ, there=True)
    return await aside(partial(_compared, shelf, before, after))


def _compared(shelf: Shelf, before: str | None, after: str | None) -> DiffOut:
    new = repository.log(shelf.folder, start=after or repository.current(shelf.folder), limit=1)[0]
    old = before or (new.parents[0] if new.parents else None)
    found = repository.diff(shelf.folder, old, new.id)
    return DiffOut(
        before=old,
        after=new.id,
        items=[FileDiffOut.model_validate(one) for one in found[:_SHOWN]],
        total=len(found),
    )


def _after(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    try:
        return str(decode_cursor(cursor, size=1)[0])
    except ValueError as error:
        raise InvalidInput(f"{error}; leave it out for the first page") from error


async def _shelf(
    runtime: Runtime,
    who: Principal,
    project_id: str,
    right: Right,
    *,
    there: bool = False,
) -> Shelf:
    await runtime.db.read(_allowed, who, project_id, right)
    shelf = shelves.shelf(runtime, project_id, who.name, runtime.clock.now())
    if there and not shelves.exists(shelf.folder):
        raise NotFound("The project has no repository yet; POST its git/init first.")
    return shelf


async def _told(  # noqa: PLR0917 - what was done, and by whom
    runtime: Runtime,
    who: Principal,
    project_id: str,
    operation: str,
    shelf: Shelf,
    made: repository.Committed,
) -> CommitOut:
    branch = await aside(partial(repository.current, shelf.folder))
    if made.made:
        await runtime.db.write(_tell, who, project_id, operation, made.commit.id, shelf.at)
    return CommitOut(
        committed=made.made,
        commit=made.commit.id,
        branch=branch,
        message=made.commit.message,
    )


def _allowed(session: Session, who: Principal, project_id: str, right: Right) -> None:
    queries.access(session, who, project_id, right)


def _tell(  # noqa: PLR0917 - a unit and what it is given
    session: Session,
    who: Principal,
    project_id: str,
    operation: str,
    commit_id: str,
    now: datetime,
) -> None:
    project = queries.access(session, who, project_id).project
    audit.record(session, who, f"git.{operation}", subject=project_id, at=now, commit=commit_id)
    event = GitOperationCompleted(
        project_id=project.id,
        owner_id=project.owner_id,
        audience=queries.audience(session, project.id),
        operation=operation,
        commit=commit_id,
    )
    publish(session, event, now=now)
