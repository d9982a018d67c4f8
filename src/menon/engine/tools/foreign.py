"""A tool whose schema somebody else wrote: an HTTP endpoint, a tool server, another agent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from menon.engine.tools.schemas import problems, ready
from menon.engine.tools.tool import Tool, ToolContext, ToolRetry

ARGUMENTS = 262_144
"""Bytes of the arguments of one call."""


@dataclass(frozen=True, kw_only=True)
class ForeignTool(Tool):
    """Its `function` takes the context and the arguments as one mapping."""

    def fit(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments as they are, where they fit the schema; `schemas.ready` was awaited.

        Raises:
            ToolRetry: they do not fit.
        """
        given = dict(args)
        if len(msgspec.json.encode(given)) > ARGUMENTS:
            raise ToolRetry(f"The arguments of {self.name!r} have more than {ARGUMENTS} bytes.")
        if wrong := problems(self.schema, given):
            raise ToolRetry(f"The arguments of {self.name!r} do not fit: {'; '.join(wrong)}")
        return given

    async def call(self, context: ToolContext, args: Mapping[str, Any]) -> Any:
        """Check the arguments against the schema and pass them on.

        Raises `ToolRetry` where they do not fit, and what the function raises.
        """
        await ready()
        return await self.function(context, self.fit(args))
