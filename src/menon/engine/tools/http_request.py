"""Sends one HTTP request, through the guarded way out.

Even a GET carries data out, in its address; so all of it is `egress`.
"""

import asyncio
import re
import time
from typing import Final, Literal
from urllib.parse import parse_qsl, urlsplit

import msgspec

from menon.core.errors import ContentError
from menon.core.telemetry.redact import redact_tokens
from menon.engine.outbound import Fetched, fetch
from menon.engine.tools.outward import client_of
from menon.engine.tools.tool import Effect, ToolContext, ToolFailed, ToolRetry, tool
from menon.kit.text import clean

BYTES: Final = 1_048_576
"""Of an answer; the rest is cut."""
SECONDS: Final = 20.0
_READING_S: Final = 2.0
_HEADERS: Final = frozenset({"accept", "accept-language", "content-type", "if-none-match"})
_SECRET: Final = re.compile(
    r"(api|access|private|secret)?[_-]?(key|token|secret|password|passwd|auth|signature|sig)",
    re.IGNORECASE,
)

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


class Answered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a server answered, as text."""

    status: int
    url: str
    """Where the last redirect led."""
    media_type: str
    text: str
    cut: bool = False


@tool(effect=Effect.EGRESS, timeout_s=SECONDS + 10)
async def http_request(
    context: ToolContext,
    url: str,
    method: Method = "GET",
    headers: dict[str, str] | None = None,
    body: str | None = None,
) -> Answered:
    """Send a request to a public web address and get the answer as text.

    Args:
        context: the way out.
        url: http or https, without keys, passwords or tokens in it.
        method: GET unless the address is to be written to.
        headers: only accept, accept-language, content-type and if-none-match.
        body: what is sent, as text; not with GET or HEAD.
    """
    sent = _checked(url, method, headers or {}, body)
    answer = await fetch(
        client_of(context),
        url,
        method=method,
        headers=sent,
        content=None if body is None else body.encode(),
        max_bytes=BYTES,
        timeout_s=SECONDS,
        beginning=True,
    )
    return Answered(
        status=answer.status,
        url=answer.url,
        media_type=answer.media_type or "",
        text=await asyncio.to_thread(readable, answer),
        cut=answer.cut,
    )


def readable(answer: Fetched) -> str:
    """The text of an answer; of a web page its main part."""
    media_type = answer.media_type or "text/plain"
    if not _is_text(media_type):
        return f"[{len(answer.body)} bytes of {media_type}]"
    text = clean(answer.body.decode(errors="replace"))
    if media_type not in {"text/html", "application/xhtml+xml"}:
        return text
    from menon.engine.documents.readers.web import main_text

    until = time.monotonic() + _READING_S

    def tick() -> None:
        if time.monotonic() > until:
            raise ContentError(f"the page takes longer than {_READING_S:g} s to read")

    try:
        return main_text(text, tick)
    except ContentError as error:
        return f"[an unreadable page: {error.detail}]"


def _is_text(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type.endswith(
        ("json", "xml", "yaml", "javascript", "x-www-form-urlencoded")
    )


def _checked(url: str, method: Method, headers: dict[str, str], body: str | None) -> dict[str, str]:
    """The headers to send; refuses what a model must not send."""
    parts = urlsplit(url)
    named = next((name for name, _ in parse_qsl(parts.query) if _SECRET.fullmatch(name)), "")
    if "@" in parts.netloc or named or redact_tokens(url) != url:
        raise ToolFailed(
            "The address carries a credential. Keep it in the vault and declare an HTTP tool"
            " whose header refers to it."
        )
    if body is not None and method in {"GET", "HEAD"}:
        raise ToolRetry(f"A {method} request has no body.")
    sent = {name.lower(): value for name, value in headers.items()}
    if refused := sorted(sent.keys() - _HEADERS):
        raise ToolRetry(
            f"{', '.join(refused)} cannot be sent; only {', '.join(sorted(_HEADERS))} can."
        )
    if any(not value.isprintable() or not value.isascii() for value in sent.values()):
        raise ToolRetry("A header's value is printable ASCII on one line.")
    return sent
