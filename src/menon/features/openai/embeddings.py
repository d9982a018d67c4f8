"""Embeddings: by the local model, or by one of a server."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from menon.core.auth import Principal
from menon.core.errors import ModelUnavailable
from menon.core.runtime import Runtime
from menon.engine.llm.automatic import AUTO
from menon.engine.retrieval.embed import MiniLM
from menon.features.catalog import service as catalog
from menon.features.knowledge import semantic
from menon.features.openai.embedding_schemas import (
    EmbeddingIn,
    EmbeddingOut,
    EmbeddingsOut,
    EmbeddingUsage,
)
from menon.features.openai.rules import wrong

LOCAL = "local:"
"""What the name of the model begins with that runs in this process."""


@dataclass(frozen=True, kw_only=True)
class _Made:
    model: str
    vectors: Sequence[Any]
    tokens: int


async def embed(runtime: Runtime, who: Principal, body: EmbeddingIn) -> EmbeddingsOut:
    """One vector for each text; `auto` is the local model where it is installed.

    Raises:
        NotFound: there is no such model.
        InvalidInput: it makes no embeddings, or none of this length.
        ModelUnavailable: none can; says what to do.
    """
    made = await _made(runtime, who, body)
    data = [
        EmbeddingOut(index=n, embedding=_encoded(vector, body.encoding_format))
        for n, vector in enumerate(made.vectors)
    ]
    usage = EmbeddingUsage(prompt_tokens=made.tokens, total_tokens=made.tokens)
    return EmbeddingsOut(data=data, model=made.model, usage=usage)


def local_model(runtime: Runtime) -> str | None:
    """The name of the local model; None where it is not installed."""
    space = semantic.installed(runtime)
    return f"{LOCAL}{space.name}" if space else None


async def _made(runtime: Runtime, who: Principal, body: EmbeddingIn) -> _Made:
    space, wanted = MiniLM.space, body.model.removeprefix(LOCAL)
    here = semantic.installed(runtime) is not None and body.model == AUTO
    if not (here or body.model.startswith(LOCAL) or wanted == space.name):
        if body.dimensions is not None:
            raise wrong("dimensions", "The length cannot be chosen here; leave `dimensions` out.")
        return await _theirs(runtime, who, body)
    if wanted not in {AUTO, space.name}:
        raise wrong("model", f"The local model is {LOCAL}{space.name}.")
    if body.dimensions not in {None, space.dims}:
        raise wrong("dimensions", f"{space.name} has {space.dims} dimensions and no other length.")
    made = await semantic.embedded(runtime, body.input)
    name = f"{LOCAL}{space.name}"
    return _Made(model=name, vectors=list(made.vectors), tokens=made.tokens)


async def _theirs(runtime: Runtime, who: Principal, body: EmbeddingIn) -> _Made:
    try:
        made = await catalog.embed(runtime, who, body.model, body.input)
    except ModelUnavailable as error:
        if body.model != AUTO:
            raise
        raise ModelUnavailable(semantic.REMEDY) from error
    return _Made(model=made.model, vectors=made.vectors, tokens=made.tokens)


def _encoded(vector: Any, wanted: str | None) -> list[float] | str:
    floats = np.asarray(vector, np.dtype("<f4"))
    if wanted == "base64":
        return base64.b64encode(floats.tobytes()).decode()
    return [round(float(x), 7) for x in floats]
