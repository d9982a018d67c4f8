"""What a run may raise in Python.

AgentError
├── AgentExecutionError    the run failed, or was stopped
│   └── UnknownAgent       no such agent, or none with such a capability
├── ModelConnectionError   no model answered (MODEL_..., SECURITY_001)
├── ToolExecutionError     a tool failed, and the run with it (TOOL_...)
├── LimitExceeded          tokens, steps, seconds, money or depth are used up (LIMIT_001)
└── ApprovalNeeded         a tool wants a person's approval, and nobody can be asked

`code` is that of the server's errors; `result` is what was there when the run ended.
"""

from typing import TYPE_CHECKING, Any

from menon.core.runs.events import Cancelled, Error, Event, ToolCall

if TYPE_CHECKING:
    from menon.engine.framework.result import Result

APPROVAL = "approval"
"""Who stops a run that would need an approval."""


class AgentError(Exception):
    """A run did not end well; `code` says why in a word, `result` holds what there was of it."""

    def __init__(
        self, detail: str, *, code: str = "RUN_001", result: "Result[Any] | None" = None
    ) -> None:
        self.detail = detail
        self.code = code
        self.result = result
        super().__init__(f"{detail} [{code}]")


class AgentExecutionError(AgentError):
    """The run failed, or was stopped."""


class UnknownAgent(AgentExecutionError, ValueError):
    """There is no such agent, or none that can do this."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, code="NOT_FOUND_001")


class ModelConnectionError(AgentError):
    """No model answered."""


class ToolExecutionError(AgentError):
    """A tool failed, and the run with it."""


class LimitExceeded(AgentError):
    """The run used up one of its limits."""


class ApprovalNeeded(AgentError):
    """A tool wants a person's approval, and nobody can be asked."""

    def __init__(self, detail: str, *, calls: tuple[ToolCall, ...], result: "Result[Any]") -> None:
        super().__init__(detail, code="AUTH_003", result=result)
        self.calls = calls
        """What would have been called; nothing of it was done."""


_KINDS: dict[str, type[AgentError]] = {
    "MODEL": ModelConnectionError,
    "SECURITY": ModelConnectionError,
    "TOOL": ToolExecutionError,
    "LIMIT": LimitExceeded,
}


def raised(end: Event, result: "Result[Any]", wanting: tuple[ToolCall, ...]) -> AgentError | None:
    """What the last event of a run means in Python; None where it ended well."""
    match end:
        case Error(code=code, detail=detail):
            kind = _KINDS.get(code.partition("_")[0], AgentExecutionError)
            return kind(detail, code=code, result=result)
        case Cancelled(by=by) if by == APPROVAL:
            names = ", ".join(repr(call.name) for call in wanting)
            return ApprovalNeeded(
                f"{names} changes something, which a person has to allow: give the agent"
                " `approve=`.",
                calls=wanting,
                result=result,
            )
        case Cancelled(by=by):
            return AgentExecutionError(f"The run was stopped by {by}.", result=result)
        case _:
            return None
