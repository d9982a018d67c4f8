import math
import time

import pytest

from menon.engine.tools.arithmetic import BadExpression, evaluate


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("15 * 23", 345),
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("7 / 2", 3.5),
        ("6 / 2", 3),
        ("7 // 2", 3),
        ("10 % 3", 1),
        ("12% of 80", 9.6),
        ("80 * 12%", 9.6),
        ("50%", 0.5),
        ("5 % -3", -2.95),
        ("2 ^ 3 ^ 2", 512),
        ("2 ** -1", 0.5),
        ("-2 ^ 2", -4),
        ("--3", 3),
        ("5!", 120),
        ("factorial(5)", 120),
        ("1,000,000 * 3", 3_000_000),
        ("1_000 + 1", 1001),
        ("1.5e3", 1500),
        (".5 + .5", 1),
        ("3 × 4 ÷ 2 − 1", 5),  # noqa: RUF001 - what people paste
        ("√16 + sqrt(9)", 7),
        ("round(2.567, 2)", 2.57),
        ("round(2.5)", 2),
        ("min(3, 1, 2) + max(1, 2)", 3),
        ("sum(1, 2, 3) / avg(2, 4)", 2),
        ("abs(-3) + floor(2.9) + ceil(2.1)", 8),
        ("mod(7, 4)", 3),
        ("pow(2, 10)", 1024),
        ("log(1000)", 3),
        ("ln(e)", 1),
        ("log2(8)", 3),
        ("exp(0)", 1),
        ("cos(0) + sin(0) + tan(0)", 1),
        ("10 ^ 999", 10**999),
        ("1 ^ (10 ^ 900)", 1),
        ("PI", math.pi),
    ],
)
def test_an_expression_has_its_value(expression: str, value: float) -> None:
    assert evaluate(expression) == pytest.approx(value) if value < 1e300 else value


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("", "too early"),
        ("2 +", "too early"),
        ("2 3", "not expected"),
        ("(1", "')' is missing"),
        ("sqrt 4", "'(' is missing"),
        ("1 / 0", "division by zero"),
        ("1 // 0", "division by zero"),
        ("0 ^ -1", "division by zero"),
        ("sqrt(-1)", "no real square root"),
        ("(-8) ^ (1/3)", "no real root"),
        ("log(0)", "has no value"),
        ("min(3)", "other arguments"),
        ("foo(1)", "not known"),
        ("1..2", "not understood"),
        ("__import__('os').system('id')", "not understood"),
        ("a.b", "not understood"),
        ("lambda: 1", "not understood"),
        ("open(1)", "not known"),
    ],
)
def test_what_has_no_value_is_refused_with_a_reason(expression: str, reason: str) -> None:
    with pytest.raises(BadExpression, match=reason.replace("(", r"\(").replace(")", r"\)")):
        evaluate(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "9**9**9",
        "9^9^9^9^9",
        "10^1001",
        "(10^600)*(10^600)",
        "factorial(100000)",
        "401!",
        "(400!)!",
        "2^(10^15)",
        "1e308 * 10",
        "1e400",
        "exp(100000)",
        "pow(9, pow(9, 9))",
        "(" * 200 + "1" + ")" * 200,
        "-" * 400 + "1",
        "2**" * 150 + "2",
        "9" * 501,
        "round(1.5, 10^12)",
        "10^999 / 0.1",
        "min(" * 100 + "1,2" + ")" * 100,
    ],
)
def test_hostile_expressions_are_refused_at_once(expression: str) -> None:
    began = time.process_time()
    with pytest.raises(BadExpression):
        evaluate(expression)
    assert time.process_time() - began < 0.2
