import subprocess
import sys

import pytest

from menon.core.runs.events import Usage
from menon.engine.agents.turn import Limits, exceeded


@pytest.mark.parametrize(
    ("limits", "used", "sentence"),
    [
        (Limits(steps=3), Usage(requests=3), "The run used up its 3 steps"),
        (
            Limits(tokens=100),
            Usage(requests=1, input_tokens=90, output_tokens=20),
            "The run used 110 of its 100 tokens",
        ),
        (
            Limits(tokens=None, money=0.5),
            Usage(requests=1, cost=0.75),
            "The run used 0.75 of its 0.5 US dollars",
        ),
    ],
)
def test_the_limit_that_was_reached_is_named(limits: Limits, used: Usage, sentence: str) -> None:
    assert exceeded(limits, used, before=True).startswith(sentence)


@pytest.mark.parametrize(
    ("limits", "used", "before"),
    [
        (Limits(steps=3), Usage(requests=2), True),
        (Limits(steps=3), Usage(requests=3), False),
        (Limits(tokens=100), Usage(input_tokens=100), True),
        (Limits(steps=None, tokens=None), Usage(requests=10**6, input_tokens=10**9), True),
    ],
)
def test_while_there_is_room_there_is_no_reason(
    limits: Limits, used: Usage, *, before: bool
) -> None:
    assert exceeded(limits, used, before=before) == ""


def test_turns_tools_and_providers_load_without_the_heavy_libraries() -> None:
    code = """
import sys
import menon.engine.agents.compact, menon.engine.agents.turn
import menon.engine.llm.choose, menon.engine.llm.prices
import menon.engine.llm.providers.anthropic, menon.engine.llm.providers.offline
import menon.engine.llm.providers.ollama, menon.engine.llm.providers.openai
import menon.engine.tools.calculator, menon.engine.tools.current_time
heavy = {"pydantic_ai", "openai", "anthropic", "httpx2", "numpy", "genai_prices"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
