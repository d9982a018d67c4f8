"""AG-UI runs; the protocol's types are loaded when somebody first asks for them (0.2 s, 3 MiB)."""

from typing import Any

from menon.core.auth import Principal
from menon.core.http.streamed import Streamed
from menon.core.runs.wires import SSE, kept_alive, streamed
from menon.core.runtime import Runtime
from menon.features.agents import service as agents
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.agui import rules
from menon.features.agui.schemas import RunAgentIn
from menon.kit.loading import loaded


async def run(runtime: Runtime, who: Principal, agent: str, body: RunAgentIn) -> Streamed:
    """Stream an AG-UI run."""
    await loaded("menon.features.agui.stream")
    from menon.features.agui.stream import begin, told

    begun = await begin(runtime, who, agent, body.model_dump(by_alias=True))
    stream = kept_alive(told(runtime, who, begun))
    return streamed(stream, SSE, {"X-Run-ID": begun.run_id})


async def capabilities(runtime: Runtime, who: Principal, agent: str) -> dict[str, Any]:
    """What an agent can."""
    found = await agents.get(runtime, who, agent)
    tools = await runtime[Toolbox].find(who, found.configuration["tools"])
    return rules.capabilities(found, tools)
