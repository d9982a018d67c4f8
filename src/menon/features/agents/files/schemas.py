"""An agent as one file, and what became of it where it was imported."""

from typing import Annotated, Any, Literal

from pydantic import Field

from menon.core.http import Wire
from menon.features.agents.schemas import AgentOut, AgentType, Configuration, Name, Slug

FORMAT = "menon/agent"


class FileAgent(Wire):
    """What stands beside the versions."""

    name: Name
    slug: Slug | None = None
    description: Annotated[str, Field(max_length=1000)] = ""
    agent_type: AgentType = "custom"


class FileVersion(Wire):
    """One version, oldest first."""

    configuration: Configuration
    note: Annotated[str, Field(max_length=500)] = ""
    labels: list[Annotated[str, Field(max_length=40)]] = Field(default=[], max_length=20)


class FileTool(Wire):
    """A tool that the agent was granted, as it was there: what it says is not taken over."""

    name: Annotated[str, Field(max_length=200)]
    description: str = ""
    effect: str = ""
    schema_: Annotated[dict[str, Any], Field(alias="schema", default_factory=dict[str, Any])]


class FileCollection(Wire):
    """A collection that it searched."""

    id: Annotated[str, Field(max_length=36)]
    name: str = ""


class FileSecret(Wire):
    """A secret that its tools need: never the value."""

    key: str
    description: str = ""


class AgentFile(Wire):
    """An agent: no owner, no ids of people, no secrets."""

    format: Literal["menon/agent"]
    schema_version: Literal[1]
    agent: FileAgent
    configuration: Configuration
    """Of the version that answers."""
    versions: list[FileVersion] = Field(default=[], max_length=100)
    """The history, where it was asked for."""
    tools: list[FileTool] = Field(default=[], max_length=64)
    collections: list[FileCollection] = Field(default=[], max_length=64)
    secrets: list[FileSecret] = Field(default=[], max_length=100)


class ImportedOut(Wire):
    """An agent that came in; it answers nobody until somebody has reviewed it."""

    agent: AgentOut
    warnings: list[str]


class ReviewIn(Wire):
    """What somebody says who has read what came in."""

    approve: Literal[True]
    """It may answer from now on; delete the agent otherwise."""
