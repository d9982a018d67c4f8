"""How callers prove who they are, as the OpenAPI document says it of each operation."""

from typing import Final

from menon.core.auth import Action
from menon.core.http import csrf

SCHEMES: Final[dict[str, dict[str, str]]] = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of `POST /api/v1/auth/login`; an API key passes too.",
    },
    "key": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "An API key, which begins with `mnn_`.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": csrf.SESSION,
        "description": "The session of a browser that signed in on our pages; by HTTPS its name is"
        f" `{csrf.cookie_name(csrf.SESSION, secure=True)}`. Writes also need `X-CSRF-Token`.",
    },
}


def required(action: Action, *, in_body: bool = False) -> list[dict[str, list[str]]]:
    """What an operation asks for: any one of these; nothing where anybody may call.

    With `in_body` a key in the body counts too, for which OpenAPI has no word but none.
    """
    if action is Action.PUBLIC:
        return []
    ways: list[dict[str, list[str]]] = [{name: []} for name in SCHEMES]
    return [*ways, {}] if in_body else ways
