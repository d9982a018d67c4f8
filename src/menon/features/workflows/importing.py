"""Workflows out of others' definitions: a task graph, or a pipeline of agents."""

from pydantic import ValidationError
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import MenonError
from menon.core.runtime import Runtime
from menon.features.agents.service import definition
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.workflows import service
from menon.features.workflows.kinds import Kinds
from menon.features.workflows.rules.check import Fault
from menon.features.workflows.rules.importing import Imported, pipeline, task_graph
from menon.features.workflows.schemas import DefinitionIn, ImportedOut, ImportIn


async def bring_in(runtime: Runtime, who: Principal, source: ImportIn) -> ImportedOut:
    """Make a workflow of a task graph or of a pipeline of agents.

    Raises:
        InvalidDefinition: something cannot be mapped, or could not run; all of it is named.
    """
    kinds = runtime[Kinds]
    if (agents := source.agents_in_order()) is not None:
        found = pipeline(agents)
    else:
        tools = [tool.name for tool in runtime[Toolbox]]
        found = task_graph(source.model_dump(), kinds=kinds, tools=tools)
    found.faults += await runtime.db.read(_missing_agents, who, found)
    service.refuse("It cannot be taken over", found.faults)
    made = await service.create(runtime, who, _definition(source, found))
    return ImportedOut(**made.model_dump(), notes=found.notes)


def _definition(source: ImportIn, found: Imported) -> DefinitionIn:
    try:
        return DefinitionIn.model_validate(
            {
                "name": source.name or source.role or "Imported workflow",
                "description": source.description,
                "visibility": source.visibility,
                "steps": found.steps,
                "inputs": found.inputs,
            }
        )
    except ValidationError as error:
        pointers = [("/" + "/".join(map(str, one["loc"])), one["msg"]) for one in error.errors()]
        service.refuse(
            "It cannot be taken over", [Fault(at, f"{at}: {msg}") for at, msg in pointers]
        )
        raise


def _missing_agents(session: Session, who: Principal, found: Imported) -> list[Fault]:
    faults: list[Fault] = []
    for name, step in found.steps.items():
        if step["type"] != "agent" or not (agent := step["config"].get("agent")):
            continue
        try:
            definition(session, who, agent)
        except MenonError as error:
            detail = f"step {name!r} asks the agent {agent!r}: {error.detail}"
            faults.append(Fault(f"/steps/{name}/config/agent", detail))
    return faults
