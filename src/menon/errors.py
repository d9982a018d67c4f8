"""What goes wrong with agents in Python; `AgentError` is above all that a run raises.

A tool raises `ToolRetry` where the model should call again with other arguments, and `ToolFailed`
where nothing would help; their messages are for the model.
"""

from menon.engine.framework.errors import (
    AgentError,
    AgentExecutionError,
    ApprovalNeeded,
    LimitExceeded,
    ModelConnectionError,
    ToolExecutionError,
    UnknownAgent,
)
from menon.engine.tools.tool import ToolFailed, ToolRetry

__all__ = [
    "AgentError",
    "AgentExecutionError",
    "ApprovalNeeded",
    "LimitExceeded",
    "ModelConnectionError",
    "ToolExecutionError",
    "ToolFailed",
    "ToolRetry",
    "UnknownAgent",
]
