"""Writes by cookie must come from our own pages: the sender's origin, then a token in the form.

A browser that is signed in carries its session's token; one that is not, on the sign-in and
register pages, carries the token of a short-lived cookie (double submit), so that nobody can sign
it in as somebody else.
"""

import base64
import hmac
from typing import Final

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import Scope

from menon.core.errors import Forbidden
from menon.core.http.origins import place

HEADER: Final = "x-csrf-token"
FIELD: Final = "csrf_token"
SESSION: Final = "menon"
"""The cookie of a browser that is signed in."""
FORM: Final = "menon_form"
"""The cookie whose value the forms of a browser repeat that is not signed in."""

_STALE = "The form has expired; reload the page and send it again."


def cookie_name(base: str, *, secure: bool) -> str:
    """A cookie's name; the prefix makes browsers refuse it from other hosts and without HTTPS."""
    return f"__Host-{base}" if secure else base


def is_secure(scope: Scope, public_url: str) -> bool:
    """Whether the browser speaks HTTPS, to us or to the proxy in front."""
    return scope.get("scheme") in {"https", "wss"} or public_url.startswith("https://")


def same_origin(headers: Headers, *, public_url: str = "") -> bool:
    """Whether a browser says that the request comes from this site; others say nothing."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    there = place(origin)
    if there is None:
        return False
    # Behind a proxy we cannot know our own scheme, so the sender's stands for it.
    here = place(f"{there.scheme}://{headers.get('host', '')}")
    return there in {here, place(public_url)}


async def check_csrf(request: Request, *, public_url: str = "") -> None:
    """Let a write from our own page pass.

    Raises:
        Forbidden: another site sent it, or the form's token is missing or old.
    """
    if not same_origin(request.headers, public_url=public_url):
        raise Forbidden("Another site sent this request; use our own pages.")
    expected: str = request.scope.get("csrf_token", "")
    given = request.headers.get(HEADER, "")
    if not given and "form" in request.headers.get("content-type", ""):
        given = str((await request.form()).get(FIELD, ""))
    known = (hmac.compare_digest(each.encode(), expected.encode()) for each in (given, bare(given)))
    if not expected or not any(known):
        raise Forbidden(_STALE)


def masked(token: str, pad: bytes) -> str:
    """The token as a page carries it: never twice the same, so that packed pages do not tell it.

    Gluck, Harris, Prado, BREACH: Reviving the CRIME attack (2013), 3.4. The pad is random and as
    long as the token.
    """
    mixed = bytes(a ^ b for a, b in zip(token.encode(), pad, strict=True))
    return base64.urlsafe_b64encode(pad + mixed).decode()


def bare(given: str) -> str:
    """The token that was masked; empty where none was."""
    try:
        both = base64.b64decode(given, altchars=b"-_", validate=True)
        pad, mixed = both[: len(both) // 2], both[len(both) // 2 :]
        return bytes(a ^ b for a, b in zip(mixed, pad, strict=True)).decode("ascii")
    except ValueError:
        return ""
