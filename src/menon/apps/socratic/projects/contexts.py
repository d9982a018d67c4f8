"""What the pages of projects show, in the shapes that their templates declare."""

from typing import Any, Final
from urllib.parse import urlencode

from menon.apps.socratic.agreements import findings
from menon.apps.socratic.agreements import service as agreements
from menon.apps.socratic.codebases import service as codebases
from menon.apps.socratic.insights import standing
from menon.apps.socratic.models import ProjectStatus
from menon.apps.socratic.projects import service as projects
from menon.apps.socratic.projects import team
from menon.apps.socratic.projects.schemas import ProjectOut
from menon.apps.socratic.projects.steps import following
from menon.apps.socratic.queries import ProjectFilter
from menon.apps.socratic.rules import ProjectRole, Right, may
from menon.apps.socratic.sessions import service as sessions
from menon.apps.socratic.sessions.rows import SessionFilter
from menon.core.auth import Action, Principal, Reach, reach
from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.core.web.frame import Command, FirstStep, FramePart

ROLES: Final = (
    ("project_manager", "Project manager"),
    ("technical_lead", "Technical lead"),
    ("developer", "Developer"),
    ("designer", "Designer"),
    ("qa_tester", "QA tester"),
    ("business_analyst", "Business analyst"),
    ("devops", "DevOps"),
)
MODES: Final = (
    ("dynamic", "What matters most next"),
    ("sequential", "Role by role"),
    ("custom", "The roles chosen below"),
)
PHASES: Final = ("discovery", "design", "development", "testing", "complete")
_ROWS: Final = 24
_FEW: Final = Page(10)


async def frame(_runtime: Runtime, who: Principal) -> FramePart:
    """What the command palette offers to those who may begin a project."""
    if reach(who, Action.PROJECT_WORK) is Reach.NONE:
        return FramePart()
    return FramePart(commands=[Command(label="New project", href="/projects", icon="plus-lg")])


async def find(runtime: Runtime, who: Principal, words: str) -> list[Command]:
    """The projects that are called so."""
    if reach(who, Action.PROJECT_VIEW) is Reach.NONE:
        return []
    found = await projects.listing(runtime, who, ProjectFilter(words=words), Page(4))
    return [
        Command(
            label=one.name,
            href=f"/projects/{one.id}",
            icon="bounding-box",
            group="Projects",
            hint=one.phase,
        )
        for one in found.items
    ]


async def steps(runtime: Runtime, who: Principal) -> list[FirstStep]:
    """What the start page proposes to those who may begin a project."""
    if reach(who, Action.PROJECT_WORK) is Reach.NONE:
        return []
    found = await projects.listing(runtime, who, ProjectFilter(), Page(1))
    return [
        FirstStep(
            done=bool(found.items),
            title="Start a project",
            text="You are asked what matters, agree on a specification, and get tested code.",
            href="/projects",
            action="Open the studio",
            icon="bounding-box",
        )
    ]


async def listing(
    runtime: Runtime, who: Principal, cursor: str | None, words: str = "", *, archived: bool = False
) -> dict[str, Any]:
    """A page of projects, those that were put away apart."""
    status = ProjectStatus.ARCHIVED.value if archived else None
    wanted = ProjectFilter(words=words, status=status)
    found = await projects.listing(runtime, who, wanted, Page(_ROWS, cursor))
    return {
        "projects": [await card(runtime, who, one) for one in found.items],
        "next": _further(found.next_cursor, words, archived=archived),
        "archived": archived,
        "may_work": reach(who, Action.PROJECT_WORK) is not Reach.NONE,
        "form": form(),
        "q": words,
    }


def _further(cursor: str | None, words: str, *, archived: bool) -> str | None:
    """Where the next page of the same projects is."""
    if cursor is None:
        return None
    asked = {"cursor": cursor, "q": words, "archived": "true" if archived else ""}
    return f"/projects?{urlencode({name: value for name, value in asked.items() if value})}"


def form(
    values: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    error: str = "",
) -> dict[str, Any]:
    """The form of a new project."""
    typed = values or {}
    return {
        "name": typed.get("name", ""),
        "description": typed.get("description", ""),
        "technologies": typed.get("technologies", ""),
        "errors": errors or {},
        "error": error,
    }


async def card(runtime: Runtime, who: Principal, one: ProjectOut) -> dict[str, Any]:
    """A project in the list."""
    found = await standing.progress(runtime, who, one.id)
    return {
        "id": one.id,
        "name": one.name,
        "description": one.description,
        "phase": one.phase,
        "status": one.status,
        "owner": one.owner,
        "role": one.role,
        "percent": found.percent,
        "hard": found.conflicts["hard"],
        "technologies": one.technology_stack[:5],
        "changed_at": one.updated_at,
        "may_ask": may_do(who, one, Right.EDIT),
    }


def may_do(who: Principal, project: ProjectOut, right: Right) -> bool:
    """Whether a page offers something: the role in the project and the person's both allow it."""
    needed = Action.PROJECT_LEAD if right is Right.LEAD else Action.PROJECT_WORK
    if reach(who, needed) is Reach.NONE or project.status == "archived":
        return False
    return may(project.role, (), right)


async def project(runtime: Runtime, who: Principal, project_id: str) -> dict[str, Any]:
    """A project with all that belongs to it."""
    found = await projects.get(runtime, who, project_id)
    progress = await standing.progress(runtime, who, project_id)
    asked = await sessions.listing(runtime, who, SessionFilter(project_id=project_id), _FEW)
    specs = await agreements.listing(runtime, who, project_id, _FEW)
    codes = await codebases.listing(runtime, who, project_id, _FEW)
    contradictions = await findings.of_project(runtime, who, project_id, Page(50), state="open")
    people = await team.listing(runtime, who, project_id, Page(100))
    owns = reach(who, Action.PROJECT_LEAD) is not Reach.NONE and found.role == ProjectRole.OWNER
    return {
        "project": found.model_dump(),
        "progress": progress.model_dump(),
        "next": following(asked.items, specs.items, codes.items),
        "form": form(found.model_dump() | {"technologies": ", ".join(found.technology_stack)}),
        "phases": [
            {"name": name, "done": PHASES.index(name) < PHASES.index(found.phase)}
            for name in PHASES
        ],
        "sessions": [one.model_dump() for one in asked.items],
        "specifications": [one.model_dump() for one in specs.items],
        "codebases": [one.model_dump() for one in codes.items],
        "conflicts": [one.model_dump() for one in contradictions.items],
        "team": [one.model_dump() for one in people.items],
        "roles": ROLES,
        "modes": MODES,
        "project_roles": [(role.value, role.value.capitalize()) for role in ProjectRole],
        "may_ask": may_do(who, found, Right.EDIT),
        "may_answer": may_do(who, found, Right.ANSWER),
        "may_lead": may_do(who, found, Right.LEAD),
        "may_archive": may_do(who, found, Right.EDIT) and found.role == ProjectRole.OWNER,
        "may_restore": owns and found.status == ProjectStatus.ARCHIVED,
    }
