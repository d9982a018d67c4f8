"""Small ways to break code, as texts: what a good test notices. Pure; nothing is run."""

import ast
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["comparison", "boundary", "boolean", "constant", "arithmetic", "guard"]

_NEGATED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_SHIFTED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
_SWAPPED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
}
_SIZES: Final = frozenset({"String", "Unicode", "VARCHAR", "Numeric", "Float", "LargeBinary"})
"""Types of columns, whose sizes SQLite does not look at: a change of one changes nothing."""
_SILENT: Final = frozenset({"responses", "slots", "frozen", "kw_only", "repr", "index"})
"""Arguments that change what is documented or how fast it is, and nothing that a test can see; the
gate of the contract looks at `responses`."""
_LEAVES = (ast.Raise, ast.Return, ast.Continue, ast.Break)


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One file with one thing broken in it."""

    path: str
    kind: Kind
    line: int
    lines: tuple[int, int]
    """First and last of the statement: whoever runs one of them may notice."""
    before: str
    after: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class _Change:
    kind: Kind
    node: ast.expr
    statement: ast.stmt
    after: ast.expr


def mutants(path: str, content: bytes) -> list[Mutant]:
    """Every mutant of a file; none where it is no Python."""
    try:
        module = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    lines = content.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    found: list[Mutant] = []
    for change in _changes(module):
        node = change.node
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        after = f"({ast.unparse(change.after)})"
        # Lines below stay where they are, so that the coverage of the original still fits.
        breaks = content[start:end].count(b"\n")
        new = after.encode() + (b"\\\n" * breaks if breaks else b"")
        found.append(
            Mutant(
                path=path,
                kind=change.kind,
                line=node.lineno,
                lines=_header(change.statement),
                before=content[start:end].decode(errors="replace"),
                after=after,
                content=content[:start] + new + content[end:],
            )
        )
    return found


def sample(tree: Mapping[str, bytes], paths: tuple[str, ...], most: int, seed: int) -> list[Mutant]:
    """Up to so many mutants of these files, each file in turn; the same seed gives the same.

    Files take their turns by lot too: of a project with many, a few would else be always the same.
    """
    waiting = [
        sorted(mutants(path, tree[path]), key=lambda one: _lot(_text(one), seed))
        for path in sorted(paths, key=lambda path: _lot(path, seed))
    ]
    chosen: list[Mutant] = []
    while len(chosen) < most and any(waiting):
        chosen += [file.pop() for file in waiting if file]
    return sorted(chosen[:most], key=lambda one: (one.path, one.line, one.kind, one.after))


def _text(mutant: Mutant) -> str:
    return f"{mutant.path} {mutant.line} {mutant.kind} {mutant.before} {mutant.after}"


def _lot(text: str, seed: int) -> str:
    return hashlib.sha256(f"{seed} {text}".encode(errors="replace")).hexdigest()


def _header(statement: ast.stmt) -> tuple[int, int]:
    """The lines of a statement without those of its body."""
    body: list[ast.stmt] = getattr(statement, "body", [])
    end = statement.end_lineno or statement.lineno
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    start = min([statement.lineno, *(one.lineno for one in decorators)])
    return start, max(start, body[0].lineno - 1) if body else end


def _changes(module: ast.Module) -> Iterator[_Change]:
    waiting: list[ast.stmt] = list(module.body)
    while waiting:
        statement = waiting.pop(0)
        if _is_main(statement):
            continue
        yield from _of_statement(statement)
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, ast.stmt):
                waiting.append(child)
            elif isinstance(child, ast.ExceptHandler | ast.match_case):
                waiting += child.body


def _is_main(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and any(
        isinstance(node, ast.Name) and node.id in {"__name__", "TYPE_CHECKING"}
        for node in ast.walk(statement.test)
    )


def _of_statement(statement: ast.stmt) -> Iterator[_Change]:
    if isinstance(statement, ast.If) and isinstance(statement.body[-1], _LEAVES):
        never = ast.Constant(value=False)
        yield _Change(kind="guard", node=statement.test, statement=statement, after=never)
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            for node in _expressions(child):
                for kind, after in _of_expression(node):
                    yield _Change(kind=kind, node=node, statement=statement, after=after)


def _expressions(top: ast.AST) -> Iterator[ast.expr]:
    """What can be broken below a node so that it shows; f-strings keep no places."""
    waiting = [top]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.JoinedStr) or _is_size(node) or _is_silent(node):
            continue
        if isinstance(node, ast.expr):
            yield node
        waiting += ast.iter_child_nodes(node)


def _is_silent(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and node.arg in _SILENT


def _is_size(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    return (node.func.id if isinstance(node.func, ast.Name) else name) in _SIZES


def _of_expression(node: ast.expr) -> Iterator[tuple[Kind, ast.expr]]:
    for kind, make in _MAKERS:
        for after in make(node):
            yield kind, after


def _comparison(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        operator = _NEGATED[type(node.ops[0])]()
        yield ast.Compare(left=node.left, ops=[operator], comparators=node.comparators)


def _boundary(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _SHIFTED:
        operator = _SHIFTED[type(node.ops[0])]()
        yield ast.Compare(left=node.left, ops=[operator], comparators=node.comparators)


def _boolean(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BoolOp):
        swapped = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield ast.BoolOp(op=swapped, values=node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(value=not node.value)


def _constant(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
        yield ast.Constant(value=node.value + 1)  # type: ignore[operator]


def _arithmetic(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and type(node.op) in _SWAPPED:
        yield ast.BinOp(left=node.left, op=_SWAPPED[type(node.op)](), right=node.right)


_MAKERS: Final[tuple[tuple[Kind, Callable[[ast.expr], Iterator[ast.expr]]], ...]] = (
    ("comparison", _comparison),
    ("boundary", _boundary),
    ("boolean", _boolean),
    ("constant", _constant),
    ("arithmetic", _arithmetic),
)
