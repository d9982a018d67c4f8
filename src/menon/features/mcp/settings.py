"""Settings of the MCP server."""

from typing import ClassVar

from menon.core.settings import Section, setting


class McpSettings(Section):
    """What MCP clients find at `/mcp`."""

    name: ClassVar[str] = "mcp"

    agent_tools: int = setting(
        16, "Agents that are tools of their own; all others go by `ask_agent`.", ge=0, le=100
    )
    sessions: bool = setting(
        False,
        "Keep sessions for clients of the older handshake, so that approvals can be asked in"
        " them. They live in one process and end with it.",
    )
    all_sessions: int = setting(1000, "Sessions of one process at the same time.", ge=1)
    session_idle_s: float = setting(1800.0, "Seconds after which an idle session ends.", gt=0)
