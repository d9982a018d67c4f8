"""Tools of tool servers, as the toolbox offers them."""

from collections.abc import Mapping, Sequence

from menon.core.auth import Principal
from menon.core.runtime import Runtime
from menon.features.agents.tools.toolbox import Offer
from menon.features.integrations.mcp import service as mcp


async def named(runtime: Runtime, who: Principal, names: Sequence[str]) -> Mapping[str, Offer]:
    """Those of the names that tool servers have; everybody may see them."""
    del who
    wanted = [name for name in names if name.startswith(mcp.PREFIX)]
    if not wanted:
        return {}
    found = await mcp.named(runtime, wanted)
    return {
        each.tool.name: Offer(tool=each.tool, reason=each.reason, source=each.server)
        for each in found
    }
