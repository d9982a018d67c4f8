"""An agent's card; imported with the protocol's types. Pure."""

from collections.abc import Sequence

from a2a.types import (
    AgentCapabilities,
    AgentCard,
    AgentInterface,
    AgentSkill,
    APIKeySecurityScheme,
    HTTPAuthSecurityScheme,
    SecurityRequirement,
    SecurityScheme,
    StringList,
)

from menon.features.agents.schemas import AgentOut
from menon.version import VERSION

PROTOCOL = "1.0"
TEXT, JSON = "text/plain", "application/json"


def card(agent: AgentOut, base_url: str, *, extended: bool) -> AgentCard:
    """What an agent can and how it is reached; extended for those who showed a key."""
    url = f"{base_url}/a2a/{agent.slug if agent.is_builtin else agent.id}"
    tools: Sequence[str] = agent.configuration["tools"] if extended else ()
    return AgentCard(
        name=agent.name,
        description=agent.description or f"The agent {agent.name} of a Menon server.",
        version=f"{VERSION}+{agent.version}",
        supported_interfaces=[
            AgentInterface(url=url, protocol_binding=binding, protocol_version=PROTOCOL)
            for binding in ("JSONRPC", "HTTP+JSON")
        ],
        capabilities=AgentCapabilities(
            streaming=True, push_notifications=False, extended_agent_card=True
        ),
        security_schemes={
            "token": SecurityScheme(
                http_auth_security_scheme=HTTPAuthSecurityScheme(
                    scheme="Bearer", description="An access token, or an API key."
                )
            ),
            "key": SecurityScheme(
                api_key_security_scheme=APIKeySecurityScheme(
                    location="header", name="X-API-Key", description="An API key."
                )
            ),
        },
        security_requirements=[
            SecurityRequirement(schemes={name: StringList()}) for name in ("token", "key")
        ],
        default_input_modes=[TEXT, JSON],
        default_output_modes=[TEXT, JSON],
        skills=[
            AgentSkill(
                id=agent.slug,
                name=agent.name,
                description=agent.description or agent.name,
                tags=[agent.agent_type, *tools],
            )
        ],
    )
