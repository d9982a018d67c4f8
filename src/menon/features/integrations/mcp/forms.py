"""The forms of MCP servers, and how they become what services take."""

from typing import Annotated, Literal

from pydantic import Field

from menon.core.http import Wire
from menon.engine.tools.tool import Effect
from menon.features.integrations.mcp.schemas import Acceptance, AcceptIn, McpServerIn
from menon.features.integrations.mcp.settings import ServerName
from menon.features.integrations.sealed_schemas import HeaderName, SecretRef, SecretValue

_KEY = "key"


class ServerForm(Wire):
    """The fields of a new server."""

    name: ServerName
    url: Annotated[str, Field(min_length=1, max_length=2000)]
    header: HeaderName = "Authorization"
    secret: SecretValue | None = None
    """Sent in the header, as a Bearer token where that is `Authorization`."""

    def new(self) -> McpServerIn:
        """A new server."""
        if self.secret is None:
            return McpServerIn(name=self.name, url=self.url)
        prefix = "Bearer " if self.header.lower() == "authorization" else ""
        return McpServerIn(
            name=self.name,
            url=self.url,
            headers={self.header: SecretRef(secret=_KEY, prefix=prefix)},
            secrets={_KEY: self.secret},
        )


class AcceptForm(Wire):
    """Yes or no to one tool."""

    name: Annotated[str, Field(max_length=64)]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    effect: Effect = Effect.EGRESS
    accept: Literal["yes", "no"] = "yes"

    def wanted(self) -> AcceptIn:
        """The decision as the service takes it."""
        decided = Acceptance(
            name=self.name, digest=self.digest, effect=self.effect, accept=self.accept == "yes"
        )
        return AcceptIn(tools=[decided])
