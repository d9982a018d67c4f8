"""Settings of the MCP client; only here can a server be a command."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from menon.core.settings import Section, setting

ServerName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,22}[a-z0-9]$")]


class CommandServer(BaseModel):
    """A server that is started here and spoken to over its standard streams."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: Annotated[str, Field(min_length=1)]
    args: list[str] = []
    env: dict[str, SecretStr] = {}
    """Besides PATH, HOME and a few more; it does not get the environment of this process."""
    cwd: str | None = None


class McpClientSettings(Section):
    """MCP servers whose tools agents may use; others are added by an administrator, by URL."""

    name: ClassVar[str] = "mcp_client"

    servers: dict[ServerName, CommandServer] = setting(
        {}, "Commands, as `[mcp_client.servers.NAME]` with `command`, `args`, `env`, `cwd`."
    )
    idle_seconds: float = setting(120.0, "After which an unused session is closed.", gt=0)
    check_seconds: float = setting(300.0, "Between two looks at a server.", ge=5)
    answer_bytes: int = setting(4_194_304, "Largest answer of a server, in bytes.", ge=1024)
