"""The agent that reads: texts, documents, code."""

from typing import Any

from menon.apps.socratic.agents import storing
from menon.apps.socratic.agents.acting import plain, shaped, world
from menon.apps.socratic.agreements import rendering
from menon.apps.socratic.agreements.service import read
from menon.apps.socratic.insights import reading, reviewing
from menon.core.auth import Action
from menon.core.errors import Conflict
from menon.engine.agents.spec import AgentSpec
from menon.engine.tools.tool import ToolContext, tool
from menon.features.knowledge import semantic
from menon.features.knowledge import service as knowledge
from menon.features.knowledge.schemas import ItemIn
from menon.features.knowledge.search import Question, search
from menon.features.knowledge.semantic_schemas import ChunkIn


@tool(effect="write")
async def process_files(
    context: ToolContext, title: str, content: str, collection: str | None = None
) -> dict[str, Any]:
    """Have a text read, cut and indexed by a durable run.

    Args:
        title: what it is called.
        content: its text, or Markdown.
        collection: where it belongs.
    """
    runtime, who = world(context, Action.AUTHOR)
    body = shaped(ItemIn, title=title, content=content, collection=collection)
    return plain(await knowledge.add(runtime, who, body))


@tool
async def chunk_documents(
    context: ToolContext, text: str, size: int = 1000, overlap: int = 200
) -> dict[str, Any]:
    """Cut a text into overlapping pieces that begin and end with sentences.

    Args:
        text: which.
        size: characters of a piece at most.
        overlap: characters that two pieces share.
    """
    world(context, Action.READ)
    return plain(
        await reading.aside_chunks(
            semantic.chunk, shaped(ChunkIn, text=text, size=size, overlap=overlap)
        )
    )


@tool(effect="write")
async def store_vectors(
    context: ToolContext,
    title: str,
    texts: list[str],
    collection: str | None = None,
    wait_seconds: float = 60.0,
) -> dict[str, Any]:
    """Store texts with their embeddings, so that they are found by meaning.

    Args:
        title: what they are called together.
        texts: 1 to 50 texts; each becomes a document.
        collection: where they belong.
        wait_seconds: how long to wait until they are there; the runs go on by themselves.
    """
    runtime, who = world(context, Action.AUTHOR)
    return await storing.stored(runtime, who, title, texts, collection, wait_seconds)


@tool
async def search_knowledge(context: ToolContext, query: str, limit: int = 5) -> dict[str, Any]:
    """Search the documents that you may read.

    Args:
        query: what to look for.
        limit: how many passages, 1 to 50.
    """
    runtime, who = world(context, Action.CHAT)
    found = await search(
        runtime, who, Question(text=query, limit=max(1, min(limit, 50)), filters={})
    )
    return plain(found)


@tool
async def generate_summaries(
    context: ToolContext, text: str, length: str = "medium"
) -> dict[str, Any]:
    """Pick the sentences that stand for a text.

    Args:
        text: which.
        length: `short`, `medium` or `long`.
    """
    world(context, Action.READ)
    return await reading.summary(text, length)


@tool
async def extract_knowledge(context: ToolContext, text: str) -> dict[str, Any]:
    """Find the names, topics and key figures of a text.

    Args:
        text: which.
    """
    world(context, Action.READ)
    return await reading.knowledge(text)


@tool
async def extract_code_structure(context: ToolContext, code: str) -> dict[str, Any]:
    """List the imports, classes and functions of Python code; it is not run.

    Args:
        code: the code.
    """
    world(context, Action.READ)
    return await reading.structure(code)


@tool
async def analyze_repository(context: ToolContext, codebase_id: str) -> dict[str, Any]:
    """Say of which languages, folders and sizes a codebase is made.

    Args:
        codebase_id: which codebase.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await reading.repository(runtime, who, codebase_id)


@tool
async def create_documentation(
    context: ToolContext, project_id: str, document: str = "spec"
) -> dict[str, Any]:
    """Write a document of a project's newest specification.

    Args:
        project_id: which project.
        document: such as `spec`, `requirements`, `gherkin`, `er`, `openapi`.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    found = await reviewing.newest(runtime, who, project_id)
    if found is None:
        raise Conflict("The project has no specification yet; make one of a session's answers.")
    text = await rendering.document(read(found.specification), document)
    return {"document": document, "version": found.version, "text": text}


agent = AgentSpec(
    id="document_processor",
    name="Document processor",
    description="Reads texts, documents and code.",
    actions=(
        process_files,
        chunk_documents,
        store_vectors,
        search_knowledge,
        generate_summaries,
        extract_knowledge,
        extract_code_structure,
        analyze_repository,
        create_documentation,
    ),
)
