"""What the pages of specifications show."""

from typing import Any, Final

from menon.apps.socratic.agreements import changes, findings, records, rendering
from menon.apps.socratic.agreements import service as agreements
from menon.apps.socratic.agreements.schemas import ConflictOut
from menon.apps.socratic.conflicts.ways import taken
from menon.apps.socratic.projects import service as projects
from menon.apps.socratic.projects.contexts import may_do
from menon.apps.socratic.rules import Right
from menon.apps.socratic.specification.renderers import RENDERERS
from menon.core.auth import Principal
from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.core.web.prose import rendered

_MOST: Final = Page(200)
_DIFFERENCES: Final = 300
_NOTATIONS: Final = {
    "requirements": "Requirements",
    "gherkin": "Scenarios",
    "er": "Data model",
    "openapi": "Interface",
    "json_schema": "JSON Schema",
    "jdl": "JDL",
    "json": "JSON",
}
"""What a document is called on its tab, where its whole title has no room."""


async def specification(
    runtime: Runtime,
    who: Principal,
    spec_id: str,
    view: str,
    before: int | None = None,
    *,
    error: str = "",
) -> dict[str, Any]:
    """A version as a document, with what changed and what keeps it from being approved."""
    found = await agreements.get(runtime, who, spec_id)
    project = await projects.get(runtime, who, found.project_id)
    compared = await agreements.compare(runtime, who, spec_id, before)
    changed = changes.told(compared.differences)
    wanted = view if view in RENDERERS else next(iter(RENDERERS))
    spec = agreements.read(found.specification)
    text = await rendering.document(spec, wanted)
    prose = RENDERERS[wanted].media_type == "text/markdown"
    opened = await findings.of_project(runtime, who, project.id, _MOST, state="open")
    sources = {found.id, found.session_id}
    return {
        "project": {"id": project.id, "name": project.name},
        "specification": found.model_dump(exclude={"specification"}),
        "view": wanted,
        "views": [(one.name, _NOTATIONS.get(one.name, one.title)) for one in RENDERERS.values()],
        "document": rendered(text, below=1) if prose else None,
        "text": text,
        "records": records.cards(spec) if wanted == "er" else None,
        "language": "json" if "json" in RENDERERS[wanted].media_type else wanted,
        "compared": {
            "before": compared.before,
            "after": compared.after,
            "differences": changed[:_DIFFERENCES],
            "more": max(len(changed) - _DIFFERENCES, 0),
        },
        "conflicts": [
            conflict(one)
            for one in opened.items
            if {one.specification_id, one.session_id} & (sources - {None})
        ],
        "error": error,
        "may_approve": may_do(who, project, Right.LEAD),
        "may_generate": may_do(who, project, Right.EDIT),
        "may_answer": may_do(who, project, Right.ANSWER),
    }


def conflict(one: ConflictOut) -> dict[str, Any]:
    """A contradiction as pages show it."""
    return {
        "id": one.id,
        "type": one.type,
        "grade": one.grade,
        "why": one.why,
        "witness": one.witness,
        "statements": one.statements,
        "resolutions": [{"id": each.id, "text": taken(each.text)} for each in one.resolutions],
        "verdict": one.verdict.model_dump() if one.verdict else None,
    }
