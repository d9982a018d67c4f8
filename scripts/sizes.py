"""The size ratchet: files, functions and entry points stay small; the exceptions only shrink."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILE, FUNCTION, ENTRY = 300, 40, 12
ENTRY_FILES = {"routes.py", "pages.py", "tools.py", "jobs.py", "cli.py"}
ALLOWED = ROOT / "scripts" / "sizes.txt"
EXEMPT = ("src/menon/migrations/versions/",)


def findings() -> Iterator[tuple[str, int]]:
    """Everything that is too large, as `path[:function]` and its lines."""
    for path in sorted([*ROOT.glob("src/**/*.py"), *ROOT.glob("tests/**/*.py")]):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(EXEMPT):
            continue
        text = path.read_text()
        lines = text.count("\n")
        if lines > FILE:
            yield name, lines
        if name.startswith("src/"):
            yield from _functions(name, ast.parse(text))


def _functions(name: str, tree: ast.Module) -> Iterator[tuple[str, int]]:
    public = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        size = _body(node)
        routes = id(node) in public and bool(node.decorator_list)
        entry = Path(name).name.endswith(tuple(ENTRY_FILES)) and "/features/" in name
        limit = ENTRY if entry and routes else FUNCTION
        if size > limit:
            yield f"{name}:{node.name}", size


def _body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without its docstring."""
    body = node.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def main() -> int:
    """Compare with the exceptions; both a new one and one that shrank want an edit."""
    allowed = {}
    for line in ALLOWED.read_text().splitlines():
        if line and not line.startswith("#"):
            name, size = line.rsplit(" ", 1)
            allowed[name] = int(size)
    found = dict(findings())
    wrong = [
        f"{name}: {size} lines, {allowed.get(name, 'none')} allowed; split it"
        for name, size in found.items()
        if size > allowed.get(name, 0)
    ]
    wrong += [
        f"{name}: {found.get(name, 'gone')}, {size} allowed; lower the exception"
        for name, size in allowed.items()
        if found.get(name, 0) < size
    ]
    sys.stdout.write("\n".join(wrong) + ("\n" if wrong else ""))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
