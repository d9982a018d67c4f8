"""What makes Python code slow without need, by reading it; nothing is run and nothing changed.

Each finding says where, why it is slow, and what to do instead. A shape that is fine at times, such
as a query in a loop over three things, is a hint of low severity.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from menon.apps.socratic.scan.finding import Finding, Rule

_ASKING: Final = frozenset({"execute", "scalar", "scalars", "query", "get_one", "commit", "flush"})
_STORES: Final = frozenset({"session", "db", "connection", "conn", "cursor", "bind"})
_BLOCKING: Final = frozenset(
    [
        "time.sleep",
        "subprocess.run",
        "subprocess.check_output",
        "os.system",
        "urllib.request.urlopen",
    ]
)
_HTTP: Final = frozenset({"requests", "urllib3"})
_COSTLY: Final = frozenset(
    {"re.compile", "create_engine", "httpx.Client", "httpx.AsyncClient", "sqlalchemy.create_engine"}
)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


_TEXT: Final = Rule("text-in-loop", "low", "A text grows in a loop, copied each time.")
_LIST: Final = Rule("list-membership", "low", "A list is searched in a loop.")
_NESTED: Final = Rule("nested-loops", "low", "Three loops stand in each other.")
_SORTED: Final = Rule("sorted-for-one", "low", "All is sorted, and the first is taken.")
_QUERY: Final = Rule("query-in-loop", "medium", "The database is asked in a loop.")
_COMMIT: Final = Rule("commit-in-loop", "medium", "Every turn of a loop is written for itself.")
_MADE: Final = Rule("made-in-loop", "medium", "Something costly is made anew for each turn.")
_BLOCKED: Final = Rule("blocking-in-async", "high", "A call stops every other request.")
_UNINDEXED: Final = Rule(
    "unindexed-key",
    "medium",
    "A foreign key has no index: deleting and joining read the whole table.",
)


@dataclass(frozen=True)
class _Place:
    """What stands around a node."""

    loops: int = 0
    waiting: bool = False
    """Inside an `async def`."""


def slow(text: str) -> list[Finding]:
    """What is slow in a module; nothing where it is no Python."""
    try:
        found = set(_look(ast.parse(text), _Place()))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return sorted(found, key=lambda one: (one.line, one.column, one.rule))


REMEDIES: Final[Mapping[str, str]] = {
    "query-in-loop": "Ask once before the loop, with `in_` or a join.",
    "commit-in-loop": "Commit once after the loop.",
    "text-in-loop": "Collect the parts in a list and join them once.",
    "blocking-in-async": "Use the asynchronous call, or `asyncio.to_thread`.",
    "made-in-loop": "Make it once, before the loop or at the top of the module.",
    "list-membership": "Keep the values in a set.",
    "unindexed-key": "Give the column `index=True`, or a unique constraint.",
    "nested-loops": "Look for a dictionary that answers what the innermost loop searches.",
    "sorted-for-one": "Use `min` or `max`.",
}
"""What to do about each rule."""


def _look(node: ast.AST, place: _Place) -> Iterator[Finding]:
    yield from _at(node, place)
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        place = _Place()
    elif isinstance(node, ast.AsyncFunctionDef):
        place = _Place(waiting=True)
    for child in ast.iter_child_nodes(node):
        inner = place
        if _repeats(node, child):
            inner = _Place(loops=place.loops + 1, waiting=place.waiting)
        yield from _look(child, inner)


def _repeats(node: ast.AST, child: ast.AST) -> bool:
    """Whether a part of a node is worked on again and again."""
    if isinstance(node, ast.For | ast.AsyncFor):
        return child in node.body
    if isinstance(node, ast.While):
        return child in node.body or child is node.test
    if isinstance(node, _COMPREHENSIONS):
        return child is not node.generators[0]
    return False


def _at(node: ast.AST, place: _Place) -> Iterator[Finding]:
    match node:
        case ast.Call():
            yield from _of_call(node, place)
        case ast.AugAssign(op=ast.Add(), value=value) if place.loops and _is_text(value):
            yield _TEXT.at(*_where(node))
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.List() as held]):
            if place.loops and len(held.elts) > 3:
                yield _LIST.at(*_where(node))
        case ast.For() | ast.AsyncFor() if place.loops >= 2:
            yield _NESTED.at(*_where(node))
        case ast.Subscript(value=ast.Call(func=ast.Name(id="sorted")), slice=ast.Constant(value=0)):
            yield _SORTED.at(*_where(node))
        case _:
            return


def _of_call(node: ast.Call, place: _Place) -> Iterator[Finding]:
    name = _name(node.func)
    owner, _, last = name.rpartition(".")
    if place.loops and last in _ASKING and owner.rpartition(".")[2] in _STORES:
        rule = _COMMIT if last in {"commit", "flush"} else _QUERY
        yield rule.at(*_where(node), f"`{name}` asks the database once for each turn.")
    if place.loops and name in _COSTLY:
        yield _MADE.at(*_where(node), f"`{name}` is made anew for each turn.")
    if place.waiting and (name in _BLOCKING or owner.partition(".")[0] in _HTTP):
        yield _BLOCKED.at(*_where(node), f"`{name}` stops every other request.")
    if last in {"mapped_column", "Column"} and _points(node) and not _is_found(node):
        yield _UNINDEXED.at(*_where(node))


def _points(node: ast.Call) -> bool:
    return any(
        isinstance(one, ast.Call) and _name(one.func).rpartition(".")[2] == "ForeignKey"
        for one in node.args
    )


def _is_found(node: ast.Call) -> bool:
    """Whether a column has an index of some kind."""
    return any(
        word.arg in {"index", "unique", "primary_key"}
        and isinstance(word.value, ast.Constant)
        and word.value.value is True
        for word in node.keywords
    )


def _where(node: ast.expr | ast.stmt) -> tuple[int, int]:
    return node.lineno, node.col_offset + 1


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or _is_text(node.right)
    constant = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return constant or isinstance(node, ast.JoinedStr)


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            around = _name(value)
            return f"{around}.{attr}" if around else attr
        case _:
            return ""
