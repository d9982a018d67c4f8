"""Files of generated code: kept, renewed, read."""

import base64
import posixpath
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from menon.apps.socratic.codebases.facts import FileFacts
from menon.apps.socratic.codebases.models import Codebase, GeneratedFile
from menon.apps.socratic.codebases.schemas import FileOut, FileRow
from menon.core.errors import NotFound
from menon.core.http import Listing, Page
from menon.kit.ids import new_id
from menon.kit.pages import encode_cursor

AGENT: Final = "code_generator"
_TYPES: Final = {
    ".py": "python",
    ".md": "markdown",
    ".html": "html",
    ".css": "css",
    ".js": "javascript",
    ".json": "json",
    ".toml": "toml",
    ".ini": "ini",
    ".cfg": "ini",
    ".yml": "yaml",
    ".yaml": "yaml",
    ".txt": "text",
    ".sh": "bash",
    ".sql": "sql",
}


def files(session: Session, row: Codebase, page: Page) -> Listing[FileRow]:
    """A page of a codebase's files by their paths."""
    query = select(GeneratedFile).where(GeneratedFile.codebase_id == row.id)
    if after := page.after(1):
        query = query.where(GeneratedFile.path > str(after[0]))
    rows = list(session.scalars(query.order_by(GeneratedFile.path).limit(page.limit + 1)))
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].path) if len(rows) > page.limit else None
    return Listing(items=[FileRow(**_file(row, one)) for one in kept], next_cursor=more)


def file(session: Session, row: Codebase, file_id: str) -> FileOut:
    """One file of a codebase.

    Raises:
        NotFound: it has no such file.
    """
    where = (GeneratedFile.codebase_id == row.id, GeneratedFile.id == file_id)
    found = session.scalar(select(GeneratedFile).where(*where))
    if found is None:
        raise NotFound(f"The codebase has no file {file_id!r}.")
    return FileOut(
        **_file(row, found),
        content=found.content,
        encoding="base64" if found.binary else "utf-8",
    )


def tree(session: Session, codebase_id: str) -> dict[str, bytes]:
    """The files of a codebase, contents by path."""
    query = select(GeneratedFile).where(GeneratedFile.codebase_id == codebase_id)
    return {one.path: content(one) for one in session.scalars(query.order_by(GeneratedFile.path))}


def tree_size(session: Session, codebase_id: str) -> int:
    """How many files a codebase has."""
    query = select(func.count()).where(GeneratedFile.codebase_id == codebase_id)
    return session.scalar(query) or 0


def content(row: GeneratedFile) -> bytes:
    """The bytes of a file."""
    return base64.b64decode(row.content) if row.binary else row.content.encode()


def put_files(
    session: Session,
    codebase_id: str,
    contents: Mapping[str, bytes],
    phases: Mapping[str, str],
    now: datetime,
    *,
    known: Mapping[str, FileFacts],
) -> None:
    """Write files of a codebase over those of the same paths.

    Args:
        session: the unit.
        codebase_id: which codebase.
        contents: by path.
        phases: the phases that wrote them; a path without one is people's.
        now: the time.
        known: what the files say of themselves, by path.
    """
    gone = delete(GeneratedFile).where(
        GeneratedFile.codebase_id == codebase_id, GeneratedFile.path.in_(list(contents))
    )
    session.execute(gone)
    rows = [
        _new_file(codebase_id, path, body, phases.get(path, ""), now)
        | _told(known.get(path, FileFacts()))
        for path, body in contents.items()
    ]
    if rows:
        session.execute(insert(GeneratedFile), rows)


def renew_files(
    session: Session,
    codebase_id: str,
    contents: Mapping[str, bytes],
    now: datetime,
    *,
    known: Mapping[str, FileFacts],
) -> None:
    """Have the files of a codebase be these; what has not changed keeps its row."""
    where = GeneratedFile.codebase_id == codebase_id
    rows = {one.path: one for one in session.scalars(select(GeneratedFile).where(where))}
    phases = {path: one.phase for path, one in rows.items()}
    changed = {
        path: body
        for path, body in contents.items()
        if path not in rows or content(rows[path]) != body
    }
    for path, one in rows.items():
        if path not in contents:
            session.delete(one)
    session.flush()
    put_files(session, codebase_id, changed, phases, now, known=known)


def sizes(session: Session, codebase_id: str) -> dict[str, int]:
    """The sizes of a codebase's files in bytes, by path."""
    rows = session.execute(
        select(GeneratedFile.path, GeneratedFile.size)
        .where(GeneratedFile.codebase_id == codebase_id)
        .order_by(GeneratedFile.path)
    )
    return {row.path: row.size for row in rows}


def _file(row: Codebase, found: GeneratedFile) -> dict[str, Any]:
    return {
        "id": found.id,
        "file_id": found.id,
        "codebase_id": row.id,
        "file_path": found.path,
        "file_type": found.file_type,
        "file_purpose": found.purpose,
        "generated_by_agent": AGENT if found.phase else "",
        "version": row.version,
        "size_bytes": found.size,
        "dependencies": found.dependencies,
        "documentation": found.documentation,
        "complexity_score": found.complexity,
        "test_coverage": found.coverage,
        "created_at": found.created_at,
    }


def _told(facts: FileFacts) -> dict[str, Any]:
    return {
        "dependencies": list(facts.dependencies),
        "documentation": facts.documentation,
        "complexity": facts.complexity,
    }


def _new_file(
    codebase_id: str, path: str, body: bytes, phase: str, now: datetime
) -> dict[str, Any]:
    text = _text(body)
    return {
        "id": new_id(),
        "codebase_id": codebase_id,
        "path": path,
        "file_type": file_type(path),
        "purpose": purpose(path),
        "phase": phase,
        "content": base64.b64encode(body).decode() if text is None else text,
        "binary": text is None,
        "size": len(body),
        "created_at": now,
    }


def _text(body: bytes) -> str | None:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text


def file_type(path: str) -> str:
    """What a file holds, by its name."""
    name = posixpath.basename(path)
    if name.lower() in {"dockerfile", "containerfile"}:
        return "dockerfile"
    return _TYPES.get(posixpath.splitext(name)[1].lower(), "text")


def purpose(path: str) -> str:
    """What a file is for, by its place."""
    parts = path.split("/")
    if "tests" in parts or parts[-1].startswith("test_"):
        return "test"
    if path.endswith(".md") or "docs" in parts[:-1]:
        return "documentation"
    if "templates" in parts or "static" in parts:
        return "frontend"
    if path.endswith(".py"):
        return "migration" if {"alembic", "migrations"} & set(parts) else "source"
    return "configuration"
