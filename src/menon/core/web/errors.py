"""Errors for people: a page instead of problem+json, and the way to the sign-in page."""

from typing import Any
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from menon.core.errors import MenonError, Unauthenticated
from menon.core.http.problem import headers_of, problem
from menon.core.http.routes import principal
from menon.core.web.render import redirect, render

_DATA = ("/api/", "/v1/", "/static/")


def wants_page(path: str, headers: Headers) -> bool:
    """Whether a person looks at the answer: a browser's navigation, not htmx and not the API."""
    accepts = "text/html" in headers.get("accept", "")
    return accepts and "hx-request" not in headers and not path.startswith(_DATA)


async def error_page(request: Request, error: MenonError) -> Response | None:
    """What went wrong and what to do, for people; who is not signed in goes to the sign-in page."""
    if not wants_page(request.url.path, request.headers):
        return None
    signed_in = bool(principal(request).user_id)
    if isinstance(error, Unauthenticated) and not signed_in and request.url.path != "/login":
        return redirect(request, login_url(request))
    body: dict[str, Any] = problem(error)
    template = "error.html" if signed_in else "error_outside.html"
    response = await render(request, template, {"error": body}, status=error.status)
    response.headers.update(headers_of(error))
    return response


def login_url(request: Request) -> str:
    """The sign-in page that leads back here afterwards."""
    if request.method != "GET":
        return "/login"
    query = f"?{request.url.query}" if request.url.query else ""
    return f"/login?next={quote(request.url.path + query, safe='')}"
