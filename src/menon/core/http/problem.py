"""Errors on the wire: RFC 9457 problem+json with our code and the trace id.

Under `/v1/`, where clients of OpenAI's API ask, they have the shape that those understand.
"""

import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    Internal,
    InvalidInput,
    MenonError,
    NotFound,
    RateLimited,
    TooLarge,
    Unauthenticated,
    WrongMethod,
)
from menon.core.http.openai_errors import PREFIX, openai_error, status_of
from menon.core.telemetry.context import current_trace_id
from menon.core.telemetry.redact import redact, redact_tokens

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """What went wrong, and what to do next."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    trace_id: str
    errors: list[dict[str, Any]] = []


def problem(error: MenonError) -> dict[str, Any]:
    """The body for an error."""
    words = type(error).__name__
    title = "".join(f" {c.lower()}" if c.isupper() and n else c for n, c in enumerate(words))
    return Problem(
        title=title,
        status=error.status,
        code=error.code,
        detail=masked(error),
        trace_id=current_trace_id(),
        errors=error.errors,
    ).model_dump(exclude_defaults=False)


def headers_of(error: MenonError) -> dict[str, str]:
    """The headers that belong to an error."""
    headers: dict[str, str] = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def respond(
    error: MenonError, headers: Mapping[str, str] | None = None, *, path: str = ""
) -> JSONResponse:
    """The whole answer for an error at this path."""
    told = {**headers_of(error), **(headers or {})}
    if path.startswith(PREFIX):
        body = openai_error(error, masked(error))
        return JSONResponse(body, status_code=status_of(error), headers=told)
    return JSONResponse(
        problem(error), status_code=error.status, headers=told, media_type=MEDIA_TYPE
    )


def masked(error: MenonError) -> str:
    """What may be shown of an error's detail."""
    # What is said of a field such as `password` is no secret; what somebody else's server said is.
    mask = redact_tokens if isinstance(error, InvalidInput) else redact
    return mask(error.detail)


class Refusal(HTTPException):
    """Carries an error of ours through framework code that lets only its own errors pass."""

    def __init__(self, error: MenonError) -> None:
        # What of the body was not read must not be taken for the next request.
        super().__init__(error.status, headers={"Connection": "close"})
        self.error = error


def from_http(error: HTTPException) -> MenonError:
    """What the framework itself raised, in our tree."""
    if isinstance(error, Refusal):
        return error.error
    known: dict[int, type[MenonError]] = {
        400: BadRequest,
        401: Unauthenticated,
        403: Forbidden,
        404: NotFound,
        405: WrongMethod,
        409: Conflict,
        413: TooLarge,
    }
    kind = known.get(error.status_code, BadRequest)
    return kind(str(error.detail) if kind is BadRequest else None)


def from_validation(error: RequestValidationError) -> MenonError:
    """The fields that do not fit, by JSON pointer; the values themselves are not repeated."""
    fields = [
        {"pointer": "/" + "/".join(str(part) for part in e["loc"]), "detail": e["msg"]}
        for e in cast("list[Mapping[str, Any]]", error.errors())[:50]
    ]
    what = "; ".join(f"{field['pointer']}: {field['detail']}" for field in fields[:3])
    return InvalidInput(f"The request is malformed: {what}", errors=fields)


def documented(method: str, action: Action, path: str) -> dict[int | str, dict[str, Any]]:
    """The error answers that every operation may give; those of this path in its shape."""
    kinds: list[type[MenonError]] = [BadRequest, InvalidInput, RateLimited, Internal]
    if action is not Action.PUBLIC or method != "GET":
        # A filter may name a thing that is not there, and a public POST brings its own credential.
        kinds += [Unauthenticated, Forbidden, NotFound]
    if method in {"POST", "PUT", "PATCH", "DELETE"}:
        kinds.append(Conflict)
    theirs = path.startswith(PREFIX)
    media_type, shape = ("application/json", "OpenAIError") if theirs else (MEDIA_TYPE, "Problem")
    content = {media_type: {"schema": {"$ref": f"#/components/schemas/{shape}"}}}
    documents: dict[int | str, dict[str, Any]] = {
        kind.status: {"description": (kind.__doc__ or "").strip(), "content": content}
        for kind in kinds
    }
    documents[413] = {"description": "The body is too large.", "content": content}
    documents[503] = {"description": "Busy or not available; retry.", "content": content}
    return documents


Page = Callable[[Request, MenonError], Awaitable[Response | None]]
"""Shows an error to people; None where a program asks."""


def install(app: FastAPI, *, page: Page | None = None) -> None:
    """Have the app answer every error in this shape, or by a page where `page` gives one."""

    async def answer(
        request: Request, error: MenonError, headers: Mapping[str, str] | None = None
    ) -> Response:
        shown = await page(request, error) if page else None
        return shown or respond(error, headers, path=request.url.path)

    async def ours(request: Request, error: Exception) -> Response:
        return await answer(request, cast("MenonError", error))

    async def framework(request: Request, error: Exception) -> Response:
        raised = cast("HTTPException", error)
        return await answer(request, from_http(raised), raised.headers)

    async def validation(request: Request, error: Exception) -> Response:
        return await answer(request, from_validation(cast("RequestValidationError", error)))

    app.add_exception_handler(MenonError, ours)
    app.add_exception_handler(HTTPException, framework)
    app.add_exception_handler(RequestValidationError, validation)
