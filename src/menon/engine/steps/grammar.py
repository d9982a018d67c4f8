"""The grammar of workflow expressions: text to a small tree, never code.

expression  := conjunction ("or" conjunction)*
conjunction := negation ("and" negation)*
negation    := "not" negation | comparison
comparison  := operand (("==" | "!=" | "<" | "<=" | ">" | ">=" | "in") operand)?
operand     := literal | list | call | path | "(" expression ")"
path        := name ("." name | "[" (integer | string) "]")*
call        := function "(" (expression ("," expression)*)? ")"
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Never

LONGEST: Final = 2000
"""Characters of one expression."""
DEEPEST: Final = 24
"""Brackets, calls and negations inside each other."""

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>-?\d{1,18}(?:\.\d{1,18})?(?![\w.]))
      | (?P<text>"(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*')
      | (?P<name>[A-Za-z_][A-Za-z0-9_-]*)
      | (?P<sign>==|!=|<=|>=|[<>()\[\],.])
    )""",
    re.VERBOSE,
)
_CONSTANTS: Final = {"true": True, "false": False, "null": None}
_WORDS: Final = frozenset({"and", "or", "not", "in"})
_COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">=", "in"})

ARITY: Final[Mapping[str, tuple[int, int]]] = {
    "contains": (2, 2),
    "default": (2, 2),
    "ends_with": (2, 2),
    "exists": (1, 1),
    "first": (1, 1),
    "join": (2, 2),
    "json": (1, 1),
    "keys": (1, 1),
    "last": (1, 1),
    "length": (1, 1),
    "lower": (1, 1),
    "number": (1, 1),
    "starts_with": (2, 2),
    "text": (1, 1),
    "trim": (1, 1),
    "upper": (1, 1),
}
"""The functions there are, each with its fewest and most arguments."""


class ExpressionError(ValueError):
    """An expression is malformed, or does not fit what it is about."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: str | float | bool | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of expressions."""

    items: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Path:
    """Where a value stands: the name at its root, then keys and positions."""

    parts: tuple[str | int, ...]

    def __str__(self) -> str:
        first, *rest = self.parts
        steps = (
            f".{p}" if isinstance(p, str) and _plain(p) else f"[{json.dumps(p)}]" for p in rest
        )
        return f"{first}{''.join(steps)}"


@dataclass(frozen=True, slots=True)
class Call:
    """A function of `ARITY`."""

    name: str
    args: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Operation:
    """A comparison, `and`, `or` or `not`."""

    sign: str
    args: "tuple[Expression, ...]"


Expression = Literal | Listed | Path | Call | Operation


def parse(text: str) -> Expression:
    """The tree of an expression.

    Raises:
        ExpressionError: it is malformed, too long or too deep; the message says where.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"an expression has at most {LONGEST} characters, not {len(text)}")
    parser = _Parser(text, list(_tokens(text)))
    tree = parser.disjunction()
    parser.end()
    return tree


def paths(tree: Expression) -> Iterator[Path]:
    """Every path that an expression reads."""
    match tree:
        case Path():
            yield tree
        case Literal():
            return
        case Listed(items=inner):
            for each in inner:
                yield from paths(each)
        case Call(args=inner) | Operation(args=inner):
            for each in inner:
                yield from paths(each)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def _tokens(text: str) -> Iterator[_Token]:
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            rest = text[at:].lstrip()
            raise ExpressionError(f"{rest[:12]!r} in {text!r} is not part of an expression")
        kind, found = match.lastgroup, match[match.lastgroup]
        at = match.end()
        yield _Token("sign" if found in _WORDS else kind, found, match.start(kind))


class _Parser:
    """Reads tokens from left to right, one function for each line of the grammar."""

    def __init__(self, text: str, tokens: Sequence[_Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def disjunction(self) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(f"{self._text[:60]!r} is nested more than {DEEPEST} deep")
        tree = self._chain("or", lambda: self._chain("and", self._negation))
        self._depth -= 1
        return tree

    def end(self) -> None:
        if self._next < len(self._tokens):
            self._unexpected()

    def _chain(self, word: str, operand: Callable[[], Expression]) -> Expression:
        args = [operand()]
        while self._take(word):
            args.append(operand())
        return args[0] if len(args) == 1 else Operation(word, tuple(args))

    def _negation(self) -> Expression:
        negations = 0
        while self._take("not"):
            negations += 1
        tree = self._comparison()
        if negations == 0:
            return tree
        args = (tree,) if negations % 2 else (Operation("not", (tree,)),)
        return Operation("not", args)

    def _comparison(self) -> Expression:
        left = self._operand()
        token = self._peek()
        if token is None or token.kind != "sign" or token.text not in _COMPARISONS:
            return left
        self._next += 1
        return Operation(token.text, (left, self._operand()))

    def _operand(self) -> Expression:
        token = self._peek()
        if token is None:
            raise ExpressionError(f"{self._text!r} ends where a value is expected")
        self._next += 1
        if token.kind == "number":
            return Literal(float(token.text) if "." in token.text else int(token.text))
        if token.kind == "text":
            return Literal(_unquoted(token.text))
        if token.kind == "name":
            return self._named(token)
        if token.text == "(":
            tree = self.disjunction()
            self._want(")")
            return tree
        if token.text == "[":
            return Listed(self._arguments("]"))
        self._next -= 1
        return self._unexpected()

    def _named(self, token: _Token) -> Expression:
        if token.text in _CONSTANTS:
            return Literal(_CONSTANTS[token.text])
        if self._take("("):
            return self._called(token.text)
        parts: list[str | int] = [token.text]
        while True:
            if self._take("."):
                parts.append(self._key({"name"}))
            elif self._take("["):
                parts.append(self._key({"text", "number"}))
                self._want("]")
            else:
                return Path(tuple(parts))

    def _called(self, name: str) -> Expression:
        if name not in ARITY:
            raise ExpressionError(f"there is no function {name!r}; there are {', '.join(ARITY)}")
        args = self._arguments(")")
        fewest, most = ARITY[name]
        if not fewest <= len(args) <= most:
            raise ExpressionError(f"{name}() takes {most} argument(s), not {len(args)}")
        return Call(name, args)

    def _arguments(self, closing: str) -> tuple[Expression, ...]:
        if self._take(closing):
            return ()
        args = [self.disjunction()]
        while self._take(","):
            args.append(self.disjunction())
        self._want(closing)
        return tuple(args)

    def _key(self, kinds: set[str]) -> str | int:
        token = self._peek()
        words = token is not None and "name" in kinds and token.text in _WORDS
        if token is None or (token.kind not in kinds and not words):
            return self._unexpected()
        self._next += 1
        if token.kind == "text":
            return _unquoted(token.text)
        if token.kind == "number":
            if "." in token.text:
                raise ExpressionError(f"{token.text!r} is not a position in a list")
            return int(token.text)
        return token.text

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self, sign: str) -> bool:
        token = self._peek()
        if token is None or token.kind != "sign" or token.text != sign:
            return False
        self._next += 1
        return True

    def _want(self, sign: str) -> None:
        if not self._take(sign):
            self._unexpected(f", {sign!r} is expected")

    def _unexpected(self, instead: str = "") -> Never:
        token = self._peek()
        if token is None:
            raise ExpressionError(f"{self._text!r} ends too early{instead}")
        raise ExpressionError(
            f"{token.text!r} at character {token.at + 1} of {self._text!r} is out of place{instead}"
        )


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)


def _plain(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", name) is not None
