"""Python, read by its own parser; nothing of it is run."""

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from typing import Final

from menon.apps.socratic.scan import python_rules as rules
from menon.apps.socratic.scan.finding import FOREIGN, SYNTAX, TOO_DEEP, Finding, Rule
from menon.apps.socratic.scan.python_names import Names
from menon.apps.socratic.scan.secrets import of_name, of_value

_SQL: Final = re.compile(
    r"\s*(?:select\b.{0,500}?\bfrom|insert\s+into|update\b.{0,200}?\bset|delete\s+from"
    r"|drop\s+(?:table|database)|alter\s+table|create\s+table|truncate\s+table|merge\s+into)\b",
    re.IGNORECASE | re.DOTALL,
)
_LOUD: Final = re.compile(r"\s*[A-Z]{4}")
"""A text that nobody is seen to execute is SQL only if it shouts: prose selects from things too."""
_EXECUTES: Final = frozenset(
    {"execute", "executemany", "executescript", "exec_driver_sql", "raw", "text", "read_sql"}
)
_SEEN: Final = (
    *(ast.AnnAssign, ast.Assign, ast.Attribute, ast.BinOp, ast.Call, ast.Constant, ast.Dict),
    *(ast.Import, ast.ImportFrom, ast.JoinedStr, ast.Name, ast.NamedExpr, ast.Subscript),
    *(ast.arguments, ast.keyword),
)
"""The kinds of syntax that anything is said of."""
_NAMING: Final = (ast.AnnAssign, ast.Assign, ast.Dict, ast.arguments, ast.keyword)


def scan_python(code: str, allowed: frozenset[str]) -> Iterator[Finding]:
    """The findings in a Python file, in no order."""
    tree = _parsed(code)
    if isinstance(tree, Finding):
        yield tree
        return
    lines = code.split("\n")
    nodes = [node for node in ast.walk(tree) if isinstance(node, _SEEN)]
    reader = _Reader(Names(nodes), allowed, nodes)
    for node in nodes:
        for at, rule, text in reader.look(node):
            yield rule.at(at.lineno, _column(lines, at), text)


def _parsed(code: str) -> ast.Module | Finding:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in texts: odd, not wrong
            return ast.parse(code)
    except SyntaxError as error:
        text = f"The code is no Python: {error.msg}."
        if "too many nested" in error.msg or "too many statically" in error.msg:
            return TOO_DEEP.at(error.lineno or 1, max(error.offset or 1, 1))
        return SYNTAX.at(max(error.lineno or 1, 1), max(error.offset or 1, 1), text)
    except ValueError as error:  # NUL, lone surrogates
        return SYNTAX.at(1, 1, f"The code is no Python: {error}.")
    except (RecursionError, MemoryError):
        return TOO_DEEP.at(1, 1)


_Found = tuple[ast.expr | ast.stmt, Rule, str]


class _Reader:
    """Looks at one node after the other."""

    def __init__(self, names: Names, allowed: frozenset[str], nodes: Sequence[ast.AST]) -> None:
        self._names, self._allowed = names, allowed
        self._sql = set[str]()
        # Of a + b + c only the whole is looked at, or a long sum would take forever.
        self._inner = {id(n.left) for n in nodes if isinstance(n, ast.BinOp)}
        for node in nodes:
            if isinstance(node, ast.Assign) and self._formatted(node.value):
                self._sql |= {_last(target) for target in node.targets}

    def look(self, node: ast.AST) -> Iterator[_Found]:
        """The findings at a node itself."""
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from self._imports(node)
        elif isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            yield from self._reference(node)
        elif isinstance(node, ast.Call):
            yield from self._call(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if (rule := of_value(node.value)) is not None:
                yield node, rule, ""
        elif (
            isinstance(node, ast.BinOp | ast.JoinedStr)
            and id(node) not in self._inner
            and self._formatted(node)
            and _LOUD.match(_head(node) or "")
        ):
            yield node, rules.SQL_TEXT, ""
        elif isinstance(node, _NAMING):
            yield from _secrets(node)

    def _imports(self, node: ast.Import | ast.ImportFrom) -> Iterator[_Found]:
        if isinstance(node, ast.ImportFrom) and node.level:
            return
        modules = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            for name in modules:
                if (rule := rules.rule_of(f"{node.module}.{name}")) is not None:
                    yield node, rule, ""
            modules = [node.module or ""]
        for module in modules:
            top = module.split(".")[0]
            if top in rules.IMPORTS:
                yield node, rules.IMPORTS[top], ""
            elif top not in self._allowed:
                yield node, FOREIGN, f"`{top}` is not part of this stack; remove or allow it."

    def _reference(self, node: ast.Name | ast.Attribute | ast.Subscript) -> Iterator[_Found]:
        if isinstance(node, ast.Attribute) and node.attr in rules.HIDDEN:
            yield node, rules.INTROSPECTION, ""
        if not isinstance(node.ctx, ast.Load):
            return
        name = self._names.dotted(node)
        if name is not None and (rule := rules.rule_of(name)) is not None:
            yield node, rule, ""

    def _call(self, node: ast.Call) -> Iterator[_Found]:
        name = self._names.dotted(node.func) or ""
        yield from self._keywords(node)
        if name in {"yaml.load", "yaml.load_all"}:
            if not self._safe_loader(node):
                yield node, rules.YAML, ""
        elif name in {"hashlib.md5", "hashlib.sha1", "hashlib.new"} and self._weak(node, name):
            yield node, rules.HASH, ""
        elif name == "getattr" and len(node.args) > 1:
            yield from self._getattr(node)
        if (made := self._names.dotted(node)) and (rule := rules.rule_of(made)):
            yield node, rule, ""
        if node.args and _last(node.func) in _EXECUTES and self._formatted(node.args[0]):
            yield node, rules.SQL, ""

    def _keywords(self, node: ast.Call) -> Iterator[_Found]:
        for keyword in node.keywords:
            value = keyword.value
            constant = value.value if isinstance(value, ast.Constant) else None
            if keyword.arg == "shell" and not (isinstance(value, ast.Constant) and not constant):
                yield node, rules.SHELL if constant else rules.SHELL_MAYBE, ""
            elif keyword.arg == "verify" and constant is False:
                yield node, rules.TLS, ""
            elif keyword.arg == "allow_pickle" and constant is True:
                yield node, rules.ALLOW_PICKLE, ""
            elif keyword.arg == "debug" and constant is True and _last(node.func) == "run":
                yield node, rules.DEBUG, ""

    def _getattr(self, node: ast.Call) -> Iterator[_Found]:
        text = self._names.text(node.args[1])
        if text in rules.HIDDEN:
            yield node, rules.INTROSPECTION, ""
        holder = self._names.dotted(node.args[0])
        if text is None and holder in rules.DANGEROUS:
            yield node, rules.DYNAMIC, ""

    def _safe_loader(self, node: ast.Call) -> bool:
        given = node.args[1:] + [k.value for k in node.keywords if k.arg == "Loader"]
        names = [self._names.dotted(each) or "" for each in given]
        return any(name.endswith(("SafeLoader", "BaseLoader")) for name in names)

    def _weak(self, node: ast.Call, name: str) -> bool:
        for keyword in node.keywords:
            told = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
            if keyword.arg == "usedforsecurity" and told is False:
                return False
        if name != "hashlib.new":
            return True
        chosen = self._names.text(node.args[0]) if node.args else None
        return (chosen or "").lower().replace("-", "") in {"md5", "sha1"}

    def _formatted(self, node: ast.expr) -> bool:
        """Whether a text that begins like SQL has values put into it."""
        if isinstance(node, ast.Name):
            return node.id in self._sql
        head = _head(node)
        return head is not None and bool(_SQL.match(head)) and self._names.text(node) is None


def _head(node: ast.expr) -> str | None:
    """The constant parts of a text that is put together; None where it is not."""
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "?" for part in node.values]
        return "".join(map(str, parts))
    if isinstance(node, ast.Call):
        called = node.func
        if isinstance(called, ast.Attribute) and called.attr == "format":
            return _text(called.value)
        return None
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add | ast.Mod):
        return None
    texts: list[str] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp):  # a + b + c leans to the left
        texts.append(_constant(left.right))
        left = left.left
    return "".join([_constant(left), *reversed(texts)])


def _constant(node: ast.expr) -> str:
    """The text of a constant; what stands in the place of anything else is `?`."""
    if isinstance(node, ast.JoinedStr):
        return _head(node) or "?"
    text = _text(node)
    return "?" if text is None else text


def _text(node: ast.expr) -> str | None:
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) else None


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _secrets(node: ast.AST) -> Iterator[_Found]:
    pairs: list[tuple[str, ast.expr]] = []
    if isinstance(node, ast.Assign):
        pairs = [(_last(target), node.value) for target in node.targets]
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        pairs = [(_last(node.target), node.value)]
    elif isinstance(node, ast.keyword):
        pairs = [(node.arg or "", node.value)]
    elif isinstance(node, ast.Dict):
        pairs = [
            (_constant(key), value)
            for key, value in zip(node.keys, node.values, strict=True)
            if key is not None
        ]
    elif isinstance(node, ast.arguments):
        pairs = _defaults(node)
    for name, value in pairs:
        text = _text(value)
        if text is not None and (rule := of_name(name, text)) is not None:
            yield value, rule, ""


def _defaults(node: ast.arguments) -> list[tuple[str, ast.expr]]:
    first = [*node.posonlyargs, *node.args]
    late = first[len(first) - len(node.defaults) :]
    named = zip(node.kwonlyargs, node.kw_defaults, strict=True)
    pairs = [(arg.arg, value) for arg, value in zip(late, node.defaults, strict=True)]
    return [*pairs, *((arg.arg, value) for arg, value in named if value is not None)]


def _column(lines: list[str], node: ast.expr | ast.stmt) -> int:
    """The column in characters: the parser counts bytes."""
    line = lines[node.lineno - 1] if node.lineno <= len(lines) else ""
    if len(line) > 5_000:  # of one line of code everything is found
        return node.col_offset + 1
    return len(line.encode("utf-8", "replace")[: node.col_offset].decode("utf-8", "ignore")) + 1
