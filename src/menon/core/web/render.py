"""Pages from templates: `await render(request, "agents/index.html", {...})`.

Templates lie in `templates/` beside the module that serves them. A template whose name begins with
`_` is a fragment for htmx: it gets the same frame without what costs a query.
"""

import inspect
import json
import secrets
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from fastapi.routing import APIRoute
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from menon.core.auth import Principal, Reach, reach
from menon.core.feature import Feature
from menon.core.http import Routes, csrf
from menon.core.http.routes import principal
from menon.core.http.settings import HttpSettings
from menon.core.runtime import Runtime
from menon.core.web.assets import Assets, load_assets
from menon.core.web.frame import (
    FLASH_COOKIE,
    THEME_COOKIE,
    Command,
    Engine,
    Flash,
    Frame,
    FramePart,
    Kind,
    NavItem,
    frame_user,
    is_active,
    pack_flashes,
    theme_of,
    unpack_flashes,
)
from menon.kit.clock import Clock
from menon.kit.ids import new_token
from menon.version import VERSION

_OWN = Path(__file__).with_name("templates")
_FORM_SECONDS = 12 * 3600
_FLASH_SECONDS = 60


class Web:
    """The templates and assets of an application, and the features whose pages it shows."""

    def __init__(self, features: Sequence[Feature], clock: Clock) -> None:
        self.features = features
        self.assets: Assets = load_assets()
        self.templates = Environment(
            loader=ChoiceLoader([FileSystemLoader(f) for f in [_OWN, *template_folders(features)]]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        # Macros see globals, but not the context of the page that imports them.
        given = cast("dict[str, Any]", self.templates.globals)
        given |= {"asset": self.assets.url, "now": clock.now}


def template_folders(features: Sequence[Feature]) -> list[Path]:
    """The `templates` folders beside the modules, or packages, that serve pages."""
    served = (e for f in features for routes in f.pages for e in _endpoints(routes))
    modules = dict.fromkeys(endpoint.__module__ for endpoint in served)
    places = dict.fromkeys(Path(inspect.getfile(sys.modules[name])).parent for name in modules)
    near = ((place / "templates", place.parent / "templates") for place in places)
    found = (next((f for f in folders if f.is_dir()), None) for folders in near)
    return list(dict.fromkeys(folder for folder in found if folder))


def _endpoints(routes: Routes) -> list[Callable[..., Any]]:
    return [route.endpoint for route in routes.router.routes if isinstance(route, APIRoute)]


async def render(
    request: Request,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    toast: tuple[Kind, str] | None = None,
) -> HTMLResponse:
    """A page or, where the template's name begins with `_`, a fragment.

    Args:
        request: what is answered.
        template: such as `accounts/login.html`.
        context: what the template's first comment asks for, but `frame`.
        status: 422 for a form with mistakes, which htmx puts into the page too.
        toast: a note that htmx shows with a fragment.
    """
    web: Web = request.app.state.web
    runtime: Runtime = request.app.state.runtime
    fragment = template.rpartition("/")[2].startswith("_")
    frame, fresh_csrf = await _frame(request, web, runtime, fragment=fragment)
    body = web.templates.get_template(template).render({**(context or {}), "frame": frame})
    response = HTMLResponse(body, status_code=status)
    if toast is not None:
        note = {"kind": toast[0], "text": toast[1]}
        response.headers["HX-Trigger"] = json.dumps({"toast": note})
    if fresh_csrf:
        set_cookie(request, response, csrf.FORM, fresh_csrf, seconds=_FORM_SECONDS)
    if frame.flashes:
        drop_cookie(request, response, FLASH_COOKIE)
    return response


def redirect(request: Request, to: str, *, flash: tuple[Kind, str] | None = None) -> Response:
    """Go to another page of ours, by 303 or as htmx wants it, with a note to show there."""
    if "hx-request" in request.headers:
        response = Response(status_code=204, headers={"HX-Redirect": to})
    else:
        response = RedirectResponse(to, status_code=303)
    if flash is not None:
        value = pack_flashes([Flash(kind=flash[0], text=flash[1])])
        set_cookie(request, response, FLASH_COOKIE, value, seconds=_FLASH_SECONDS)
    return response


def is_secure(request: Request) -> bool:
    """Whether the browser speaks HTTPS, to us or to the proxy in front."""
    runtime: Runtime = request.app.state.runtime
    return csrf.is_secure(request.scope, runtime.settings[HttpSettings].public_url)


def set_cookie(
    request: Request, response: Response, name: str, value: str, *, seconds: int
) -> None:
    """A cookie that scripts cannot read and other sites' forms do not send."""
    secure = is_secure(request)
    response.set_cookie(
        csrf.cookie_name(name, secure=secure),
        value,
        max_age=seconds,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def drop_cookie(request: Request, response: Response, name: str) -> None:
    """Have the browser forget a cookie."""
    set_cookie(request, response, name, "", seconds=0)


async def _frame(
    request: Request, web: Web, runtime: Runtime, *, fragment: bool
) -> tuple[Frame, str]:
    """The frame, and a form token where the browser has none yet."""
    who = principal(request)
    parts: list[FramePart] = []
    if who.user_id and not fragment:
        parts = [part async for part in _parts(web, runtime, who)]
    token: str = request.scope.get("csrf_token", "")
    fresh = new_token() if not token and not fragment and not who.user_id else ""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    nav = _nav(web, who, path, counts={h: n for part in parts for h, n in part.counts.items()})
    flash = request.cookies.get(csrf.cookie_name(FLASH_COOKIE, secure=is_secure(request)), "")
    frame = Frame(
        nav=nav,
        user=frame_user(who),
        engine=next((part.engine for part in parts if part.engine), Engine()),
        approvals=sum(part.approvals for part in parts),
        commands=[
            *(Command(label=n.label, href=n.href, icon=n.icon, group="Go to") for n in nav),
            *(command for part in parts for command in part.commands),
        ],
        flashes=unpack_flashes(flash) if flash and not fragment else (),
        theme=theme_of(request.cookies.get(THEME_COOKIE)),
        csrf=_masked(token or fresh),
        version=VERSION,
        path=path,
    )
    return frame, fresh


def _masked(token: str) -> str:
    return csrf.masked(token, secrets.token_bytes(len(token)))


async def _parts(web: Web, runtime: Runtime, who: Principal) -> AsyncIterator[FramePart]:
    for feature in web.features:
        if feature.frame is not None:
            yield await feature.frame(runtime, who)


def _nav(web: Web, who: Principal, path: str, *, counts: Mapping[str, int]) -> list[NavItem]:
    entries = sorted(
        (entry for feature in web.features for entry in feature.nav), key=lambda e: e.order
    )
    return [
        NavItem(
            label=entry.label,
            href=entry.href,
            icon=entry.icon,
            active=any(is_active(place, path) for place in (entry.href, *entry.also)),
            count=counts.get(entry.href),
        )
        for entry in entries
        if who.user_id and reach(who, entry.action) is not Reach.NONE
    ]
