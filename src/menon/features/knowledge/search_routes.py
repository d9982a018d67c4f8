"""Routes of search, of answers from documents, and of embeddings."""

from menon.core.auth import Action
from menon.core.http import AppRuntime, Routes, Who
from menon.features.knowledge import semantic, service
from menon.features.knowledge.schemas import (
    DocumentOut,
    IndexIn,
    SearchIn,
    SearchOut,
)
from menon.features.knowledge.search import Question, search
from menon.features.knowledge.semantic_schemas import (
    ChunkIn,
    ChunksOut,
    EmbedIn,
    EmbedOut,
    HealthOut,
)

routes = Routes(tag="search")


@routes.post("/knowledge/search", action=Action.CHAT)
async def search_knowledge(runtime: AppRuntime, who: Who, body: SearchIn) -> SearchOut:
    """Search the documents by words and meaning together."""
    return await search(runtime, who, Question.of(body))


@routes.post("/rag/search", action=Action.CHAT)
async def search_documents(runtime: AppRuntime, who: Who, body: SearchIn) -> SearchOut:
    """Search the documents; the framework's name for the same."""
    return await search(runtime, who, Question.of(body))


@routes.post("/rag/index", action=Action.AUTHOR, status_code=202)
async def index_document(runtime: AppRuntime, who: Who, body: IndexIn) -> DocumentOut:
    """Index a text, or what stands at an address; the answer names the run."""
    return await service.add(runtime, who, body)


@routes.post("/semantic/search", action=Action.CHAT)
async def search_by_meaning(runtime: AppRuntime, who: Who, body: SearchIn) -> SearchOut:
    """Search by meaning alone: cosines above a threshold."""
    return await search(runtime, who, Question.of(body), mode="semantic")


@routes.post("/semantic/embed", action=Action.CHAT)
async def embed_texts(runtime: AppRuntime, body: EmbedIn) -> EmbedOut:
    """Embed texts with the local model."""
    return await semantic.embed(runtime, body)


@routes.post("/semantic/chunk", action=Action.CHAT)
async def chunk_text(body: ChunkIn) -> ChunksOut:
    """Cut a text into overlapping pieces that begin and end with sentences."""
    return semantic.chunk(body)


@routes.get("/semantic/health", action=Action.READ)
async def semantic_health(runtime: AppRuntime, who: Who) -> HealthOut:
    """Read what semantic search has to work with."""
    return await semantic.health(runtime, who)
