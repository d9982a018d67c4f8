"""The way out for tools that call others."""

from typing import TYPE_CHECKING, cast

from menon.engine.llm.provider import Outbound
from menon.engine.tools.tool import ToolContext, ToolFailed

if TYPE_CHECKING:
    import httpx2

    from menon.core.runtime import Runtime


def client_of(context: ToolContext) -> "httpx2.AsyncClient":
    """The guarded client of the process that the tool runs in.

    Raises:
        ToolFailed: it has none.
    """
    runtime = cast("Runtime | None", context.runtime)
    out = runtime.get(Outbound) if runtime is not None else None
    if out is None:
        raise ToolFailed("This process has no guarded way out; run the agent on a server.")
    return out.client
