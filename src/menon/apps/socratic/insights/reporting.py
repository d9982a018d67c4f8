"""A report of a project as Markdown."""

from typing import Any

from menon.apps.socratic.agreements import findings
from menon.apps.socratic.insights import reviewing, standing
from menon.apps.socratic.projects import service as projects
from menon.core.auth import Principal
from menon.core.http import Page
from menon.core.runtime import Runtime

_SHOWN = 20


async def report(runtime: Runtime, who: Principal, project_id: str) -> dict[str, Any]:
    """What a sponsor wants to know: progress, risks, decisions, what is next."""
    project = await projects.get(runtime, who, project_id)
    progress = await standing.progress(runtime, who, project_id)
    risks = (await reviewing.risks(runtime, who, project_id))["risks"]
    decided = await findings.of_project(runtime, who, project_id, Page(200))
    lines = [
        f"# {project.name}",
        "",
        project.description or "Nothing is said about it yet.",
        "",
        "## Progress",
        "",
        f"- {progress.percent} % done, phase {progress.phase} (reached: {progress.reached})",
        f"- {progress.answered_questions} answers, {progress.coverage:.0%} of what matters covered",
        f"- Specification: {_version(progress.specification)}",
        f"- Code: {_code(progress.codebase)}",
        "",
        "## Risks",
        "",
        *([f"- **{one['severity']}**, {one['kind']}: {one['text']}" for one in risks[:_SHOWN]]),
        *([] if risks else ["None is known."]),
        "",
        "## Decisions",
        "",
        *(
            f"- {one.type} conflict {one.state} by {one.decided_by}: {one.reason}"
            for one in decided.items[:_SHOWN]
            if one.state != "open"
        ),
    ]
    return {"project_id": project_id, "format": "markdown", "report": "\n".join(lines).strip()}


def _version(found: dict[str, Any] | None) -> str:
    return f"version {found['version']}, {found['state']}" if found else "none yet"


def _code(found: dict[str, Any] | None) -> str:
    return f"version {found['version']}, {found['status']}" if found else "none yet"
