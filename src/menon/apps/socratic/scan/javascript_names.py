"""What the names of a JavaScript file stand for, through imports, aliases and tricks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from menon.apps.socratic.scan.javascript_rules import GLOBALS
from menon.apps.socratic.scan.javascript_syntax import arguments, source, string

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

_DEPTH: Final = 40
_ROUNDS: Final = 4
_KNOWN: Final = frozenset({"eval", "Function", "document", "process", "require", "execScript"})


class Names:
    """The full names that local names stand for; scopes are one, so that nothing hides."""

    def __init__(self, found: Sequence[Node]) -> None:
        self._known: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        pairs: list[tuple[Node, Node]] = []
        for node in found:
            if node.type == "import_statement":
                self._import(node)
            elif node.type in {"variable_declarator", "assignment_expression"}:
                first, second = (
                    ("name", "value") if node.type == "variable_declarator" else ("left", "right")
                )
                target, value = node.child_by_field_name(first), node.child_by_field_name(second)
                if target is not None and value is not None:
                    pairs.append((target, value))
        for _ in range(_ROUNDS):
            before = len(self._known) + len(self.texts)
            for target, value in pairs:
                self._assign(target, value)
            if before == len(self._known) + len(self.texts):
                break

    def full(self, node: Node | None, depth: int = 0) -> str | None:
        """The full name of what an expression is, such as `child_process.exec`."""
        if node is None or depth > _DEPTH:
            return None
        kind = node.type
        if kind == "identifier":
            name = source(node)
            return self._known.get(name) or (name if name in _KNOWN | GLOBALS else None)
        if kind in {"member_expression", "subscript_expression"}:
            return self._member(node, depth)
        if kind in {"parenthesized_expression", "sequence_expression", "await_expression"}:
            last = node.named_children[-1] if node.named_child_count else None
            return self.full(last, depth + 1)
        return module_of(node, self) if kind == "call_expression" else None

    def _member(self, node: Node, depth: int) -> str | None:
        name = self.key(node)
        if name == "constructor" and _is_constructor(node):
            return "Function"
        holder = self.full(node.child_by_field_name("object"), depth + 1)
        if holder is None or name is None:
            return None
        if name in {"call", "apply", "bind", "default"}:
            return holder
        return name if holder in GLOBALS else f"{holder}.{name}"

    def key(self, node: Node) -> str | None:
        """The name after the dot or between the brackets."""
        if node.type == "subscript_expression":
            return string(node.child_by_field_name("index"), self)
        return source(node.child_by_field_name("property")) or None

    def _import(self, node: Node) -> None:
        module = plain_module(string(node.child_by_field_name("source")) or "")
        clauses = [each for each in node.named_children if each.type == "import_clause"]
        for part in (part for clause in clauses for part in clause.named_children):
            if part.type == "identifier":
                self._known[source(part)] = module
            elif part.type == "namespace_import":
                self._known[source(part.named_children[-1])] = module
            elif part.type == "named_imports":
                for each in part.named_children:
                    name = source(each.child_by_field_name("name"))
                    alias = source(each.child_by_field_name("alias")) or name
                    self._known[alias] = f"{module}.{name}"

    def _assign(self, target: Node, value: Node) -> None:
        name = self.full(value)
        if target.type == "identifier":
            if name is not None:
                self._known.setdefault(source(target), name)
            elif (text := string(value, self)) is not None and len(text) < 200:
                self.texts.setdefault(source(target), text)
        elif target.type == "object_pattern" and name is not None:
            prefix = "" if name in GLOBALS else f"{name}."
            for part in target.named_children:
                if part.type == "shorthand_property_identifier_pattern":
                    self._known.setdefault(source(part), f"{prefix}{source(part)}")
                elif part.type == "pair_pattern":
                    key = source(part.child_by_field_name("key")).strip("'\"")
                    local = source(part.child_by_field_name("value"))
                    self._known.setdefault(local, f"{prefix}{key}")


def plain_module(name: str) -> str:
    """The name of a module without Node's prefix."""
    return name.removeprefix("node:")


def module_of(node: Node, names: Names) -> str | None:
    """The module that `require("x")` or `import("x")` loads."""
    if not loads(node.child_by_field_name("function")):
        return None
    given = arguments(node)
    name = string(given[0], names) if given else None
    return plain_module(name) if name is not None else None


def loads(function: Node | None) -> bool:
    """Whether a function is `require`, that of another module, or `import`."""
    if function is None:
        return False
    if function.type == "member_expression":
        return source(function.child_by_field_name("property")) == "require"
    return function.type == "import" or source(function) == "require"


def _is_constructor(node: Node) -> bool:
    """`x.constructor.constructor`, or that of a function, is `Function` itself."""
    holder = node.child_by_field_name("object")
    if holder is None:
        return False
    if holder.type == "parenthesized_expression" and holder.named_child_count:
        holder = holder.named_children[0]
    if holder.type in {"arrow_function", "function_expression"}:
        return True
    return holder.type == "member_expression" and source(
        holder.child_by_field_name("property")
    ) in {"constructor", "filter", "map", "toString", "bind"}
