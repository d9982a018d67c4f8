"""Finding the tools of a process: the engine's own, those of features, and who knows of others."""

import contextlib
from collections.abc import AsyncGenerator
from typing import cast

from menon.core.feature import Installed
from menon.core.runtime import Runtime
from menon.engine.tools.tool import Tool
from menon.features.agents.tools import agents as tool_agents
from menon.features.agents.tools import http as tool_http
from menon.features.agents.tools import served as tool_served
from menon.features.agents.tools.toolbox import Toolbox
from menon.kit.discover import modules


@contextlib.asynccontextmanager
async def open_toolbox(runtime: Runtime) -> AsyncGenerator[Toolbox]:
    """Find every tool of this installation."""
    own = [
        value
        for module in modules("menon.engine.tools")
        for value in vars(module).values()
        if isinstance(value, Tool)
    ]
    brought = [
        cast("Tool", tool) for feature in runtime[Installed].features for tool in feature.tools
    ]
    sources = (tool_http.named, tool_served.named, tool_agents.named)
    yield Toolbox(runtime, [*own, *brought], sources)
