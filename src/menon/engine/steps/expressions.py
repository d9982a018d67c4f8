"""Expressions over recorded outputs and the input, and `{{ ... }}` in configuration: pure.

They read what they are given and nothing else: no attributes, no calls but the functions below, no
loops, and no regular expressions, so that what an expression costs is bounded by its length.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, cast

from menon.engine.steps.functions import FUNCTIONS, brief, contains, in_order, same, shown
from menon.engine.steps.grammar import (
    Call,
    Expression,
    ExpressionError,
    Listed,
    Literal,
    Operation,
    Path,
    parse,
    paths,
)

__all__ = ["ExpressionError", "evaluate", "holds", "parse", "reads", "render", "rendered"]

Scope = Mapping[str, Any]
"""What an expression sees, by the name at the root of a path; plain JSON below."""

LARGEST: Final = 1_000_000
"""Characters that a template may grow to."""

_HOLE = re.compile(
    r"""\{\{ ( (?: [^"'}] | "(?:[^"\\]|\\.)*+" | '(?:[^'\\]|\\.)*+' | \}(?!\}) )*+ ) \}\}""",
    re.VERBOSE,
)
"""Matched at an opening brace only, and possessive: hostile texts cost no more than others."""


def evaluate(text: str, scope: Scope) -> Any:
    """The value of an expression.

    Raises:
        ExpressionError: it is malformed, or reads what is not there.
    """
    return _value(_parsed(text), scope)


def holds(text: str, scope: Scope) -> bool:
    """Whether an expression is true; null, false, 0, and what is empty are not.

    Raises:
        ExpressionError: it is malformed, or reads what is not there.
    """
    return bool(evaluate(text, scope))


def rendered(text: str, scope: Scope) -> Any:
    """A text with its holes filled; the bare value where one hole is all of it.

    Raises:
        ExpressionError: a hole is malformed or not closed, or the result is too large.
    """
    pieces = list(_pieces(text))
    if len(pieces) == 3 and not pieces[0].strip() and not pieces[2].strip():
        return evaluate(pieces[1], scope)
    pieces[1::2] = [shown(evaluate(hole, scope)) for hole in pieces[1::2]]
    if (size := sum(map(len, pieces))) > LARGEST:
        raise ExpressionError(f"the text grows to {size} characters; {LARGEST} are allowed")
    return "".join(pieces)


def render(value: Any, scope: Scope) -> Any:
    """Plain JSON with the holes of every text in it filled.

    Raises:
        ExpressionError: as `rendered`.
    """
    if isinstance(value, str):
        return rendered(value, scope)
    if isinstance(value, list):
        return [render(item, scope) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {key: render(item, scope) for key, item in cast("dict[str, Any]", value).items()}
    return value


def reads(value: Any) -> Iterator[Path]:
    """Every path that the holes in plain JSON read.

    Raises:
        ExpressionError: a hole is malformed or not closed.
    """
    if isinstance(value, str):
        for hole in list(_pieces(value))[1::2]:
            yield from paths(_parsed(hole))
    elif isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from reads(item)
    elif isinstance(value, dict):
        for item in cast("dict[str, Any]", value).values():
            yield from reads(item)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Expression:
    return parse(text)


def _pieces(text: str) -> Iterator[str]:
    """What stands around the holes and what stands in them, in turn."""
    at = 0
    while (start := text.find("{{", at)) >= 0:
        yield text[at:start]
        hole = _HOLE.match(text, start)
        if hole is None:
            raise ExpressionError(
                f"the '{{{{' in {text[start : start + 40]!r} is not closed by '}}}}'"
            )
        yield hole[1]
        at = hole.end()
    yield text[at:]


def _value(tree: Expression, scope: Scope) -> Any:
    match tree:
        case Literal(value=value):
            return value
        case Listed(items=items):
            return [_value(item, scope) for item in items]
        case Path():
            return _found(tree, scope)
        case Call(name=name, args=args):
            return _called(name, args, scope)
        case Operation(sign=sign, args=args):
            return _decided(sign, args, scope)


def _found(path: Path, scope: Scope) -> Any:
    value: Any = scope
    for n, part in enumerate(path.parts):
        if not isinstance(value, list if isinstance(part, int) else Mapping):
            before = Path(path.parts[:n])
            raise ExpressionError(
                f"{str(path)!r} reads {part!r} of {str(before)!r}, which is {brief(value)}"
            )
        try:
            value = cast("Any", value)[part]
        except (KeyError, IndexError) as error:
            raise ExpressionError(_missing(path, n, cast("Any", value))) from error
    return value


def _missing(path: Path, n: int, value: Any) -> str:
    if isinstance(value, list):
        count = len(cast("list[Any]", value))
        return f"{str(path)!r}: the list has {count} item(s), none at {path.parts[n]}"
    known = ", ".join(map(repr, list(value)[:12])) or "nothing"
    return f"{str(path)!r}: there is no {path.parts[n]!r}, only {known}"


def _called(name: str, args: tuple[Expression, ...], scope: Scope) -> Any:
    if name == "exists":
        return _or_none(args[0], scope) is not None
    if name == "default":
        found = _or_none(args[0], scope)
        return _value(args[1], scope) if found is None else found
    values = [_value(arg, scope) for arg in args]
    try:
        return FUNCTIONS[name](*values)
    except (TypeError, ValueError, IndexError, AttributeError) as error:
        given = ", ".join(map(brief, values))
        raise ExpressionError(f"{name}({given}) has no value") from error


def _or_none(tree: Expression, scope: Scope) -> Any:
    try:
        return _value(tree, scope)
    except ExpressionError:
        return None


def _decided(sign: str, args: tuple[Expression, ...], scope: Scope) -> bool:
    if sign == "and":
        return all(_value(arg, scope) for arg in args)
    if sign == "or":
        return any(_value(arg, scope) for arg in args)
    if sign == "not":
        return not _value(args[0], scope)
    left, right = (_value(arg, scope) for arg in args)
    if sign in {"==", "!="}:
        return same(left, right) is (sign == "==")
    try:
        return contains(right, left) if sign == "in" else in_order(sign, left, right)
    except TypeError as error:
        raise ExpressionError(f"{brief(left)} {sign} {brief(right)}: {error}") from error
