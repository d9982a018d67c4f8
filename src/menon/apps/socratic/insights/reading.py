"""What can be read from texts and code without a model."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from menon.apps.socratic.aside import aside
from menon.apps.socratic.codebases import making
from menon.apps.socratic.codebases import service as codebases
from menon.core.auth import Principal
from menon.core.errors import InvalidInput
from menon.core.runtime import Runtime
from menon.engine.analysis.analyze import Analysis, analyze, summarize
from menon.engine.analysis.summary import Length

_LONGEST = 200_000

InT = TypeVar("InT")
OutT = TypeVar("OutT")


async def aside_chunks(cut: Callable[[InT], OutT], body: InT) -> OutT:
    """Pieces of a text, cut in a thread."""
    return await aside(partial(cut, body))


async def summary(text: str, length: str) -> dict[str, Any]:
    """The sentences that stand for a text.

    Raises:
        InvalidInput: it is empty or too long, or there is no such length.
    """
    try:
        wanted = Length(length)
    except ValueError:
        known = ", ".join(Length)
        raise InvalidInput(f"There is no length {length[:40]!r}; there are {known}.") from None
    return await aside(partial(summarize, _checked(text), wanted))


async def knowledge(text: str) -> dict[str, Any]:
    """The names and topics of a text."""
    checked = _checked(text)
    return {
        "entities": await aside(partial(analyze, checked, Analysis.ENTITIES)),
        "topics": await aside(partial(analyze, checked, Analysis.TOPICS)),
    }


async def structure(code: str) -> dict[str, Any]:
    """The imports, classes and functions of Python code.

    Raises:
        InvalidInput: it is no Python.
    """
    return await aside(partial(_structure, _checked(code)))


async def repository(runtime: Runtime, who: Principal, codebase_id: str) -> dict[str, Any]:
    """Of which languages, folders and sizes a codebase is made."""
    found = await codebases.get(runtime, who, codebase_id)
    listed: list[dict[str, Any]] = (await making.told(runtime, who, codebase_id))["files"]
    kinds: Counter[str] = Counter()
    purposes: Counter[str] = Counter()
    for one in listed:
        kinds[one["file_type"]] += one["size_bytes"]
        purposes[one["file_purpose"]] += 1
    largest = sorted(listed, key=lambda one: -one["size_bytes"])[:5]
    return {
        "codebase_id": codebase_id,
        "files": len(listed),
        "bytes": sum(one["size_bytes"] for one in listed),
        "bytes_by_language": dict(kinds.most_common()),
        "files_by_purpose": dict(purposes.most_common()),
        "largest": [{"path": o["file_path"], "bytes": o["size_bytes"]} for o in largest],
        "style": found.architecture_type,
    }


def _structure(code: str) -> dict[str, Any]:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        raise InvalidInput(f"This is no Python (line {line}): {error}") from error
    return {
        "imports": sorted(set(_imports(tree))),
        "classes": [
            {
                "name": node.name,
                "line": node.lineno,
                "bases": [ast.unparse(base) for base in node.bases],
                "methods": [_function(one) for one in node.body if _is_function(one)],
            }
            for node in tree.body
            if isinstance(node, ast.ClassDef)
        ],
        "functions": [_function(one) for one in tree.body if _is_function(one)],
        "lines": code.count("\n") + 1,
    }


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def _is_function(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _function(node: Any) -> dict[str, Any]:
    return {
        "name": node.name,
        "line": node.lineno,
        "arguments": [one.arg for one in (*node.args.posonlyargs, *node.args.args)],
        "async": isinstance(node, ast.AsyncFunctionDef),
    }


def _checked(text: str) -> str:
    if not text.strip() or len(text) > _LONGEST:
        raise InvalidInput(f"Send 1 to {_LONGEST:,} characters of text.")
    return text
