"""Errors under `/v1/`, where clients of OpenAI's API ask: their shape around our code.

Their clients tell errors apart by the status; a malformed request is 400 for them, never 422.
"""

import re
from itertools import takewhile
from typing import Any, Final

from pydantic import BaseModel

from menon.core.errors import InvalidInput, MenonError

PREFIX: Final = "/v1/"

_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    429: "rate_limit_error",
}
_FIELD = re.compile(r"[a-z0-9_]+")


class OpenAIErrorDetail(BaseModel):
    """What went wrong, and what to do next."""

    message: str
    type: str
    param: str | None
    """The part of the request that is wrong, such as `messages[0].content`."""
    code: str


class OpenAIError(BaseModel):
    """An error in the shape of OpenAI's API."""

    error: OpenAIErrorDetail


def status_of(error: MenonError) -> int:
    """The HTTP status of an error there."""
    return 400 if error.status == 422 else error.status


def openai_error(error: MenonError, detail: str) -> dict[str, Any]:
    """The body for an error; `detail` is what may be shown of it."""
    status = status_of(error)
    kind = _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {
        "error": {
            "message": detail,
            "type": kind,
            "param": _param(error) if isinstance(error, InvalidInput) else None,
            "code": error.code,
        }
    }


def _param(error: InvalidInput) -> str | None:
    """The first field that does not fit: `/body/messages/0/role` as `messages[0].role`."""
    if not error.errors:
        return None
    pointer = str(error.errors[0].get("pointer", "")).removeprefix("/body").strip("/")
    # Behind a field stand the kinds that were tried, such as `literal['auto']` or `NamedChoice`.
    fields = takewhile(_FIELD.fullmatch, pointer.split("/"))
    return re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", ".".join(fields)) or None
