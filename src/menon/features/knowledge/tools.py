"""The tool by which agents search the documents, with the rights of whoever asks."""

from typing import cast

from menon.core.auth import Principal
from menon.core.runtime import Runtime
from menon.engine.tools.passages import Passage, Passages
from menon.engine.tools.tool import ToolContext, tool
from menon.features.knowledge.quoting import quotes
from menon.features.knowledge.schemas import Hit
from menon.features.knowledge.search import Question, search

LEXICAL = "Only words were compared: no embedding model is installed."


@tool
async def search_knowledge(  # noqa: D417 - the model does not see the context
    context: ToolContext, query: str, limit: int = 6
) -> Passages:
    """Search the team's documents and get the passages that fit best.

    Args:
        query: what to look for, in the words that the documents may use.
        limit: how many passages, 1 to 12.
    """
    # Whose rights, which collections and which filters come from the caller, never from the model.
    question = Question(
        text=query,
        limit=max(1, min(limit, 12)),
        collections=tuple(context.scope.get("collections", ())),
        filters=context.scope.get("filters", {}),
    )
    runtime, who = cast("Runtime", context.runtime), cast("Principal", context.who)
    found = await search(runtime, who, question)
    note = LEXICAL if found.mode == "lexical" else ""
    offline = context.model.startswith("offline:")
    quoted = await quotes(runtime, query, found.items) if offline else None
    return Passages(passages=tuple(map(_passage, found.items)), quotes=quoted, note=note)


def _passage(hit: Hit) -> Passage:
    return Passage(
        chunk_id=hit.chunk_id,
        document_id=hit.document_id,
        source=hit.source,
        title=hit.title,
        span=hit.span,
        text=hit.text,
        score=hit.score,
    )
