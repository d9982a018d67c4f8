"""What an agent can, as AG-UI says it. Pure."""

from collections.abc import Sequence
from typing import Any

from menon.engine.tools.tool import Tool
from menon.features.agents.schemas import AgentOut


def capabilities(agent: AgentOut, tools: Sequence[Tool]) -> dict[str, Any]:
    """An `AgentCapabilities`."""
    limits = agent.configuration["limits"]
    execution: dict[str, Any] = {}
    if limits.get("steps"):
        execution["maxIterations"] = limits["steps"]
    if limits.get("seconds"):
        execution["maxExecutionTime"] = int(limits["seconds"] * 1000)
    return {
        "identity": {
            "name": agent.name,
            "type": "menon",
            "description": agent.description,
            "version": str(agent.version),
        },
        "transport": {"streaming": True, "websocket": False, "httpBinary": False},
        "tools": {
            "supported": bool(tools),
            "items": [
                {"name": tool.name, "description": tool.description, "parameters": tool.schema}
                for tool in tools
            ],
            "parallelCalls": True,
            "clientProvided": True,
        },
        "state": {"snapshots": False, "deltas": False},
        "reasoning": {"supported": True, "streaming": True},
        "execution": execution,
        "humanInTheLoop": {
            "supported": True,
            "approvals": True,
            "interrupts": True,
            "approveWithEdits": False,
        },
    }
