"""The one way out: an HTTP client that connects to public and permitted addresses only.

fetch ── redirects, one checked hop at a time
download ── pieces of a large file, asked for again from where the line broke
  client ── GuardedTransport: scheme, host, port; unpacks and caps every body
  streams ── build_connect: bare connections for token streams
    network ── GuardedNetwork.connect_tcp: resolve once, admit all addresses, connect one of these
      menon.kit.ssrf ── which addresses
"""

from menon.engine.outbound.client import build_client, build_private
from menon.engine.outbound.fetch import Fetched, fetch
from menon.engine.outbound.network import (
    OutboundPolicy,
    Resolver,
    build_admit,
    resolve_allowed,
    system_resolver,
)
from menon.engine.outbound.resume import Piece, Progress, download
from menon.engine.outbound.streams import build_connect

__all__ = [
    "Fetched",
    "OutboundPolicy",
    "Piece",
    "Progress",
    "Resolver",
    "build_admit",
    "build_client",
    "build_connect",
    "build_private",
    "download",
    "fetch",
    "resolve_allowed",
    "system_resolver",
]
