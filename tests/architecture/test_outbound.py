"""Nobody but the outbound client opens connections: no HTTP client, no socket, no redirects.

The engine may name httpx2's types and errors, since it is handed a client; it may not make one.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "menon"
# `client/` runs on somebody else's machine, where no server of ours guards anything.
MAY_CONNECT = ("engine/outbound/", "testing/", "client/", "engine/sandbox/inside/probe.py")
"""The probe tries to get out of the sandbox in which it runs; nobody imports it."""
MAY_NAME_HTTPX2 = "engine/"

CLIENTS = {
    *("socket", "socketserver", "ssl", "http.client", "urllib.request", "urllib3", "requests"),
    *("ftplib", "smtplib", "imaplib", "poplib", "nntplib", "telnetlib", "xmlrpc", "httpx"),
    *("httpx2", "httpcore", "httpcore2", "aiohttp", "pycurl", "websockets", "websocket"),
    *("feedparser.http", "trafilatura.downloads"),
}
DIALS = {
    *("open_connection", "open_unix_connection", "create_connection", "create_unix_connection"),
    *("create_datagram_endpoint", "sock_connect", "connect_tcp", "connect_unix", "urlopen"),
    *("fetch_url", "AsyncClient", "AsyncHTTPTransport", "HTTPTransport"),
    *(f"httpx2.{name}" for name in ("Client", "get", "post", "put", "request", "stream")),
}


def offences(tree: ast.AST, path: str = "features/") -> Iterator[tuple[int, str]]:
    """Line and reason of everything that reaches out by itself."""
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in typing_only:
            for module in imported(node):
                if is_client(module) and not (
                    module == "httpx2" and path.startswith(MAY_NAME_HTTPX2)
                ):
                    yield node.lineno, f"imports {module}"
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in DIALS or name.rpartition(".")[2] in DIALS:
                yield node.lineno, f"calls {name}"
            if any(word.arg == "follow_redirects" for word in node.keywords):
                yield node.lineno, "follows redirects by itself"


def is_client(module: str) -> bool:
    return any(module == client or module.startswith(f"{client}.") for client in CLIENTS)


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    return [node.module or "", *(f"{node.module}.{name.name}" for name in node.names)]


def test_only_the_outbound_client_connects() -> None:
    sources = {str(path.relative_to(SOURCE)): path for path in sorted(SOURCE.rglob("*.py"))}
    found = [
        f"{name}:{line} {reason}; go through menon.engine.outbound"
        for name, path in sources.items()
        if not name.startswith(MAY_CONNECT)
        for line, reason in offences(ast.parse(path.read_text()), name)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "import socket",
        "from socket import create_connection",
        "import http.client as h",
        "from http import client",
        "from urllib import request",
        "def f():\n    import httpx2",
        "await asyncio.open_connection(host, port)",
        "await loop.create_connection(f, host, port)",
        "httpx2.Client()",
        "httpx2.get(url)",
        "client.get(url, follow_redirects=True)",
    ],
)
def test_ways_out_are_noticed(source: str) -> None:
    assert list(offences(ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import httpx2",
        "import http",
        "from urllib.parse import urlsplit",
        "await fetch(client, url)",
    ],
)
def test_harmless_lines_are_not(source: str) -> None:
    assert not list(offences(ast.parse(source)))


def test_the_engine_may_name_the_clients_types_but_not_make_one() -> None:
    assert not list(offences(ast.parse("import httpx2\nhttpx2.Timeout(1)"), "engine/x.py"))
    assert list(offences(ast.parse("import httpx2\nhttpx2.AsyncClient()"), "engine/x.py"))
