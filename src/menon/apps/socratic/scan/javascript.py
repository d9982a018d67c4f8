"""JavaScript, read by a real parser; nothing of it is run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from menon.apps.socratic.scan import javascript_rules as rules
from menon.apps.socratic.scan.finding import (
    DEEPEST,
    FOREIGN,
    SYNTAX,
    TOO_DEEP,
    Finding,
    Rule,
)
from menon.apps.socratic.scan.javascript_names import Names, loads, module_of, plain_module
from menon.apps.socratic.scan.javascript_syntax import (
    arguments,
    literal,
    nodes,
    parsed,
    source,
    string,
    textual,
)
from menon.apps.socratic.scan.secrets import of_name, of_value
from menon.kit.text import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_ERRORS: Final = 20
"""Places that cannot be read: after the first few they follow from each other."""
_CALLS: Final = frozenset({"call_expression", "new_expression"})
_KINDS: Final = frozenset(
    {
        *_CALLS,
        "assignment_expression",
        "augmented_assignment_expression",
        "export_statement",
        "identifier",
        "import_statement",
        "jsx_attribute",
        "member_expression",
        "pair",
        "string",
        "subscript_expression",
        "template_string",
        "variable_declarator",
    }
)
_SCRIPT: Final = re.compile(r"\s*j\s*a\s*v\s*a\s*s\s*c\s*r\s*i\s*p\s*t\s*:", re.IGNORECASE)

_Found = tuple[Rule, str]


def scan_javascript(code: str, allowed: frozenset[str]) -> Iterator[Finding]:
    """The findings in a JavaScript file (ECMAScript modules, CommonJS, JSX), in no order."""
    found: list[Node] = []
    errors = 0
    for node in nodes(parsed(code), DEEPEST):
        if node is None:
            yield TOO_DEEP.at(1, 1)
        elif node.is_missing or node.is_error:
            errors += 1
            if errors <= _ERRORS:
                yield _at(node, SYNTAX, _unread(node))
        elif node.type in _KINDS and node.is_named:
            found.append(node)
    reader = _Reader(Names(found), allowed)
    for node in found:
        for rule, text in reader.look(node):
            yield _at(node, rule, text)


def _at(node: Node, rule: Rule, text: str = "") -> Finding:
    return rule.at(node.start_point[0] + 1, node.start_point[1] + 1, text)


def _unread(node: Node) -> str:
    if node.is_missing:
        return f"The code is no JavaScript: here {node.type!r} is missing."
    return f"The code is no JavaScript: {shorten(source(node)[:200], 60)!r} is not expected here."


class _Reader:
    """Looks at one node after the other."""

    def __init__(self, names: Names, allowed: frozenset[str]) -> None:
        self._names, self._allowed = names, allowed

    def look(self, node: Node) -> Iterator[_Found]:
        """The findings at a node itself."""
        kind = node.type
        if kind in _CALLS:
            yield from self._call(node)
        elif kind in {"identifier", "member_expression", "subscript_expression"}:
            name = self._names.full(node)
            if name is not None and (rule := rules.rule_of(name)) is not None:
                yield rule, ""
        elif kind in {"import_statement", "export_statement"}:
            yield from self._module(string(node.child_by_field_name("source")))
        elif kind in {"assignment_expression", "augmented_assignment_expression"}:
            yield from self._assignment(node)
        elif kind == "jsx_attribute":
            yield from self._attribute(node)
        elif kind in {"string", "template_string"}:
            yield from self._text(source(node)[1:-1])
        else:
            name, value = ("key", "value") if kind == "pair" else ("name", "value")
            yield from self._named(node, name, value)

    def _call(self, node: Node) -> Iterator[_Found]:
        function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        given = arguments(node)
        first = given[0] if given else None
        name = self._names.full(function) or source(function)[:200]
        plain = name.rpartition(".")[2] if name.split(".")[0] in rules.GLOBALS else name
        if plain in rules.TIMERS and textual(first, self._names):
            yield rules.TIMER, ""
        elif name in rules.WRITES:
            said = all(literal(each, self._names) for each in given)
            yield (rules.WRITE_TEXT if said else rules.WRITE), ""
        elif name.endswith("insertAdjacentHTML") and len(given) > 1:
            if not literal(given[1], self._names):
                yield rules.INNER, ""
        elif loads(function) and first is not None:
            module = module_of(node, self._names)
            if module is None:
                yield rules.DYNAMIC, ""
            yield from self._module(module)

    def _module(self, name: str | None) -> Iterator[_Found]:
        if name is None:
            return
        if name.startswith(("http:", "https:", "//", "data:")):
            yield rules.REMOTE, f"Code is loaded from {shorten(name, 100)!r}; ship it."
            return
        if name.startswith((".", "/", "#", "@/", "~/")):
            return
        plain = plain_module(name)
        parts = plain.split("/")
        top = "/".join(parts[:2]) if plain.startswith("@") else parts[0]
        if top in rules.MODULES:
            yield rules.MODULES[top], ""
        elif top not in self._allowed:
            text = f"`{shorten(top, 100)}` is not part of this stack; remove or allow it."
            yield FOREIGN, text

    def _assignment(self, node: Node) -> Iterator[_Found]:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return
        if left.type in {"member_expression", "subscript_expression"}:
            key = self._names.key(left)
            if key in rules.SINKS and not literal(right, self._names):
                yield rules.INNER, f"`{key}`: it makes HTML of text; use `textContent`."
        if node.type == "assignment_expression":
            yield from self._named(node, "left", "right")

    def _attribute(self, node: Node) -> Iterator[_Found]:
        if node.named_child_count and source(node.named_children[0]) == "dangerouslySetInnerHTML":
            yield rules.DANGEROUSLY, ""

    def _text(self, text: str) -> Iterator[_Found]:
        if _SCRIPT.match(text[:100]):
            yield rules.ADDRESS, ""
        if (rule := of_value(text)) is not None:
            yield rule, ""

    def _named(self, node: Node, name: str, value: str) -> Iterator[_Found]:
        target = node.child_by_field_name(name)
        text = string(node.child_by_field_name(value), self._names)
        if target is None or text is None:
            return
        called = source(target)[-200:].strip("'\"").rpartition(".")[2]
        if called == "dangerouslySetInnerHTML":
            yield rules.DANGEROUSLY, ""
        if (rule := of_name(called, text)) is not None:
            yield rule, ""
