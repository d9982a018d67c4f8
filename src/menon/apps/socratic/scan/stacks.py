"""The libraries that code of each stack is expected to import."""

import sys
from collections.abc import Mapping
from typing import Final

_WEB: Final = frozenset(
    {
        "alembic",
        "app",
        "argon2",
        "email_validator",
        "fastapi",
        "httpx",
        "hypothesis",
        "itsdangerous",
        "jinja2",
        "jwt",
        "markupsafe",
        "multipart",
        "prometheus_client",
        "psycopg",
        "pwdlib",
        "pydantic",
        "pydantic_settings",
        "pytest",
        "schemathesis",
        "sqlalchemy",
        "starlette",
        "structlog",
        "tests",
        "uvicorn",
    }
)
_FLASK: Final = frozenset(
    {"app", "click", "flask", "flask_sqlalchemy", "jinja2", "pytest", "sqlalchemy", "tests"}
    | {"werkzeug"}
)
_NODE: Final = frozenset(
    {"assert", "async_hooks", "buffer", "console", "constants", "crypto", "dns", "events", "fs"}
    | {"http", "http2", "https", "net", "os", "path", "perf_hooks", "process", "punycode"}
    | {"querystring", "readline", "stream", "string_decoder", "test", "timers", "tls", "tty"}
    | {"url", "util", "v8", "zlib", "diagnostics_channel"}
)
_BROWSER: Final = frozenset({"htmx.org", "bootstrap", "vitest"})
_REACT: Final = frozenset({"react", "react-dom", "react-router", "react-router-dom", "vitest"})

STACKS: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    "python": {
        "default": sys.stdlib_module_names | _WEB | _FLASK | {"yaml"},
        "fastapi": sys.stdlib_module_names | _WEB,
        "flask": sys.stdlib_module_names | _FLASK,
    },
    "javascript": {
        "default": _NODE | _BROWSER | _REACT,
        "htmx": _BROWSER,
        "react": _BROWSER | _REACT,
        "node": _NODE,
    },
}
"""By language and stack; a relative import is never foreign."""
