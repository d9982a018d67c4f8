"""Wire shapes of AG-UI; the protocol's own types read what is inside."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from menon.core.http import Wire

Ident = Annotated[str, Field(min_length=1, max_length=200)]


class RunAgentIn(Wire):
    """A `RunAgentInput` of AG-UI 1.0: the conversation so far, and what it is to go on from."""

    model_config = ConfigDict(extra="allow")

    thread_id: Annotated[Ident, Field(alias="threadId")]
    run_id: Annotated[Ident, Field(alias="runId")]
    messages: Annotated[list[dict[str, Any]], Field(max_length=500)]
