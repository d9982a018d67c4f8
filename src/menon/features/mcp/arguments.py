"""What the MCP tools take; a name that a tool does not know is told to the model."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from menon.core.http import Wire
from menon.core.runs.models import RunState

Cursor = Annotated[
    str | None, Field(max_length=500, description="`next_cursor` of the page before.")
]
Limit = Annotated[int, Field(ge=1, le=50)]
Text = Annotated[str, Field(min_length=1, max_length=100_000)]
Ident = Annotated[str, Field(min_length=1, max_length=80)]


class Args(Wire):
    """What a tool takes; a name that it does not know is told to the model."""

    model_config = ConfigDict(extra="forbid")


class SearchArgs(Args):
    """A question to the documents."""

    query: Annotated[str, Field(min_length=1, max_length=10_000)]
    limit: Annotated[int, Field(ge=1, le=20)] = 6
    collection: Annotated[str, Field(max_length=100, description="Slug; all when empty.")] = ""
    filters: Annotated[
        dict[str, Any],
        Field(
            max_length=20,
            description="Must match: `category`, `tags`, `source`, `title`, or other metadata.",
        ),
    ] = Field(default={})


class ReadArgs(Args):
    """Which part of a document."""

    document_id: Ident
    start: Annotated[int, Field(ge=0, le=2**31 - 1, description="Character to begin at.")] = 0
    length: Annotated[int, Field(ge=1, le=100_000)] = 20_000


class ListDocumentsArgs(Args):
    """Which documents."""

    collection: Annotated[str | None, Field(max_length=100, description="Slug.")] = None
    words: Annotated[str | None, Field(max_length=200, description="Of title or source.")] = None
    limit: Limit = 20
    cursor: Cursor = None


class PageArgs(Args):
    """Which part of a list."""

    limit: Limit = 20
    cursor: Cursor = None


class AddArgs(Args):
    """A text to keep."""

    title: Annotated[str, Field(min_length=1, max_length=500)]
    content: Annotated[str, Field(min_length=1, max_length=900_000, description="Markdown.")]
    collection: Annotated[str, Field(max_length=100, description="Your own when empty.")] = ""
    category: Annotated[str, Field(max_length=100)] = ""
    tags: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=20)] = Field(
        default=[]
    )


class MessageArgs(Args):
    """A message to one agent."""

    message: Text


class AskArgs(MessageArgs):
    """A message to an agent."""

    agent: Annotated[Ident, Field(description="As `list_agents` names it.")] = "assistant"
    conversation_id: Annotated[
        Ident | None,
        Field(description="Keeps question and answer there, and reads what was said before."),
    ] = None


class RunArgs(Args):
    """One run."""

    run_id: Ident


class ListRunsArgs(PageArgs):
    """Which runs."""

    state: RunState | None = None


class ReadConversationArgs(Args):
    """Which part of a conversation."""

    conversation_id: Ident
    last: Annotated[int, Field(ge=1, le=200, description="How many of its messages.")] = 30
