"""Headers that every answer carries: a browser lets our pages do what they need and no more."""

from collections.abc import Iterable, Sequence
from functools import cache

Header = tuple[bytes, bytes]

ANSWER_HEADERS = "menon.answer_headers"
"""Scope key: a list of headers for the answer, to which inner layers append before it starts."""

_PAGE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
_DATA_CSP = "default-src 'none'; frame-ancestors 'none'"
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
_YEAR_S = 31_536_000


@cache
def security_headers(*, page: bool, https: bool) -> tuple[Header, ...]:
    """The headers for an answer; `page` is HTML, everything else is data."""
    headers = {
        "content-security-policy": _PAGE_CSP if page else _DATA_CSP,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    if page:
        headers["permissions-policy"] = _PERMISSIONS
        headers["cross-origin-opener-policy"] = "same-origin"
    if https:
        headers["strict-transport-security"] = f"max-age={_YEAR_S}; includeSubDomains"
    return tuple((name.encode(), value.encode()) for name, value in headers.items())


def completed(given: Iterable[Header], extra: Sequence[Header], *, https: bool) -> list[Header]:
    """An answer's headers with ours added; what the answer says itself stays.

    JSON and pages are cached by nobody unless the answer allows it.
    """
    headers = list(given)
    own = dict(headers)
    media_type = own.get(b"content-type", b"")
    page = media_type.startswith(b"text/html")
    headers += extra
    headers += [h for h in security_headers(page=page, https=https) if h[0] not in own]
    if (page or b"json" in media_type) and b"cache-control" not in own:
        headers.append((b"cache-control", b"no-store"))
    return headers
