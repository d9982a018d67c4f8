"""What the names of a Python file stand for, through imports, aliases and tricks."""

import ast
from collections.abc import Iterable
from typing import Final

from menon.apps.socratic.scan.python_rules import rule_of

_DEPTH: Final = 40
"""Steps that are followed from a name; a longer chain is no alias."""
_ROUNDS: Final = 4
"""Aliases of aliases of aliases."""
_BUILT_IN: Final = frozenset(
    {"eval", "exec", "compile", "execfile", "breakpoint", "getattr", "vars", "globals"}
    | {"__import__", "__builtins__"}
)


class Names:
    """The dotted names that local names stand for; scopes are one, so that nothing hides."""

    def __init__(self, nodes: Iterable[ast.AST]) -> None:
        self._known: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._stars: list[str] = []
        assigned: list[tuple[ast.expr, ast.expr]] = []
        for node in nodes:
            if isinstance(node, ast.Import):
                self._import(node)
            elif isinstance(node, ast.ImportFrom):
                self._import_from(node)
            elif isinstance(node, ast.Assign):
                assigned += [(target, node.value) for target in node.targets]
            elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
                assigned.append((node.target, node.value))
        for _ in range(_ROUNDS):
            before = len(self._known) + len(self._texts)
            for target, value in assigned:
                self._assign(target, value)
            if len(self._known) + len(self._texts) == before:
                break

    def dotted(self, node: ast.expr, depth: int = 0) -> str | None:
        """The full name of what an expression is, such as `os.system`; None where it is unknown."""
        if depth > _DEPTH:
            return None
        if isinstance(node, ast.Name):
            return self._name(node.id)
        if isinstance(node, ast.Attribute):
            return self._below(node.value, node.attr, depth)
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        if isinstance(node, ast.Subscript):
            return self._subscript(node, depth)
        return self.dotted(node.value, depth + 1) if isinstance(node, ast.NamedExpr) else None

    def text(self, node: ast.expr, depth: int = 0) -> str | None:
        """The value of a text that is put together from constants."""
        if depth > _DEPTH:
            return None
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.Name):
            return self._texts.get(node.id)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.text(node.left, depth + 1), self.text(node.right, depth + 1)
            return left + right if left is not None and right is not None else None
        if isinstance(node, ast.JoinedStr):
            parts = [self.text(part, depth + 1) for part in node.values]
            return "".join(p for p in parts if p is not None) if None not in parts else None
        return None

    def _name(self, name: str) -> str | None:
        if name in self._known:
            return self._known[name]
        if name in _BUILT_IN:
            return name
        # After `from os import *` any name may be one of them; the rules know which matter.
        starred = (f"{module}.{name}" for module in self._stars)
        return next((full for full in starred if rule_of(full) is not None), None)

    def _below(self, node: ast.expr, name: str, depth: int) -> str | None:
        holder = self.dotted(node, depth + 1)
        return None if holder is None else _joined(holder, name)

    def _call(self, node: ast.Call, depth: int) -> str | None:
        function = self.dotted(node.func, depth + 1)
        first = node.args[0] if node.args else None
        if first is None or function is None:
            return function if function in {"globals", "vars"} else None
        if function in {"__import__", "importlib.import_module", "importlib.__import__"}:
            return self.text(first)
        if function == "getattr" and len(node.args) > 1:
            name = self.text(node.args[1])
            return self._below(first, name, depth) if name is not None else None
        return self.dotted(first, depth + 1) if function == "vars" else None

    def _subscript(self, node: ast.Subscript, depth: int) -> str | None:
        key = self.text(node.slice)
        holder = self.dotted(node.value, depth + 1)
        if key is None or holder is None:
            return None
        if holder in {"sys.modules", "globals"}:
            return key
        return _joined(holder, key)

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            top = alias.name.split(".")[0]
            self._known[alias.asname or top] = alias.name if alias.asname else top

    def _import_from(self, node: ast.ImportFrom) -> None:
        if node.level or not node.module:
            return
        for alias in node.names:
            if alias.name == "*":
                self._stars.append(node.module)
            else:
                name = f"{node.module}.{alias.name}".removeprefix("builtins.")
                self._known[alias.asname or alias.name] = name

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            for one, other in zip(target.elts, value.elts, strict=False):
                self._assign(one, other)
        if not isinstance(target, ast.Name):
            return
        if (name := self.dotted(value)) is not None:
            self._known.setdefault(target.id, name)
        elif (text := self.text(value)) is not None and len(text) < 200:
            self._texts.setdefault(target.id, text)


def _joined(holder: str, name: str) -> str:
    if name in {"__dict__", "__call__"}:
        return holder
    # What Python keeps its built-in functions in, under either name.
    return name if holder in {"builtins", "__builtins__"} else f"{holder}.{name}"
