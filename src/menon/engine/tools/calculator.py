"""Calculates, so that a model need not guess."""

from menon.engine.tools.arithmetic import BadExpression, Number, evaluate
from menon.engine.tools.tool import Taint, ToolRetry, tool

_SHOWN_DIGITS = 12


@tool(taint=Taint.NEVER)
async def calculator(expression: str) -> str:
    """Evaluate an arithmetic expression exactly; use it for every calculation.

    Knows + - * / // ^ ! and parentheses, percent (`12% of 80`; `20%` is 0.2), pi, e, and sqrt, abs,
    round(x, digits), floor, ceil, min, max, sum, avg, mod, pow, exp, ln, log, log2, sin, cos, tan.

    Args:
        expression: for example `(15 + 7) * 23` or `round(sqrt(2), 4)`.
    """
    try:
        return f"{expression.strip()} = {written(evaluate(expression))}"
    except BadExpression as error:
        raise ToolRetry(f"{expression!r} cannot be calculated: {error}.") from error


def written(value: Number) -> str:
    """The value as people write it: whole where it is, at most 12 significant digits elsewhere."""
    if isinstance(value, int):
        return str(value)
    if value.is_integer() and abs(value) < 10**_SHOWN_DIGITS:
        return str(int(value))
    return f"{value:.{_SHOWN_DIGITS}g}"
