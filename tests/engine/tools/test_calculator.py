import pytest

from menon.engine.tools.calculator import calculator, written
from menon.engine.tools.tool import Effect, ToolContext, ToolRetry

CONTEXT = ToolContext(run="r")


async def test_it_writes_the_calculation_out() -> None:
    assert await calculator.call(CONTEXT, {"expression": " 15 * 23 "}) == "15 * 23 = 345"


async def test_it_tells_the_model_why_it_cannot() -> None:
    with pytest.raises(ToolRetry, match="more than 1000 digits"):
        await calculator.call(CONTEXT, {"expression": "9**9**9"})


@pytest.mark.parametrize(
    ("value", "text"),
    [(345, "345"), (9.6, "9.6"), (3.0, "3"), (0.1 + 0.2, "0.3"), (1 / 3, "0.333333333333")],
)
def test_values_are_written_as_people_write_them(value: float, text: str) -> None:
    assert written(value) == text


def test_it_only_reads() -> None:
    assert (calculator.effect, calculator.idempotent) == (Effect.READ, True)
