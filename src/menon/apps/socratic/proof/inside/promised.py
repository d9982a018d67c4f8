"""The tests that the files promise; read, not run."""

import ast
from collections.abc import Iterator
from pathlib import Path


def promised(folder: Path) -> tuple[set[str], list[str]]:
    """Ids without parameters of all tests below a folder, and the files that cannot be read."""
    wanted: set[str] = set()
    unreadable: list[str] = []
    for path in sorted({*folder.rglob("test_*.py"), *folder.rglob("*_test.py")}):
        name = path.as_posix()
        try:
            module = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError, RecursionError, MemoryError, OSError):
            unreadable.append(name)
        else:
            wanted.update(f"{name}::{test}" for test in _tests(module.body))
    return wanted, unreadable


def _tests(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("test") and not _is_fixture(node):
                yield node.name
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test") and _collected(node):
            yield from (f"{node.name}::{name}" for name in _tests(node.body))


def _is_fixture(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("fixture" in ast.unparse(decorator) for decorator in node.decorator_list)


def _collected(node: ast.ClassDef) -> bool:
    """Not one with a constructor, or that says that it is no test: pytest leaves those out."""
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.name == "__init__":
            return False
        if isinstance(part, ast.Assign) and "__test__" in map(ast.unparse, part.targets):
            return False
    return True
