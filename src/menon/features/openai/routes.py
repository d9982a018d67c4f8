"""Routes of the API that clients of OpenAI speak."""

from fastapi import Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.runs.wires import SSE
from menon.features.openai import completions, embeddings, listing
from menon.features.openai.chat_schemas import CompletionIn, CompletionOut
from menon.features.openai.embedding_schemas import EmbeddingIn, EmbeddingsOut
from menon.features.openai.listing import ModelOut, ModelsOut

routes = Routes(prefix="/v1", tag="openai")


@routes.post(
    "/chat/completions",
    action=Action.CHAT,
    stream=True,
    response_model=CompletionOut,
    responses={200: {"content": {SSE: {}}}},
)
async def create_chat_completion(
    request: Request, runtime: AppRuntime, who: Who, body: CompletionIn
) -> Response:
    """Answer a conversation with an agent or a model, whole or as a stream."""
    return await completions.complete(runtime, who, body, request.receive)


@routes.post("/embeddings", action=Action.CHAT)
async def create_embeddings(runtime: AppRuntime, who: Who, body: EmbeddingIn) -> EmbeddingsOut:
    """Embed texts with the local model or one of a provider."""
    return await embeddings.embed(runtime, who, body)


@routes.get("/models", action=Action.MODELS_READ)
async def list_models(runtime: AppRuntime, who: Who) -> ModelsOut:
    """List agents and models by the names under which they answer here."""
    return await listing.everything(runtime, who)


@routes.get("/models/{model:path}", action=Action.MODELS_READ)
async def get_model(runtime: AppRuntime, who: Who, model: PathText) -> ModelOut:
    """Read an agent or a model by its name."""
    return await listing.one(runtime, who, model)
