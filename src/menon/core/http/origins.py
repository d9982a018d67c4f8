"""Where a request comes from, as a browser says it; programs say nothing."""

from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from menon.core.http.settings import HttpSettings

_PORTS = {"http": 80, "https": 443}


class Place(NamedTuple):
    """What browsers call an origin."""

    scheme: str
    host: str
    port: int


def place(url: str) -> Place | None:
    """Scheme, host and port; None for `null` and what is no address."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    return Place(parts.scheme, parts.hostname, port) if parts.hostname and port else None


def known_origin(headers: Headers, http: HttpSettings) -> bool:
    """Whether the page behind a request, if there is one, is ours or one that the operator allows.

    On loopback a name that was rebound to this machine makes a page of anybody look like one of
    ours, so that there the name must be one that always means this machine, or one of the settings.
    """
    origin = headers.get("origin")
    if origin is None or origin in http.cors_origins:
        return True
    asked = place(origin)
    if asked is None:
        return False
    if asked == place(http.public_url):
        return True
    here = place(f"{asked.scheme}://{headers.get('host', '')}")
    return asked == here and (
        _is_loopback(asked.host) or not _is_loopback(http.host) or asked.host in http.hosts
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
