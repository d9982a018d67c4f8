"""Wire shapes of `/v1/embeddings`."""

from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Field, WithJsonSchema

from menon.core.http import Wire
from menon.features.openai.wire_types import ModelName, Strict

MOST_TEXTS = 2048


def _texts(given: Any) -> Any:
    if isinstance(given, str):
        return [given]
    texts = cast("list[Any]", given if isinstance(given, list) else [])
    if any(isinstance(text, int | list) for text in texts):
        raise ValueError("lists of tokens cannot be read here; send the texts themselves")
    return cast("Any", given)


Texts = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=100_000)]],
    Field(min_length=1, max_length=MOST_TEXTS),
    BeforeValidator(_texts),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ],
            "description": "A text, or up to 2,048 of them.",
        }
    ),
]


class EmbeddingIn(Strict):
    """Texts to embed; `user` is accepted and changes nothing."""

    model: ModelName
    input: Texts
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: Annotated[
        int | None, Field(ge=1, le=100_000, description="Only the length that the model has.")
    ] = None
    user: Annotated[str | None, Field(max_length=200)] = None


class EmbeddingOut(Wire):
    """The vector of one text."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str
    """Numbers, or the little-endian 32-bit floats in base64."""


class EmbeddingUsage(Wire):
    """Tokens that were read."""

    prompt_tokens: int
    total_tokens: int


class EmbeddingsOut(Wire):
    """The vectors, in the order of the texts."""

    object: Literal["list"] = "list"
    data: list[EmbeddingOut]
    model: str
    usage: EmbeddingUsage
