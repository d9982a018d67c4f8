"""The agent that makes code: of approved specifications, whole or in parts."""

from typing import Any

from menon.apps.socratic.agents.acting import plain, shaped, world
from menon.apps.socratic.agreements import service as agreements
from menon.apps.socratic.codebases import making, scanning, tuning
from menon.apps.socratic.codebases import service as codebases
from menon.apps.socratic.codebases.schemas import CodebaseIn, ScanIn
from menon.apps.socratic.insights import planning, reviewing
from menon.core.auth import Action
from menon.core.http import Page
from menon.engine.agents.spec import AgentSpec
from menon.engine.tools.tool import ToolContext, tool


@tool(effect="exec")
async def generate_project_files(
    context: ToolContext,
    project_id: str,
    specification_id: str | None = None,
    style: str | None = None,
    frontend: str | None = None,
    wait_seconds: float = 240.0,
) -> dict[str, Any]:
    """Make code of an approved specification in six phases, test it, and list its files.

    Args:
        project_id: which project.
        specification_id: which version; the newest approved one by default.
        style: `layered`, `mvc`, `hexagonal` or `modular_monolith`.
        frontend: `none` or `htmx`.
        wait_seconds: how long to wait for its end; the run goes on by itself.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    body = shaped(
        CodebaseIn,
        project_id=project_id,
        specification_id=specification_id,
        style=style,
        frontend=frontend,
    )
    made = await codebases.generate(runtime, who, body)
    await making.ended(runtime, made.run_id, min(max(wait_seconds, 0.0), 280.0))
    return await making.told(runtime, who, made.id)


@tool
async def generate_component(
    context: ToolContext,
    project_id: str,
    component: str,
    kind: str = "entity",
    specification_id: str | None = None,
) -> dict[str, Any]:
    """Make the files of one entity of an approved specification, and give them; nothing is kept.

    Args:
        project_id: which project.
        component: the name of the entity.
        kind: `entity` for all, or one: `model`, `schema`, `rules`, `repository`, `service`,
            `routes`, `tests`.
        specification_id: which version; the newest approved one by default.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    spec = await making.approved(runtime, who, project_id, specification_id)
    return await making.component(spec, component, kind)


@tool
async def design_architecture(
    context: ToolContext, project_id: str, specification_id: str | None = None
) -> dict[str, Any]:
    """Say how the code of a specification is arranged, and in which files.

    Args:
        project_id: which project.
        specification_id: which version; the newest approved one by default.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    spec = await making.approved(runtime, who, project_id, specification_id)
    return await making.phase(spec, "design_architecture")


@tool
async def create_tests(
    context: ToolContext, project_id: str, specification_id: str | None = None
) -> dict[str, Any]:
    """Make the tests of an approved specification, and give them; nothing is kept.

    Args:
        project_id: which project.
        specification_id: which version; the newest approved one by default.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    spec = await making.approved(runtime, who, project_id, specification_id)
    return await making.phase(spec, "generate_tests")


@tool
async def generate_documentation(
    context: ToolContext, project_id: str, specification_id: str | None = None
) -> dict[str, Any]:
    """Make the documentation of an approved specification, and give it; nothing is kept.

    Args:
        project_id: which project.
        specification_id: which version; the newest approved one by default.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    spec = await making.approved(runtime, who, project_id, specification_id)
    return await making.phase(spec, "generate_documentation")


@tool
async def setup_deployment(context: ToolContext, codebase_id: str) -> dict[str, Any]:
    """Give the files by which a codebase is built and run: container, compose, CI, settings.

    Args:
        codebase_id: which codebase.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await making.files_like(runtime, who, codebase_id, making.DEPLOYMENT)


@tool
async def analyze_code_quality(context: ToolContext, codebase_id: str) -> dict[str, Any]:
    """Say what the tests and gates of a codebase found.

    Args:
        codebase_id: which codebase.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return plain(await codebases.results(runtime, who, codebase_id))


@tool
async def validate_code(
    context: ToolContext, code: str, language: str = "python"
) -> dict[str, Any]:
    """Scan a piece of code for what it should not do; it is neither run nor changed.

    Args:
        code: the code.
        language: `python` or `javascript`.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return plain(await scanning.snippet(runtime, who, shaped(ScanIn, code=code, language=language)))


@tool
async def extract_requirements(context: ToolContext, project_id: str) -> dict[str, Any]:
    """List the requirements, criteria and constraints of a project's newest specification.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    spec = await planning.needed(runtime, who, project_id)
    shown = spec.model_dump(mode="json")
    return {
        "functional": shown["features"],
        "non_functional": shown["nfr"],
        "constraints": shown["constraints"],
    }


@tool
async def estimate_complexity(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Say how large the code of a project's newest specification becomes.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return making.size_of(await planning.needed(runtime, who, project_id))


@tool
async def get_specification(
    context: ToolContext, specification_id: str | None = None, project_id: str | None = None
) -> dict[str, Any]:
    """Read a specification, or the newest one of a project.

    Args:
        specification_id: which version.
        project_id: whose newest version.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    if specification_id is not None:
        return plain(await agreements.get(runtime, who, specification_id))
    found = await reviewing.newest(runtime, who, project_id or "")
    return {"specification": None} if found is None else plain(found)


@tool(effect="write")
async def save_specification(
    context: ToolContext, project_id: str, specification: dict[str, Any], note: str = ""
) -> dict[str, Any]:
    """Keep a specification as a project's next version.

    Args:
        project_id: which project.
        specification: as its JSON Schema says.
        note: what is new in it.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    new = await making.read(specification, note)
    return plain(await agreements.add(runtime, who, project_id, new))


@tool
async def list_specifications(context: ToolContext, project_id: str) -> dict[str, Any]:
    """List the versions of a project's specification, newest first.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    found = await agreements.listing(runtime, who, project_id, Page(200))
    return {"specifications": [plain(one) for one in found.items]}


@tool
async def optimize_performance(context: ToolContext, codebase_id: str) -> dict[str, Any]:
    """Say what slows a codebase down, where, and what to do instead; its code stays as it is.

    Args:
        codebase_id: which codebase.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await tuning.advice(runtime, who, codebase_id)


agent = AgentSpec(
    id="code_generator",
    name="Code generator",
    description="Makes tested code of approved specifications.",
    actions=(
        generate_project_files,
        generate_component,
        design_architecture,
        create_tests,
        generate_documentation,
        setup_deployment,
        analyze_code_quality,
        validate_code,
        extract_requirements,
        estimate_complexity,
        get_specification,
        save_specification,
        list_specifications,
        optimize_performance,
    ),
    capabilities=frozenset(),
    priority=1,
    at_once=4,
)
