"""Parts of what the generator makes, for those who ask for no whole codebase."""

import asyncio
import contextlib
import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from menon.apps.socratic import queries
from menon.apps.socratic.agreements import intake
from menon.apps.socratic.agreements import service as agreements
from menon.apps.socratic.agreements.models import Approval
from menon.apps.socratic.agreements.service import NewVersion
from menon.apps.socratic.aside import aside
from menon.apps.socratic.codebases import files as code_files
from menon.apps.socratic.codebases import rows
from menon.apps.socratic.codebases import service as codebases
from menon.apps.socratic.generator import component as component_of
from menon.apps.socratic.generator import intermediate
from menon.apps.socratic.generator.component import ENTITY
from menon.apps.socratic.generator.model import Options
from menon.apps.socratic.generator.phases import PHASES
from menon.apps.socratic.specification import Specification
from menon.core.auth import Principal
from menon.core.errors import Conflict, NotFound
from menon.core.http import Page
from menon.core.runs.log import RunLog
from menon.core.runtime import Runtime

DEPLOYMENT: Final = re.compile(
    r"(^|/)(Dockerfile|Containerfile|compose\.ya?ml|docker-compose\.ya?ml|\.env\.example"
    r"|\.dockerignore)$|^\.github/|^\.gitlab-ci"
)
SETTINGS: Final = re.compile(r"(^|/)(\.env\.example|settings\.py|config\.py|alembic\.ini)$")
EDITOR: Final = re.compile(r"^\.vscode/|^\.devcontainer/|^\.editorconfig$")


async def ended(runtime: Runtime, run_id: str | None, seconds: float) -> None:
    """Wait for the end of a run, for so long at most."""
    if run_id is None:
        return
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            async with contextlib.aclosing(runtime[RunLog].follow(run_id)) as events:
                async for _ in events:
                    pass


async def told(runtime: Runtime, who: Principal, codebase_id: str) -> dict[str, Any]:
    """A codebase with the paths of its files."""
    found = await codebases.get(runtime, who, codebase_id)
    files: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = await codebases.files(runtime, who, codebase_id, Page(200, cursor))
        files += [one.model_dump(mode="json") for one in page.items]
        if (cursor := page.next_cursor) is None:
            break
    shown = found.model_dump(mode="json", exclude={"file_structure"})
    return shown | {"files": files, "file_count": len(files)}


async def approved(
    runtime: Runtime, who: Principal, project_id: str, spec_id: str | None
) -> Specification:
    """An approved specification of a project.

    Raises:
        Conflict: it is not approved.
        NotFound: the project has no such version.
    """
    return agreements.read(await runtime.db.read(_approved, who, project_id, spec_id))


def _approved(
    session: Session, who: Principal, project_id: str, spec_id: str | None
) -> dict[str, Any]:
    queries.access(session, who, project_id)
    if spec_id is None:
        row = agreements.latest(session, project_id, approved=True)
    else:
        row, _ = agreements.visible(session, who, spec_id)
        if row.project_id != project_id:
            raise NotFound(f"The project has no specification {spec_id!r}.")
    if row is None or row.state != Approval.APPROVED:
        raise Conflict("No such version of the specification is approved; approve it first.")
    return row.body


async def component(spec: Specification, name: str, kind: str = ENTITY) -> dict[str, Any]:
    """The files that an entity adds to the code of a specification, or one kind of them.

    Raises:
        InvalidInput: there is no such kind.
        NotFound: the specification has no such entity.
    """
    known = {entity.name.lower(): entity.name for entity in spec.entities}
    if name.lower() not in known:
        listed = ", ".join(known.values())
        raise NotFound(f"The specification has no entity {name!r}; it has {listed}.")
    made = partial(component_of, kind, known[name.lower()], spec, _options(spec))
    return {"component": known[name.lower()], "kind": kind, "files": _texts(await aside(made))}


async def phase(spec: Specification, name: str) -> dict[str, Any]:
    """The files that one phase makes."""

    def made() -> dict[str, Any]:
        model = intermediate.build(spec)
        wanted = next(one for one in PHASES if one.name == name)
        return {"phase": name, "files": _texts(wanted.make(model, _options(spec)))}

    return await aside(made)


async def files_like(
    runtime: Runtime, who: Principal, codebase_id: str, wanted: re.Pattern[str]
) -> dict[str, Any]:
    """The files of a codebase whose paths are of a kind."""
    tree = await runtime.db.read(_tree, who, codebase_id)
    found = {path: body for path, body in tree.items() if wanted.search(path)}
    return {"codebase_id": codebase_id, "files": _texts(found)}


def size_of(spec: Specification) -> dict[str, Any]:
    """How large the code of a specification becomes, by what it is made of."""
    fields = sum(len(entity.fields) for entity in spec.entities)
    relations = sum(len(entity.relations) for entity in spec.entities)
    cycles = sum(
        len(entity.life_cycle.transitions) for entity in spec.entities if entity.life_cycle
    )
    scenarios = sum(len(one.scenarios) for one in spec.features)
    points = 3 * len(spec.entities) + fields + 2 * relations + 2 * cycles + 2 * scenarios
    points += len(spec.permissions) + len(spec.nfr)
    return {
        "entities": len(spec.entities),
        "fields": fields,
        "relations": relations,
        "transitions": cycles,
        "requirements": len(spec.features),
        "scenarios": scenarios,
        "points": points,
        "complexity": "low" if points < 60 else "medium" if points < 250 else "high",
    }


async def read(value: Mapping[str, Any], note: str) -> NewVersion:
    """A specification that came as data.

    Raises:
        InvalidInput: it cannot be read, or does not hold together.
    """
    return await aside(partial(intake.of_value, dict(value), note))


def _options(spec: Specification) -> Options:
    return Options(style=spec.architecture.style, frontend=spec.architecture.frontend)


def _texts(files: Mapping[str, bytes]) -> list[dict[str, str]]:
    return [
        {"path": path, "content": body.decode(errors="replace")}
        for path, body in sorted(files.items())
    ]


def _tree(session: Session, who: Principal, codebase_id: str) -> dict[str, bytes]:
    row, _ = rows.visible(session, who, codebase_id)
    return code_files.tree(session, row.id)
