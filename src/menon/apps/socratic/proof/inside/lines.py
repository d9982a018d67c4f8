"""Which lines of the project's code run, noted by the code itself.

A tracer is called for every function of every library, which takes two thirds as long again as the
tests themselves. Here each statement of the project's own files gets another one before it, which
notes its lines; `coverage` then says which statements there are.
"""

import ast
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

_NAME = "__menon_lines__"
_BODIES = ("body", "orelse", "finalbody")


class Lines(MetaPathFinder):
    """Takes part in every import from `start` on; other files are left alone."""

    def __init__(self, paths: Iterable[Path]) -> None:
        named = {os.path.realpath(path): path for path in paths}
        self._paths = {name: bytearray() for name in named}
        self._packages = {part.partition(".")[0] for path in named.values() for part in path.parts}

    def start(self) -> None:
        """From now on."""
        sys.meta_path.insert(0, self)

    def stop(self) -> None:
        """What is imported later is not noted."""
        sys.meta_path.remove(self)

    def ran(self) -> dict[str, list[int]]:
        """The lines that ran, by the real path of the file."""
        return {
            path: [number for number, ran in enumerate(noted) if ran]
            for path, noted in self._paths.items()
            if any(noted)
        }

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module as it would be found anyway, read by a loader that notes lines."""
        if fullname.partition(".")[0] not in self._packages:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        real = os.path.realpath(spec.origin) if spec and spec.origin else ""
        if spec is None or real not in self._paths or type(spec.loader) is not SourceFileLoader:
            return None
        spec.loader = _Loader(fullname, spec.loader.path, self._paths[real])
        return spec


class _Loader(SourceFileLoader):
    """Compiles a file anew, whatever bytecode lies beside it."""

    def __init__(self, fullname: str, path: str, noted: bytearray) -> None:
        super().__init__(fullname, path)
        self._noted = noted

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        source = self.get_data(path)
        more = source.count(b"\n") + source.count(b"\r") + 2 - len(self._noted)
        self._noted.extend(bytes(max(0, more)))
        tree = noting(ast.parse(source, path))
        return compile(tree, path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__[_NAME] = self._noted
        super().exec_module(module)


def noting(tree: ast.Module) -> ast.Module:
    """The module, which notes each line before it runs; its own line numbers stay."""
    tree.body = list(_noted(tree.body, []))
    return ast.fix_missing_locations(tree)


def _noted(body: list[ast.stmt], lines: list[int]) -> Iterator[ast.stmt]:
    """A block whose statements note their lines; the first one notes others as well."""
    waiting = list(lines)
    for at, statement in enumerate(body):
        waiting += [each.lineno for each in getattr(statement, "decorator_list", ())]
        waiting.append(statement.lineno)
        if not _leads(statement, first=at == 0):
            yield from (_note(line, statement) for line in waiting)
            waiting.clear()
        _descend(statement)
        yield statement
    # A block of a docstring alone, or of imports from the future.
    yield from (_note(line, body[-1]) for line in waiting)


def _leads(statement: ast.stmt, *, first: bool) -> bool:
    """Whether nothing may stand before it: a docstring, or an import from the future."""
    if isinstance(statement, ast.ImportFrom):
        return statement.module == "__future__"
    text = statement.value if isinstance(statement, ast.Expr) else None
    return first and isinstance(text, ast.Constant) and isinstance(text.value, str)


def _descend(statement: ast.stmt) -> None:
    for name in _BODIES:
        inner: list[ast.stmt] = getattr(statement, name, None) or []
        if inner:
            setattr(statement, name, list(_noted(inner, [])))
    # One that is taken says that those before it were looked at.
    tried: list[int] = []
    for branch in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        tried.append(getattr(branch, "lineno", 0) or branch.pattern.lineno)
        branch.body = list(_noted(branch.body, tried))


def _note(line: int, beside: ast.stmt) -> ast.stmt:
    """The statement `__menon_lines__[line] = 1`."""
    place = ast.Subscript(ast.Name(_NAME, ast.Load()), ast.Constant(line), ast.Store())
    return ast.copy_location(ast.Assign([place], ast.Constant(1)), beside)


def measured(lines: Mapping[str, list[int]], sources: Iterable[str]) -> dict[str, Any]:
    """By path: how many statements there are, and the lines of those that did not run.

    Raises:
        ImportError: `coverage` is not installed.
    """
    from coverage import Coverage

    coverage = Coverage(data_file=None, config_file=False)
    coverage.get_data().add_lines(lines)
    found: dict[str, Any] = {}
    for source in sources:
        path = os.path.realpath(source)
        try:
            _, statements, _, missing, _ = coverage.analysis2(path)
        except Exception as error:  # noqa: BLE001 - a file that cannot be parsed is named
            found[source] = {"statements": 1, "missing": [1], "problem": str(error)}
        else:
            found[source] = {"statements": len(statements), "missing": list(missing)}
    return found
