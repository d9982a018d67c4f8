"""A plain way to a server on this machine, where a test needs no guard."""

import asyncio
from urllib.parse import urlsplit


async def connect(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """An unguarded connection without TLS: `Outbound(client=client, connect=connect)`."""
    parts = urlsplit(url)
    return await asyncio.open_connection(parts.hostname, parts.port)
