"""What both clients do with httpx2: how a call is sent, and what an answer means."""

from contextlib import AbstractContextManager, ExitStack
from importlib.metadata import version
from typing import Any, TypeVar

import httpx2
import msgspec

from menon.client.calls import Call
from menon.client.errors import ApiError, ConnectionFailed, refused

T = TypeVar("T")

FAILURES = (httpx2.TransportError, httpx2.StreamError)
"""What a line does that breaks, or never was."""
_SILENCE_S = 45.0
"""Of a stream: the server says something every 15 s."""


def options(base_url: str, api_key: str | None, timeout_s: float) -> dict[str, Any]:
    """How a client of httpx2 is made."""
    headers = {"User-Agent": f"menon-python/{version('menon')}"}
    if api_key:
        headers["Authorization"] = f"Bearer {api_key}"
    timeout = httpx2.Timeout(timeout_s, read=max(timeout_s, _SILENCE_S))
    # A proxy of the environment would see the key; who wants one hands in a transport.
    return {"base_url": base_url, "headers": headers, "timeout": timeout, "trust_env": False}


def sent(call: Call[Any]) -> "AbstractContextManager[dict[str, Any]]":
    """The arguments of a request; a file is open while they are used."""
    return _Sent(call)


class _Sent(ExitStack):
    def __init__(self, call: Call[Any]) -> None:
        super().__init__()
        self._call = call

    def __enter__(self) -> Any:
        super().__enter__()
        call = self._call
        arguments: dict[str, Any] = {
            "method": call.method,
            "url": call.path,
            "params": dict(call.params),
            "headers": dict(call.headers),
        }
        if call.json is not None:
            arguments["content"] = msgspec.json.encode(call.json)
            arguments["headers"]["Content-Type"] = "application/json"
        if call.file is not None:
            name, opened = call.file
            arguments["files"] = {"file": (name, self.enter_context(opened()))}
            arguments["data"] = dict(call.form or {})
        return arguments


def read(call: Call[T], response: httpx2.Response) -> T:
    """What a whole answer says.

    Raises:
        ApiError: it is a refusal.
        ConnectionFailed: it is no answer of such a server.
    """
    if response.status_code >= 400:
        raise refusal(response, response.content)
    if call.kind is type(None):
        return None  # pyright: ignore[reportReturnType] - T is None then
    try:
        return msgspec.json.decode(response.content, type=call.kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConnectionFailed(
            f"{response.url} answered something else than a Menon server does: {error}"
        ) from error


def refusal(response: httpx2.Response, body: bytes) -> ApiError:
    """The error of an answer of 400 and above."""
    return refused(response.status_code, body, _seconds(response.headers.get("retry-after")))


def failed(url: object, error: Exception) -> ConnectionFailed:
    """The error of a line that broke."""
    return ConnectionFailed(f"{url} did not answer: {type(error).__name__} {error}".rstrip())


def place(response: httpx2.Response) -> str | None:
    """The run whose events an answer begins, or which another answer with its key began."""
    if run := response.headers.get("x-run-id"):
        return str(run)
    location: str = response.headers.get("location", "")
    return location.partition("/api/v1/runs/")[2].partition("/")[0] or None


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isdecimal() else None
