"""Dialogues with simulated respondents: how many questions until enough is known, in each mode.

Only what the respondent answered counts: nothing is assumed that they did not decline to say.

Run: python -m bench.socratic.dialogues
"""

import gc
import statistics
import sys
import time
from dataclasses import dataclass

from bench.figures import Figure, table
from bench.socratic.respondents import RESPONDENTS, Respondent
from bench.socratic.strangers import STRANGERS, Stranger
from menon.apps.socratic.questions.measure import ENOUGH, MOST_QUESTIONS
from menon.apps.socratic.questions.state import Interview, Mode, Question, Status
from menon.apps.socratic.sessions.asking import answered, begun
from menon.apps.socratic.specification.derive import derive

_PATIENCE = 250
STEP_MS = 100.0
"""What a step may take, the look for contradictions included."""


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    """What came of one interview."""

    interview: Interview
    questions: int
    covered: float
    trace: tuple[float, ...]
    """What was covered after each answer."""
    slowest_ms: float
    """The slowest step in CPU time: an answer is read and the next question chosen."""


def held(respondent: Respondent, mode: Mode, *, limit: int = _PATIENCE) -> Dialogue:
    """One whole dialogue, until enough is known or the limit is reached.

    It goes as a session does: a contradiction that is seen after an answer is asked about.
    """
    name = respondent.project
    stands = begun(mode, None, name=name, description="", technologies=(), limit=limit)
    settled: set[str] = set()
    earlier: list[Question] = []
    covered: list[float] = []
    slowest = 0.0
    while stands.following is not None:
        question = Question.model_validate(stands.following.body)
        text = respondent.reply(question, earlier)
        earlier.append(question)
        start = time.process_time()
        step = answered(
            stands.state,
            stands.following.body,
            text,
            answer_id=f"A{len(earlier)}",
            respondent=respondent.name,
            confidence=3,
            decided=settled,
            limit=limit,
        )
        slowest = max(slowest, time.process_time() - start)
        settled |= set(step.settled)
        stands = step.standing
        covered.append(stands.coverage)
    return Dialogue(
        interview=Interview.loaded(stands.state),
        questions=len(earlier),
        covered=stands.coverage,
        trace=tuple(covered),
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


def until(dialogue: Dialogue, covered: float) -> int:
    """The questions that it took to cover as much; all of them where it never came to it."""
    reached = (place for place, one in enumerate(dialogue.trace, 1) if one >= covered)
    return next(reached, dialogue.questions)


def understood(dialogue: Dialogue, stranger: Stranger) -> tuple[list[str], list[str]]:
    """Of what a stranger means: the slots where it stands, and those that claim something else."""
    right: list[str] = []
    wrong: list[str] = []
    for slot, words in stranger.means.items():
        known = dialogue.interview.known.get(slot)
        shown = known.shown.lower() if known else ""
        if all(word.lower() in shown for word in words):
            right.append(slot)
        elif known is not None and known.status is Status.CLEAR:
            wrong.append(slot)
    return right, wrong


def strange() -> list[Figure]:
    """The same for those of another temper: also what was understood of what they mean."""
    found: list[Figure] = []
    for one in STRANGERS:
        dynamic = held(one, "dynamic", limit=MOST_QUESTIONS)
        sequential = held(one, "sequential")
        goal = min(ENOUGH, dynamic.covered)
        asked = until(dynamic, goal)
        others = until(sequential, goal)
        right, wrong = understood(dynamic, one)
        notes = {
            "covered": round(dynamic.covered, 3),
            "sequential": others,
            "saved": round(1 - asked / others, 2),
            "all_asked": round(sequential.covered, 3),
            "understood": f"{len(right)}/{len(one.means)}",
            "mistaken": ",".join(wrong) or "none",
        }
        found.append(Figure(name=f"questions: {one.name}", value=dynamic.questions, notes=notes))
    return found


def figures() -> list[Figure]:
    """A line a respondent, and the worst of all against the limits."""
    found: list[Figure] = []
    saved: list[float] = []
    held(_CROWD, "dynamic", limit=1)  # reads the lists of words once, as a server does at its start
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
    gc.freeze()  # as a server does that is ready: a look at all modules took 90 ms of one step
    measured = [*figures(), *strange()]
    print(table(measured))
    return 0 if all(one.ok for one in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
