"""JavaScript as a tree, by tree-sitter; the extra `studio` installs it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from menon.core.errors import NotConfigured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Language, Node, Parser, Tree

    from menon.apps.socratic.scan.javascript_names import Names

_LITERALS: Final = frozenset({"string", "number", "true", "false", "null", "undefined"})


def parsed(code: str) -> Tree:
    """The tree of a file; it always is one, with errors in it where there are some.

    Raises:
        NotConfigured: the parser is not installed.
    """
    return _parser().parse(code.encode("utf-8", "replace"))


@cache
def language() -> Language:
    """The grammar of JavaScript, loaded once."""
    try:
        import tree_sitter
        import tree_sitter_javascript
    except ImportError as error:
        said = "JavaScript needs a parser; install it with: uv pip install 'menon[studio]'"
        raise NotConfigured(said) from error
    return tree_sitter.Language(tree_sitter_javascript.language())


def _parser() -> Parser:
    grammar = language()  # first: it says how to install what is missing
    from tree_sitter import Parser

    return Parser(grammar)


def nodes(tree: Tree, deepest: int) -> Iterator[Node | None]:
    """Every node before those below it; None once, where something is nested too deeply."""
    cursor, depth, told = tree.walk(), 0, False
    while True:
        if cursor.node is not None:
            yield cursor.node
        if depth < deepest:
            if cursor.goto_first_child():
                depth += 1
                continue
        elif not told:
            told = True
            yield None
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            depth -= 1


def source(node: Node | None) -> str:
    """The text of a node."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def string(node: Node | None, names: Names | None = None, depth: int = 0) -> str | None:
    """The value of a text that is put together from constants; None where it is not one."""
    if node is None or depth > 40:
        return None
    if node.type == "string" or (
        node.type == "template_string"
        and all(part.type != "template_substitution" for part in node.named_children)
    ):
        return source(node)[1:-1]
    if node.type == "parenthesized_expression" and node.named_child_count == 1:
        return string(node.named_children[0], names, depth + 1)
    if node.type == "binary_expression" and source(node.child_by_field_name("operator")) == "+":
        left = string(node.child_by_field_name("left"), names, depth + 1)
        right = string(node.child_by_field_name("right"), names, depth + 1)
        return left + right if left is not None and right is not None else None
    if node.type == "identifier" and names is not None:
        return names.texts.get(source(node))
    return None


def literal(node: Node | None, names: Names) -> bool:
    """Whether a value stands in the code as it is."""
    if node is None:
        return True
    return node.type in _LITERALS or string(node, names) is not None


def textual(node: Node | None, names: Names) -> bool:
    """Whether a value is certainly a text: written, put together, or a template."""
    left = node
    for _ in range(40):
        if left is None or left.type != "binary_expression":
            break
        right = left.child_by_field_name("right")
        if right is not None and right.type in {"string", "template_string"}:
            return True
        left = left.child_by_field_name("left")
    if left is None:
        return False
    return left.type in {"string", "template_string"} or string(left, names) is not None


def arguments(node: Node) -> list[Node]:
    """The arguments of a call."""
    given = node.child_by_field_name("arguments")
    found = given.named_children if given is not None and given.type == "arguments" else []
    return [each for each in found if each.type != "comment"]
