"""Few places start a process; nothing that is imported or edited over the API is one of them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "menon"
MAY_START = (
    "apps/socratic/generator/formatting.py",  # ruff, which reads generated code and runs none of it
    "apps/socratic/proof/environment.py",  # uv or pip, on an operator's command
    "apps/socratic/proof/inside/",  # itself confined: it is run in the sandbox and nowhere else
    "engine/sandbox/",  # code that nobody has read, confined
    "engine/documents/isolate.py",  # our own reader of documents
    "engine/mcp_client/command.py",  # MCP servers of the operator's file
    "engine/retrieval/install.py",  # pip, on an operator's command
    "engine/retrieval/weights.py",  # our own conversion of the embedding model
    "entry/backup.py",  # pg_dump, on an operator's command
    "entry/chaos.py",  # our own bench, on an operator's command
)
MODULES = {"subprocess", "multiprocessing", "pty", "_posixsubprocess", "concurrent.futures.process"}
CALLS = {
    *("create_subprocess_exec", "create_subprocess_shell", "subprocess_exec", "subprocess_shell"),
    *("ProcessPoolExecutor", "open_process", "run_process", "stdio_client"),
}
OS = ("fork", "forkpty", "popen", "posix_spawn", "posix_spawnp", "system", "startfile")
OS_PREFIXES = ("exec", "spawn")


def offences(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and reason of everything that starts a process."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((node.lineno, f"imports {name}") for name in imported(node))
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            last = name.rpartition(".")[2]
            if last in CALLS or (name.startswith("os.") and starts(last)):
                yield node.lineno, f"calls {name}"


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    module = "" if isinstance(node, ast.Import) else node.module or ""
    for alias in node.names:
        full = f"{module}.{alias.name}".lstrip(".")
        of_os = module == "os" and starts(alias.name)
        if of_os or any(f"{full}.".startswith(f"{one}.") for one in MODULES):
            yield full


def starts(name: str) -> bool:
    return name in OS or name.startswith(OS_PREFIXES)


def test_only_some_places_start_processes() -> None:
    found = [
        f"{name}:{line} {reason}; run code in menon.engine.sandbox"
        for path in sorted(SOURCE.rglob("*.py"))
        if not (name := str(path.relative_to(SOURCE))).startswith(MAY_START)
        for line, reason in offences(ast.parse(path.read_text()))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "import subprocess",
        "from subprocess import run",
        "def f():\n    import multiprocessing.pool",
        "from concurrent.futures.process import ProcessPoolExecutor",
        "from os import execvp",
        "os.fork()",
        "os.spawnl(0, 'x')",
        "os.system('x')",
        "await asyncio.create_subprocess_exec('x')",
        "loop.subprocess_shell(f, 'x')",
        "ProcessPoolExecutor()",
        "mcp.client.stdio.stdio_client(server)",
    ],
)
def test_ways_to_start_one_are_noticed(source: str) -> None:
    assert list(offences(ast.parse(source)))


@pytest.mark.parametrize(
    "source", ["import os", "os.path.exists('x')", "session.execute(q)", "from os import environ"]
)
def test_harmless_lines_are_not(source: str) -> None:
    assert not list(offences(ast.parse(source)))
