"""Which question comes next: one file for each way to choose; all deterministic."""

from collections.abc import Callable, Sequence
from typing import Final

from menon.apps.socratic.questions.state import Interview, Mode, Question
from menon.apps.socratic.questions.strategies import custom, dynamic, sequential
from menon.apps.socratic.questions.strategies.candidates import Candidate

__all__ = ["STRATEGIES", "Strategy"]

Strategy = Callable[[Interview, Sequence[Candidate]], Question]
"""The choice among at least one candidate. Pure: the same state gives the same question."""

STRATEGIES: Final[dict[Mode, Strategy]] = {
    "sequential": sequential.choose,
    "custom": custom.choose,
    "dynamic": dynamic.choose,
}
