"""What a client may raise.

ClientError
├── ConnectionFailed     the server did not answer, however often it was asked
├── RunFailed            the run did not end well; `code` says why
└── ApiError             the server refused; `code`, `status`, `detail`, `errors`, `trace_id`
    ├── NotSignedIn      401
    ├── AccessDenied     403
    ├── NotFound         404
    ├── Conflict         409
    ├── InvalidRequest   every other 4xx
    ├── RateLimited      429, after `retry_after` was waited for as long as patience allows
    └── ServerFailed     5xx
"""

from typing import Any

import msgspec


class ClientError(Exception):
    """Something went wrong between here and the server's answer."""


class ConnectionFailed(ClientError):
    """The server did not answer."""


class RunFailed(ClientError):
    """The run did not end well."""

    def __init__(self, detail: str, *, code: str, run_id: str, text: str) -> None:
        super().__init__(f"{detail} [{code}]")
        self.detail = detail
        self.code = code
        self.run_id = run_id
        self.text = text
        """What it had said."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a refusal: RFC 9457, with our fields."""

    title: str = ""
    detail: str = ""
    code: str = ""
    trace_id: str = ""
    errors: list[dict[str, Any]] = msgspec.field(default_factory=list[dict[str, Any]])


class ApiError(ClientError):
    """The server refused."""

    def __init__(self, status: int, problem: Problem, *, retry_after: float | None = None) -> None:
        self.status = status
        self.code = problem.code or f"HTTP_{status}"
        self.detail = problem.detail or problem.title or f"The server answered {status}."
        self.errors = problem.errors
        """Which fields are wrong, and how."""
        self.trace_id = problem.trace_id
        """Finds the request in the server's log."""
        self.retry_after = retry_after
        super().__init__(f"{self.detail} [{self.code}]")


class NotSignedIn(ApiError):
    """The key is missing or not valid."""


class AccessDenied(ApiError):
    """The key may not do this."""


class NotFound(ApiError):
    """There is no such thing, or it is not yours."""


class Conflict(ApiError):
    """The thing changed or exists already."""


class InvalidRequest(ApiError):
    """The request cannot be understood, or is too large."""


class RateLimited(ApiError):
    """Too many requests."""


class ServerFailed(ApiError):
    """The server is to blame, or cannot answer now."""


_KINDS: dict[int, type[ApiError]] = {
    401: NotSignedIn,
    403: AccessDenied,
    404: NotFound,
    409: Conflict,
    429: RateLimited,
}


def refused(status: int, body: bytes, retry_after: float | None) -> ApiError:
    """The error of an answer of 400 and above, whoever gave it: a proxy may stand between."""
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        problem = Problem()
    kind = _KINDS.get(status, ServerFailed if status >= 500 else InvalidRequest)
    return kind(status, problem, retry_after=retry_after)
