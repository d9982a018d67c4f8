"""What a generated project says of itself: where its code, its tests and its application are."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Self, cast

_ENTRIES = ("app/asgi.py", "app/main.py", "main.py", "src/app/main.py", "src/main.py")
_CONTRACT = "contract.application"
_NOT_CODE = frozenset(
    {"tests", "contract", "test", "alembic", "migrations", "versions", "scripts", "docs"}
)
_HEAVY = {
    "schemathesis": "schemathesis",
    "pytest_cov": "pytest_cov",
    "hypothesispytest": "hypothesis",
    "anyio": "mark.anyio",
    "logging": "caplog",
}
"""Plug-ins of pytest that take a second to load or a part of each test, and the word in tests that
asks for them."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Read from the tree.

    `[tool.menon.proof]` of `pyproject.toml` may say `app` (`module:name`), `headers`
    (`module:function`, which takes the application and a number, and answers the headers of
    somebody who is signed in), `document` (the address of the OpenAPI document) and
    `latency_p95_ms` (what 95 of 100 answers may take at most, as the specification wants). Without
    it, `contract/application.py` is asked for `app` and `headers`.
    """

    entry: str
    headers: str
    document: str
    sources: tuple[str, ...]
    """Code whose coverage counts, and that is scanned: neither tests nor migrations."""
    latency_ms: float | None
    """What 95 of 100 answers may take, where the specification says so."""
    plugins: tuple[str, ...]
    """Plug-ins of pytest that nobody needs here."""

    @classmethod
    def of(cls, tree: Mapping[str, bytes]) -> Self:
        """The layout of a tree; what is not said is guessed."""
        said = _said(tree.get("pyproject.toml", b""))
        code = [path for path in sorted(tree) if path.endswith(".py") and _is_code(path)]
        tests = b"\n".join(
            text
            for path, text in tree.items()
            if path.endswith(".py") and path.startswith("tests/")
        )
        prepared = f"{_CONTRACT.replace('.', '/')}.py" in tree
        unused = tuple(name for name, word in _HEAVY.items() if word.encode() not in tests)
        return cls(
            entry=said.get("app") or (f"{_CONTRACT}:app" if prepared else _entry(code)),
            headers=said.get("headers") or (f"{_CONTRACT}:headers" if prepared else ""),
            document=said.get("document", "/openapi.json"),
            sources=tuple(code),
            latency_ms=_positive(said.get("latency_p95_ms", "")),
            plugins=unused,
        )


def _said(text: bytes) -> dict[str, str]:
    try:
        whole: Any = tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        return {}
    for key in ("tool", "menon", "proof"):
        whole = cast("dict[str, Any]", whole).get(key) if isinstance(whole, dict) else None
    if not isinstance(whole, dict):
        return {}
    table = cast("dict[str, Any]", whole)
    return {key: value for key, value in table.items() if isinstance(value, str)}


def _positive(said: str) -> float | None:
    try:
        number = float(said)
    except ValueError:
        return None
    return number if 0 < number < 1e9 else None


def _is_code(path: str) -> bool:
    parts = PurePosixPath(path).parts
    name = parts[-1]
    return (
        not _NOT_CODE.intersection(parts[:-1])
        and not name.startswith("test_")
        and name not in {"conftest.py", "setup.py"}
    )


def _entry(code: list[str]) -> str:
    """The module that most likely holds `app`."""
    found = next((path for path in _ENTRIES if path in code), None)
    found = found or next((path for path in code if path.endswith("/main.py")), "app/main.py")
    return found.removesuffix(".py").removeprefix("src/").replace("/", ".") + ":app"
