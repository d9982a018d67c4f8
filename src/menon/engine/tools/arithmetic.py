"""Evaluates arithmetic without `eval`: a grammar of our own, with limits before each operation.

sum      := product (('+' | '-') product)*
product  := unary (('*' | '/' | '//' | '%' | 'of') unary)*     between two values `%` is modulo
unary    := ('+' | '-') unary | power
power    := postfix (('^' | '**') unary)?                      2^3^2 is 2^(3^2)
postfix  := atom ('!' | '%')*                                  after a value `%` is hundredths
atom     := number | constant | function '(' sum (',' sum)* ')' | '(' sum ')'
"""

import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple

Number = int | float


class BadExpression(ValueError):
    """The expression has no value; the message tells why."""


class _Token(NamedTuple):
    kind: str
    text: str


_LENGTH = 500
_DEPTH = 40
_DIGITS = 1000
"""Of a whole number: more than anybody reads."""
_FACTORIAL = 400

_LEXEMES = re.compile(
    r"\s*(?:(?P<number>(?:\d[\d_]*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?|\.\d+)"
    r"|(?P<word>[a-zA-Zπ][a-zA-Z0-9]*)"
    r"|(?P<sign>\*\*|//|[-+*/%^!(),×·÷−√]))"  # noqa: RUF001 - people paste typographic signs
)
_SAME = {"×": "*", "·": "*", "÷": "/", "−": "-", "^": "**"}  # noqa: RUF001 - as above
_CONSTANTS: dict[str, float] = {"pi": math.pi, "π": math.pi, "e": math.e, "tau": math.tau}


def evaluate(expression: str) -> Number:
    """The value of an expression; raises `BadExpression`.

    Whole numbers stay exact up to 1,000 digits; everything else is a float.
    """
    parser = _Parser(_tokens(expression))
    try:
        value = parser.sum(0)
        parser.expect_end()
        return _sane(value)
    except ZeroDivisionError as error:
        raise BadExpression("division by zero has no value") from error
    except OverflowError as error:
        raise BadExpression("the result is too large") from error


def _tokens(expression: str) -> list[_Token]:
    if len(expression) > _LENGTH:
        raise BadExpression(f"an expression has at most {_LENGTH} characters")
    text = re.sub(r"(?<=\d),(?=\d{3}(?:\D|$))", "", expression.strip())  # 1,000,000
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        found = _LEXEMES.match(text, at)
        if found is None or found.lastgroup is None:
            raise BadExpression(f"{text[at]!r} is not understood; use + - * / ^ % ( ) and names")
        token = found[found.lastgroup]
        tokens.append(_Token(found.lastgroup, _SAME.get(token, token)))
        at = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def sum(self, depth: int) -> Number:
        if depth > _DEPTH:
            raise BadExpression(f"parentheses are nested deeper than {_DEPTH}")
        value = self._product(depth)
        while sign := self._take("+", "-"):
            other = self._product(depth)
            value = _sane(value + other if sign == "+" else value - other)
        return value

    def _product(self, depth: int) -> Number:
        value = self._unary(depth)
        while sign := self._take("*", "/", "//", "%", "of"):
            value = _sane(_PRODUCTS[sign](value, self._unary(depth)))
        return value

    def _unary(self, depth: int) -> Number:
        if depth > _DEPTH:
            raise BadExpression(f"signs and powers are nested deeper than {_DEPTH}")
        if sign := self._take("+", "-"):
            value = self._unary(depth + 1)
            return -value if sign == "-" else value
        value = self._postfix(depth)
        if self._take("**"):
            return power(value, self._unary(depth + 1))
        return value

    def _postfix(self, depth: int) -> Number:
        value = self._atom(depth)
        while True:
            if self._take("!"):
                value = factorial(value)
            elif self._peek() == "%" and not self._begins_value(self._at + 1):
                self._at += 1
                value = value / 100
            else:
                return value

    def _atom(self, depth: int) -> Number:
        if self._take("("):
            value = self.sum(depth + 1)
            self._expect(")")
            return value
        if self._take("√"):
            return _sqrt(self._postfix(depth + 1))
        token = self._next()
        if token.kind == "number":
            return _number(token.text)
        name = token.text.lower()
        if name in _CONSTANTS and self._peek() != "(":
            return _CONSTANTS[name]
        if name in FUNCTIONS:
            return self._function(name, depth)
        raise BadExpression(f"{token.text!r} is not known; functions: {', '.join(FUNCTIONS)}")

    def _function(self, name: str, depth: int) -> Number:
        self._expect("(")
        arguments = [self.sum(depth + 1)]
        while self._take(","):
            arguments.append(self.sum(depth + 1))
        self._expect(")")
        try:
            return _sane(FUNCTIONS[name](*arguments))
        except TypeError as error:
            raise BadExpression(f"{name} takes other arguments than {len(arguments)}") from error
        except BadExpression:
            raise
        except ValueError as error:
            raise BadExpression(f"{name} has no value there") from error

    def expect_end(self) -> None:
        if self._at < len(self._tokens):
            raise BadExpression(f"{self._tokens[self._at].text!r} is not expected there")

    def _begins_value(self, at: int) -> bool:
        if at >= len(self._tokens):
            return False
        token = self._tokens[at]
        return token.kind == "number" or token.text == "(" or token.text.lower() in _VALUES

    def _peek(self) -> str:
        return self._tokens[self._at].text.lower() if self._at < len(self._tokens) else ""

    def _take(self, *texts: str) -> str:
        found = self._peek()
        if not found or found not in texts:
            return ""
        self._at += 1
        return found

    def _next(self) -> _Token:
        if self._at >= len(self._tokens):
            raise BadExpression("the expression ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise BadExpression(f"{text!r} is missing")


def power(base: Number, exponent: Number) -> Number:
    """`base` to the `exponent`, refused before it becomes too large to compute."""
    if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0:
        if abs(base) > 1 and exponent * math.log10(abs(base)) > _DIGITS:
            raise BadExpression(f"the result has more than {_DIGITS} digits")
        return base**exponent
    if base < 0 and exponent != int(exponent):
        raise BadExpression("a negative number has no real root there")
    return _sane(float(base) ** float(exponent))


def factorial(value: Number) -> int:
    """`value!` up to 400."""
    if not isinstance(value, int) or not 0 <= value <= _FACTORIAL:
        raise BadExpression(f"factorials are for whole numbers from 0 to {_FACTORIAL}")
    return math.factorial(value)


def _sane(value: Number) -> Number:
    if isinstance(value, int):
        if value.bit_length() > _DIGITS * 3.33:
            raise BadExpression(f"the result has more than {_DIGITS} digits")
        return value
    if not math.isfinite(value):
        raise BadExpression("the result is too large")
    return value


def _number(text: str) -> Number:
    plain = text.replace("_", "")
    return int(plain) if plain.isdecimal() else _sane(float(plain))


def _sqrt(value: Number) -> Number:
    if value < 0:
        raise BadExpression("a negative number has no real square root")
    if isinstance(value, int) and (root := math.isqrt(value)) ** 2 == value:
        return root
    return math.sqrt(value)


def _round(value: Number, digits: Number = 0) -> Number:
    places = int(digits)
    if abs(places) > _DIGITS:
        raise BadExpression("too many digits to round to")
    return round(value, places) if places else round(value)


_PRODUCTS: dict[str, Callable[[Number, Number], Number]] = {
    "*": lambda a, b: a * b,
    "of": lambda a, b: a * b,
    "/": lambda a, b: a // b if isinstance(a, int) and isinstance(b, int) and a % b == 0 else a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sqrt": _sqrt,
    "abs": abs,
    "round": _round,
    "floor": math.floor,
    "ceil": math.ceil,
    "min": min,
    "max": max,
    "sum": lambda *values: sum(values),
    "avg": lambda *values: sum(values) / len(values),
    "mod": _PRODUCTS["%"],
    "pow": power,
    "exp": math.exp,
    "ln": math.log,
    "log": math.log10,
    "log2": math.log2,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "factorial": factorial,
}
_VALUES = frozenset(FUNCTIONS) | frozenset(_CONSTANTS) | {"√"}
