"""What a file says of itself: what it needs, what it is for, how many paths lead through it; pure.

Python is read as a tree and never run; of other files the first words are taken.
"""

import ast
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from menon.kit.text import shorten

_LARGEST: Final = 400_000
_MOST: Final = 200
_LONGEST: Final = 2_000
_REQUIRED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)", re.MULTILINE)
_TEMPLATE = re.compile(r"{%-?\s*(?:extends|include|import|from)\s+[\"']([^\"']+)[\"']")
_SCRIPT = re.compile(r"(?:\bfrom|\bimport|\brequire\()\s*[\"']([^\"']+)[\"']")
_HEADING = re.compile(r"^#+\s+(.+)$", re.MULTILINE)
_REMARK = re.compile(r"\A(?:#!.*\n)?((?:[ \t]*(?:#|//)[^\n]*\n?)+)")


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """Read from one file."""

    dependencies: tuple[str, ...] = ()
    """Modules, packages or files that it names as needed, by name."""
    documentation: str = ""
    """What it says at its head."""
    complexity: float | None = None
    """The most paths through one of its functions; None where there is none."""


def of_tree(contents: Mapping[str, bytes]) -> dict[str, FileFacts]:
    """The facts of all files, by path."""
    return {path: of_file(path, body) for path, body in contents.items()}


def of_file(path: str, body: bytes) -> FileFacts:
    """The facts of one file; none of one that is binary, too large or broken."""
    if len(body) > _LARGEST or b"\0" in body:
        return FileFacts()
    text = body.decode(errors="replace")
    ending = posixpath.splitext(path)[1].lower()
    if ending == ".py":
        return _python(text)
    if ending == ".md":
        heading = _HEADING.search(text)
        return FileFacts(documentation=shorten(heading[1].strip(), _LONGEST) if heading else "")
    return FileFacts(dependencies=_named(path, ending, text), documentation=_remark(text))


def paths_through(body: Iterable[ast.stmt]) -> int:
    """How many more paths statements open, as McCabe counts them."""
    found = 0
    for node in body:
        for child in ast.walk(node):
            match child:
                case ast.If() | ast.For() | ast.AsyncFor() | ast.While() | ast.ExceptHandler():
                    found += 1
                case ast.match_case():
                    found += 0 if _is_any(child) else 1
                case _:
                    continue
    return found


def _is_any(case: ast.match_case) -> bool:
    pattern = case.pattern
    return case.guard is None and isinstance(pattern, ast.MatchAs) and pattern.pattern is None


def _python(text: str) -> FileFacts:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return FileFacts()
    functions = [
        1 + paths_through(node.body)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return FileFacts(
        dependencies=_sorted(_imports(tree)),
        documentation=shorten((ast.get_docstring(tree) or "").strip(), _LONGEST),
        complexity=float(max(functions)) if functions else None,
    )


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def _named(path: str, ending: str, text: str) -> tuple[str, ...]:
    if posixpath.basename(path).startswith("requirements") and ending == ".txt":
        return _sorted(_REQUIRED.findall(text))
    if ending in {".html", ".j2", ".jinja"}:
        return _sorted(_TEMPLATE.findall(text))
    if ending in {".js", ".mjs", ".ts"}:
        return _sorted(_SCRIPT.findall(text[:20_000]))
    return ()


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))[:_MOST]


def _remark(text: str) -> str:
    """The comment at the head of a file."""
    found = _REMARK.match(text)
    if not found:
        return ""
    lines = (line.strip().lstrip("#/").strip() for line in found[1].splitlines())
    return shorten(" ".join(line for line in lines if line), _LONGEST)
