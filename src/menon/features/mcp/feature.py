"""The MCP server: knowledge, agents and runs as tools, documents as resources, prompts."""

from menon.core.auth import Action
from menon.core.feature import Feature
from menon.features.mcp.door import open_door
from menon.features.mcp.routes import routes
from menon.features.mcp.settings import McpSettings
from menon.features.mcp.tools import OFFERS

_OTHERS = (
    *("resources/list", "resources/read", "resources/templates/list"),
    *("prompts/list", "prompts/get", "completion/complete"),
)

feature = Feature(
    name="mcp",
    routes=(routes,),
    settings=(McpSettings,),
    opens=(open_door,),
    offers=(
        *(("MCP", f"tools/call {offer.name}", offer.action) for offer in OFFERS.values()),
        *(("MCP", method, Action.READ) for method in _OTHERS),
    ),
)
