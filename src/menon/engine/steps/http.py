"""The step that asks a server, through the guarded way out."""

import json
from typing import Any, Literal

import msgspec

from menon.core.errors import ExternalError, ToolError
from menon.engine.outbound import fetch
from menon.engine.steps.step import Config, StepContext, step

LARGEST = 8 * 1024 * 1024
"""Bytes of an answer."""
LONGEST_S = 3600.0
"""What the step's own `timeout_seconds` does not end, this does."""

_TELLING = ("content-type", "etag", "last-modified", "location")
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


class HttpConfig(Config, frozen=True, kw_only=True):
    """The request."""

    url: str
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    headers: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    json: Any = None


def _check(config: HttpConfig) -> list[str]:
    if "{{" not in config.url and not config.url.startswith(("http://", "https://")):
        return [f"`url` begins with http:// or https://, unlike {config.url[:40]!r}"]
    if config.json is not None and config.method in {"GET", "HEAD"}:
        return [f"a {config.method} request has no `json`"]
    return []


@step("http", check=_check)
async def http(context: StepContext, config: HttpConfig) -> dict[str, Any]:
    """Ask a server; an `Idempotency-Key` tells it which requests are the same."""
    headers = {"accept": "application/json, */*;q=0.5"}
    content = None
    if config.json is not None:
        headers["content-type"] = "application/json"
        content = json.dumps(config.json, ensure_ascii=False).encode()
    headers |= {name.lower(): value for name, value in config.headers.items()}
    headers["idempotency-key"] = context.key
    answer = await fetch(
        context.client,
        config.url,
        method=config.method,
        headers=headers,
        content=content,
        max_bytes=LARGEST,
        timeout_s=LONGEST_S,
    )
    if answer.status >= 400:
        raise _failure(answer.status, answer.headers.get("retry-after", ""), config)
    return {
        "status": answer.status,
        "headers": {name: answer.headers[name] for name in _TELLING if name in answer.headers},
        "body": _body(answer.body, answer.media_type or ""),
    }


def _failure(status: int, retry_after: str, config: HttpConfig) -> ToolError:
    said = f"{config.method} {config.url} was answered with status {status}."
    if status not in _PASSING:
        return ToolError(f"{said} Another attempt would be answered so too.")
    return ExternalError(said, retry_after=float(retry_after) if retry_after.isdigit() else None)


def _body(body: bytes, media_type: str) -> Any:
    """Parsed where it is JSON, text otherwise; null where there is nothing."""
    if not body:
        return None
    text = body.decode(errors="replace").replace("\x00", "")
    if media_type != "application/json" and not media_type.endswith("+json"):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
