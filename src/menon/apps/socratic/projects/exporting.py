"""A project, or its code, as one file."""

import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from menon.apps.socratic import queries
from menon.apps.socratic.agreements import findings
from menon.apps.socratic.agreements import service as agreements
from menon.apps.socratic.agreements.models import ProjectConflict, SpecificationVersion
from menon.apps.socratic.aside import aside
from menon.apps.socratic.codebases import files as code_files
from menon.apps.socratic.codebases import rows as codebase_rows
from menon.apps.socratic.codebases.models import Codebase
from menon.apps.socratic.insights import reporting
from menon.apps.socratic.models import ProjectMembership
from menon.apps.socratic.projects import views
from menon.apps.socratic.projects.schemas import ExportIn
from menon.apps.socratic.rules import Right, slug
from menon.apps.socratic.sessions import rows as session_rows
from menon.apps.socratic.sessions.models import (
    QuestioningSession,
    SessionQuestion,
    SessionResponse,
)
from menon.apps.socratic.specification.renderers import RENDERERS
from menon.core.auth import Principal
from menon.core.errors import Conflict
from menon.core.runtime import Runtime
from menon.kit.pdf import pdf


@dataclass(frozen=True)
class Exported:
    """A file that was made."""

    content: bytes
    media_type: str
    filename: str


_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""The same content makes the same bytes."""
_MOST: Final = 10_000


async def download(runtime: Runtime, who: Principal, codebase_id: str) -> Response:
    """The files of a codebase as a zip file.

    Raises:
        Conflict: it has none yet.
    """
    name, tree = await runtime.db.read(_code, who, codebase_id)
    if not tree:
        raise Conflict("The codebase has no files yet; wait until it is generated.")
    return _zip(await aside(partial(packed, tree, name)), name)


async def export(runtime: Runtime, who: Principal, project_id: str, body: ExportIn) -> Response:
    """Everything about a project as one file.

    Raises:
        Conflict: it has no code, or no specification, that this could be made of.
    """
    made = await exported(runtime, who, project_id, body.format)
    return Response(made.content, media_type=made.media_type, headers=_attached(made.filename))


async def exported(runtime: Runtime, who: Principal, project_id: str, wanted: str) -> Exported:
    """A project as one file.

    JSON; a zip file of documents and code; a context that Docker builds; its documents as PDF.

    Raises:
        Conflict: it has no code for Docker yet.
    """
    about, spec, tree = await runtime.db.read(_everything, who, project_id)
    name = slug(about["project"]["name"])
    if wanted == "docker":
        return await _docker(tree, name)
    if wanted == "pdf":
        told = (await reporting.report(runtime, who, project_id))["report"]
        return await _pdf(about["project"]["name"], told, spec, name)
    text = await aside(partial(json.dumps, about, indent=2, ensure_ascii=False))
    if wanted == "json":
        return Exported(text.encode(), "application/json", f"{name}.json")
    contents = {"project.json": text.encode()} | {f"code/{p}": c for p, c in tree.items()}
    if spec is not None:
        contents |= await aside(partial(_documents, spec))
    return Exported(await aside(partial(packed, contents, name)), "application/zip", f"{name}.zip")


async def _docker(tree: Mapping[str, bytes], name: str) -> Exported:
    if "Dockerfile" not in tree:
        raise Conflict("The project has no code with a Dockerfile yet; generate it first.")
    content = await aside(partial(context_of, tree))
    return Exported(content, "application/x-tar", f"{name}-docker.tar")


async def _pdf(title: str, told: str, spec: Mapping[str, Any] | None, name: str) -> Exported:
    def made() -> bytes:
        parts = [told]
        if spec is not None:
            parts.append(RENDERERS["spec"].render(agreements.read(spec)))
        return pdf(title, "\n\n".join(parts), attached=f"{name}.md")

    return Exported(await aside(made), "application/pdf", f"{name}.pdf")


async def everything(runtime: Runtime, who: Principal, project_id: str) -> dict[str, Any]:
    """All that a project holds but its code, as plain JSON."""
    return (await runtime.db.read(_everything, who, project_id))[0]


def context_of(contents: Mapping[str, bytes]) -> bytes:
    """A tar file that `docker build -` takes: the files at its top, the same for the same files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(contents):
            entry = tarfile.TarInfo(path)
            entry.size = len(contents[path])
            entry.mode = 0o755 if contents[path].startswith(b"#!") else 0o644
            archive.addfile(entry, io.BytesIO(contents[path]))
    return out.getvalue()


def packed(contents: Mapping[str, bytes], folder: str) -> bytes:
    """A zip file of these contents by path, below one folder; the same for the same contents."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(contents):
            entry = zipfile.ZipInfo(f"{folder}/{path}", date_time=_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            script = contents[path].startswith(b"#!")
            entry.external_attr = (0o755 if script else 0o644) << 16
            archive.writestr(entry, contents[path])
    return out.getvalue()


def _documents(body: Mapping[str, Any]) -> dict[str, bytes]:
    spec = agreements.read(body)
    return {f"docs/{one.file}": one.render(spec).encode() for one in RENDERERS.values()}


def _zip(content: bytes, name: str) -> Response:
    return Response(content, media_type="application/zip", headers=_attached(f"{name}.zip"))


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _code(session: Session, who: Principal, codebase_id: str) -> tuple[str, dict[str, bytes]]:
    row, project = codebase_rows.visible(session, who, codebase_id)
    return slug(project.name), code_files.tree(session, row.id)


def _everything(
    session: Session, who: Principal, project_id: str
) -> tuple[dict[str, Any], dict[str, Any] | None, dict[str, bytes]]:
    access = queries.access(session, who, project_id)
    queries.demand(access, Right.EDIT, archived=True)
    about = told(session, access)
    spec = agreements.latest(session, project_id, approved=True) or agreements.latest(
        session, project_id, approved=False
    )
    codebase = session.scalar(
        select(Codebase)
        .where(Codebase.project_id == project_id)
        .order_by(Codebase.version.desc())
        .limit(1)
    )
    tree = code_files.tree(session, codebase.id) if codebase else {}
    return about, spec.body if spec else None, tree


def told(session: Session, access: queries.Access) -> dict[str, Any]:
    """All that a project holds but its code, as plain JSON."""
    project = access.project
    owner = views.owners(session, [project]).get(project.id, "")
    team = select(ProjectMembership).where(ProjectMembership.project_id == project.id)
    versions = select(SpecificationVersion).where(SpecificationVersion.project_id == project.id)
    conflicts = select(ProjectConflict).where(ProjectConflict.project_id == project.id)
    asked = select(QuestioningSession).where(QuestioningSession.project_id == project.id)
    return {
        "project": views.shown(access, owner).model_dump(mode="json"),
        "team": [
            views.member(one).model_dump(mode="json") for one in session.scalars(team.limit(_MOST))
        ],
        "sessions": [_session(session, one) for one in session.scalars(asked.limit(_MOST))],
        "specifications": [
            {
                "version": one.number,
                "digest": one.digest,
                "state": one.state,
                "approved_by": one.approved_by,
                "created_at": one.created_at.isoformat(),
                "specification": one.body,
            }
            for one in session.scalars(versions.order_by(SpecificationVersion.number))
        ],
        "conflicts": [
            findings.shown(one).model_dump(mode="json")
            for one in session.scalars(conflicts.order_by(ProjectConflict.id).limit(_MOST))
        ],
    }


def _session(session: Session, row: QuestioningSession) -> dict[str, Any]:
    asked = select(SessionQuestion).where(SessionQuestion.session_id == row.id)
    said = select(SessionResponse).where(SessionResponse.session_id == row.id)
    answers: dict[str, SessionResponse] = {
        one.question_id: one for one in session.scalars(said.order_by(SessionResponse.id))
    }
    return session_rows.shown(session, row).model_dump(mode="json") | {
        "questions": [
            session_rows.question(one, answers.get(one.id)).model_dump(mode="json")
            for one in session.scalars(asked.order_by(SessionQuestion.order_index))
        ]
    }
