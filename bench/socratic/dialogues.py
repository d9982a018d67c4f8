"""Dialogues with simulated respondents: how many questions until enough is known, in each mode.

Only what the respondent answered counts: nothing is assumed that they did not decline to say.

Run: python -m bench.socratic.dialogues
"""

import statistics
import sys
import time
from dataclasses import dataclass

from bench.figures import Figure, table
from bench.socratic.respondents import RESPONDENTS, Respondent
from menon.apps.socratic.questions.interview import answer, begin, coverage, next_question
from menon.apps.socratic.questions.measure import MOST_QUESTIONS
from menon.apps.socratic.questions.state import Interview, Mode
from menon.apps.socratic.specification.derive import derive

_PATIENCE = 250
STEP_MS = 20.0


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    """What came of one interview."""

    interview: Interview
    questions: int
    covered: float
    slowest_ms: float
    """The slowest step in CPU time: an answer is read and the next question chosen."""


def held(respondent: Respondent, mode: Mode, *, limit: int = _PATIENCE) -> Dialogue:
    """One whole dialogue, until enough is known or the limit is reached."""
    interview = begin(mode, name=respondent.project)
    question = next_question(interview, limit=limit)
    slowest = 0.0
    while question is not None:
        text = respondent.reply(question)
        key = f"A{len(interview.asked) + 1}"
        start = time.process_time()
        interview = answer(
            interview, question, text, answer_id=key, respondent=respondent.name
        ).interview
        question = next_question(interview, limit=limit)
        slowest = max(slowest, time.process_time() - start)
    return Dialogue(
        interview=interview,
        questions=len(interview.asked),
        covered=coverage(interview),
        slowest_ms=1_000 * slowest,
    )


_CROWD = Respondent(
    name="twenty entities",
    project="Everything",
    facts={
        "data.entities": "; ".join(f"Thing{chr(65 + n)}: name, price > 0" for n in range(20)),
        "behaviour.stories": "As a user I want to see things so that I find them",
    },
)


def figures() -> list[Figure]:
    """A line a respondent, and the worst of all against the limits."""
    found: list[Figure] = []
    saved: list[float] = []
    for one in RESPONDENTS:
        dynamic, sequential = held(one, "dynamic"), held(one, "sequential")
        saved.append(1 - dynamic.questions / sequential.questions)
        spec = derive(dynamic.interview)
        notes = {
            "covered": round(dynamic.covered, 3),
            "sequential": sequential.questions,
            "entities": len(spec.entities),
            "notes": len(spec.notes),
        }
        figure = Figure(
            name=f"questions: {one.name}",
            value=dynamic.questions,
            limit=MOST_QUESTIONS,
            held=dynamic.covered >= 0.9,
            notes=notes,
        )
        found += [
            figure,
            Figure(name=f"step: {one.name}", value=dynamic.slowest_ms, unit="ms", limit=STEP_MS),
        ]
    crowd = held(_CROWD, "dynamic", limit=MOST_QUESTIONS)
    found.append(
        Figure(name=f"step: {_CROWD.name}", value=crowd.slowest_ms, unit="ms", limit=STEP_MS)
    )
    found.append(
        Figure(name="fewer than sequential, least", value=min(saved), limit=0.25, least=True)
    )
    found.append(Figure(name="fewer than sequential, median", value=statistics.median(saved)))
    return found


def main() -> int:
    """Prints the figures; 1 where a limit is broken."""
    measured = figures()
    print(table(measured))
    return 0 if all(one.ok for one in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
