"""What the pages of generated code show."""

from typing import Any, Final

from menon.apps.socratic.codebases import service as codebases
from menon.apps.socratic.projects import service as projects
from menon.apps.socratic.projects.contexts import may_do
from menon.apps.socratic.rules import Right
from menon.core.auth import Principal
from menon.core.http import Page
from menon.core.runtime import Runtime

_LANGUAGES: Final = {"html": "xml", "toml": "ini", "text": "plaintext"}


async def codebase(runtime: Runtime, who: Principal, codebase_id: str, view: str) -> dict[str, Any]:
    """Generated code: how far it is, its files, its tests, its trace."""
    found = await codebases.get(runtime, who, codebase_id)
    project = await projects.get(runtime, who, found.project_id)
    wanted = view if view in {"files", "tests", "trace"} else "files"
    context: dict[str, Any] = {
        "project": {"id": project.id, "name": project.name},
        "codebase": found.model_dump(),
        "going": found.status in {"generating", "testing"},
        "phases": _phases(found.generation_metadata.get("commits") or {}, found.phase),
        "view": wanted,
        "files": [],
        "results": None,
        "trace": [],
        "links": {},
        "may_work": may_do(who, project, Right.EDIT),
    }
    if wanted == "files":
        context["files"] = await _files(runtime, who, codebase_id)
    elif wanted == "tests":
        context["results"] = (await codebases.results(runtime, who, codebase_id)).model_dump()
    elif found.files:
        traced = await codebases.traced(runtime, who, codebase_id)
        context["trace"] = [one.model_dump() for one in traced.items]
        context["links"] = {
            one["file_path"]: one["id"]
            for group in await _files(runtime, who, codebase_id)
            for one in group["files"]
        }
    return context


async def file(runtime: Runtime, who: Principal, codebase_id: str, file_id: str) -> dict[str, Any]:
    """One file with its lines."""
    code = await codebases.get(runtime, who, codebase_id)
    project = await projects.get(runtime, who, code.project_id)
    found = await codebases.file(runtime, who, codebase_id, file_id)
    return {
        "project": {"id": project.id, "name": project.name},
        "codebase": {"id": code.id, "version": code.version},
        "file": found.model_dump(),
        "language": _LANGUAGES.get(found.file_type, found.file_type),
    }


async def _files(runtime: Runtime, who: Principal, codebase_id: str) -> list[dict[str, Any]]:
    """All files by folder."""
    folders: dict[str, list[dict[str, Any]]] = {}
    cursor: str | None = None
    while True:
        page = await codebases.files(runtime, who, codebase_id, Page(200, cursor))
        for one in page.items:
            folder, _, name = one.file_path.rpartition("/")
            folders.setdefault(folder, []).append(one.model_dump() | {"name": name})
        if (cursor := page.next_cursor) is None:
            return [{"folder": name, "files": held} for name, held in sorted(folders.items())]


def _phases(commits: dict[str, Any], current: str) -> list[dict[str, Any]]:
    from menon.apps.socratic.generator.phases import PHASES

    steps = [(one.name, one.name.replace("_", " ").capitalize()) for one in PHASES]
    return [
        {
            "name": title,
            "state": "completed" if name in commits else "active" if name == current else "",
            "commit": str(commits.get(name, ""))[:8],
        }
        for name, title in steps
    ]
