"""Errors of pydantic-ai and of the SDKs below it, as ours."""

import httpx2
import msgspec
from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelConnectionError,
    ModelHTTPError,
    ModelRateLimitError,
    ModelRequestTimeout,
    ModelServerError,
    ModelUnavailableError,
    UnexpectedModelBehavior,
)

from menon.core.errors import MenonError, ModelError, ModelLimited, ModelUnavailable
from menon.engine.llm import faults
from menon.kit.text import shorten

FOREIGN = (ModelAPIError, UnexpectedModelBehavior, httpx2.TransportError, httpx2.StreamError)
"""What a model that is not ours may raise."""

_QUOTE = 300


def translated(name: str, error: Exception) -> MenonError:
    """The error that one of `FOREIGN` means; `name` is the model that failed."""
    match error:
        case ModelHTTPError():
            body = msgspec.json.encode(error.body, enc_hook=str)
            return faults.of_status(name, error.status_code, body, error.headers or {})
        case ModelRateLimitError():
            said = shorten(error.message, _QUOTE)
            return ModelLimited(f"{name} asks for a pause: {said}", retry_after=error.retry_after)
        case ModelConnectionError() | ModelRequestTimeout():
            said = shorten(str(error), _QUOTE)
            return ModelUnavailable(f"{name} cannot be reached, or broke off ({said}).")
        case ModelUnavailableError() | ModelServerError():
            said = shorten(error.message, _QUOTE)
            return ModelUnavailable(f"{name} failed: {said}", retry_after=error.retry_after)
        case httpx2.TransportError() | httpx2.StreamError():
            return faults.cut(name)
        case _:
            return ModelError(f"{name} sent nonsense: {shorten(str(error), _QUOTE)}")
