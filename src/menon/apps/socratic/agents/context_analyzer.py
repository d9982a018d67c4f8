"""The agent that looks at what is known: contradictions, risks, patterns, what fits together."""

from typing import Any

from menon.apps.socratic.agents.acting import plain, shaped, world
from menon.apps.socratic.agreements import detecting, findings
from menon.apps.socratic.agreements.schemas import DetectIn
from menon.apps.socratic.insights import looking, reviewing, standing
from menon.apps.socratic.projects import service as projects
from menon.core.auth import Action
from menon.core.http import Page
from menon.engine.agents.spec import AgentSpec
from menon.engine.tools.tool import ToolContext, tool


@tool
async def analyze_context(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Say all that is known of a project: progress, answers, specification, code, conflicts.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return {
        "project": plain(await projects.get(runtime, who, project_id)),
        "progress": plain(await standing.progress(runtime, who, project_id)),
        "health": await reviewing.health(runtime, who, project_id),
    }


@tool
async def detect_conflicts(
    context: ToolContext,
    project_id: str | None = None,
    statements: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Find contradictions in a project, or among statements, by rules over what they assert.

    Args:
        project_id: which project.
        statements: `{id, role, text}` each, where they stand in no project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    if project_id is None:
        body = shaped(DetectIn, statements=statements or [])
        return plain(await detecting.detect(runtime, who, body))
    found = await findings.of_project(runtime, who, project_id, Page(200))
    return {"project_id": project_id, "conflicts": [plain(one) for one in found.items]}


@tool
async def generate_insights(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Say what stands out in a project: what is strong, what is weak, what is next.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await looking.insights(runtime, who, project_id)


@tool
async def pattern_recognition(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Find what repeats in a project's specification: shared fields, hubs, life cycles, owners.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await looking.patterns(runtime, who, project_id)


@tool
async def risk_assessment(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Say what may go wrong with a project, the gravest first.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await reviewing.risks(runtime, who, project_id)


@tool
async def technology_compatibility(context: ToolContext, technologies: list[str]) -> dict[str, Any]:
    """Say which of some technologies do not go together, and why.

    Args:
        technologies: their names.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    body = looking.uses(technologies)
    return plain(await detecting.detect(runtime, who, body)) | {"technologies": technologies}


@tool
async def recommendation_engine(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Recommend what to do next in a project, the most useful first.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await looking.recommendations(runtime, who, project_id)


@tool
async def analyze_conversation(context: ToolContext, text: str) -> dict[str, Any]:
    """Say the mood, topics, names and summary of a conversation.

    Args:
        text: its words.
    """
    world(context, Action.PROJECT_VIEW)
    return await looking.conversation(text)


@tool
async def assess_project_health(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Say how well a project stands, 0 to 100, and why.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await reviewing.health(runtime, who, project_id)


agent = AgentSpec(
    id="context_analyzer",
    name="Context analyzer",
    description="Looks at what is known: contradictions, risks, patterns, what fits together.",
    actions=(
        analyze_context,
        detect_conflicts,
        generate_insights,
        pattern_recognition,
        risk_assessment,
        technology_compatibility,
        recommendation_engine,
        analyze_conversation,
        assess_project_health,
    ),
)
