"""One message of an MCP client, let in."""

from fastapi import Request
from starlette.responses import Response

from menon.core.errors import Forbidden
from menon.core.http.handed import handed
from menon.core.http.origins import known_origin
from menon.core.http.settings import HttpSettings
from menon.core.runtime import Runtime
from menon.features.mcp.door import Door


async def exchanged(runtime: Runtime, request: Request) -> Response:
    """The server's answer.

    Raises:
        Forbidden: a page of another site sent it.
    """
    if not known_origin(request.headers, runtime.settings[HttpSettings]):
        raise Forbidden("This page may not call here; see MENON_HTTP__CORS_ORIGINS.")
    return await handed(request, runtime[Door])
