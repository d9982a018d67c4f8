"""The port for a language model: what it is asked, and what of its answer is believed.

The caller makes the call. A model words a question that was chosen, reads an answer into the type
of a slot, and proposes further questions; it never chooses, and what it makes up is refused.

    request -> the caller's model -> a valid value
                                  -> or why not -> again, at most twice -> the parsers
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol, cast

from menon.apps.socratic.questions import parsers
from menon.apps.socratic.questions.measure import applicable
from menon.apps.socratic.questions.parsers.clauses import clean, words
from menon.apps.socratic.questions.slots import catalogue, parts, slot_of
from menon.apps.socratic.questions.state import Interview, Question, Status
from menon.apps.socratic.questions.understanding import context_of
from menon.core.errors import InvalidInput

RETRIES: Final = 2
_SILENT: Final = "it says nothing of the slot"
_LONGEST: Final = 1_000
_MOST_EXTRA: Final = 5
_MOST_READ: Final = 50
_TRIVIAL: Final = frozenset(
    [
        "the",
        "a",
        "an",
        "and",
        "or",
        "of",
        "to",
        "in",
        "is",
        "are",
        "it",
        "that",
        "this",
        "for",
        "with",
        "per",
    ]
)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a model is asked; answer it with the text that the model gives."""

    task: str
    """`rephrase`, `extract` or `propose`."""
    instructions: str
    material: dict[str, Any]
    """JSON; text that people wrote stands in it as data, never as instructions."""
    complaint: str = ""
    """Why the last answer was refused; for the next attempt."""


class Extractor(Protocol):
    """Reads an answer into the type of a slot."""

    async def __call__(self, request: Request) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a model read, and the words of the person that say so."""

    reading: parsers.Reading
    quotes: tuple[str, ...]


def rephrasing(question: Question, interview: Interview) -> Request:
    """Asks for better words; the answer is one question as plain text."""
    return Request(
        task="rephrase",
        instructions="Word this question for the person who is asked, in one or two sentences, "
        "with the words of the project. Ask for the same things and for nothing else. Answer "
        "with the question alone.",
        material={
            "question": question.text,
            "slots": list(question.slots),
            "project": interview.name,
            "described": interview.description[:2_000],
            "said": [
                {"question": one.question.text, "answer": one.text[:500]}
                for one in interview.asked[-3:]
            ],
        },
    )


def rephrased(question: Question, answer: str) -> Question:
    """The question in the model's words; its own where the answer is no question."""
    text = " ".join(clean(answer).split()).strip('"')
    sound = 10 <= len(text) <= _LONGEST and "?" in text and not text.startswith(("{", "["))
    shares = set(words(question.text)) & set(words(text)) - _TRIVIAL
    return question.model_copy(update={"text": text}) if sound and shares else question


def extracting(slot: str, question: Question, text: str, interview: Interview) -> Request:
    """Asks for an answer in words that the slot's parser reads; the answer is JSON."""
    of = slot_of(slot)
    return Request(
        task="extract",
        instructions='Answer with JSON alone: {"text": ..., "quotes": [...]}. `text` says what the '
        f"answer says about {slot}, in the form of kind {of.kind!r}, such as {of.default!r}; "
        "null where it says nothing. `quotes` are the words of the answer that say so. "
        "Add nothing.",
        material={
            "question": question.text,
            "answer": clean(text)[:20_000],
            "choices": list(of.choices),
            "entities": list(interview.entities()),
        },
    )


def extracted(
    slot: str, text: str, answer: str, interview: Interview
) -> tuple[parsers.Reading | None, str]:
    """The reading of a model's answer and why it was refused, one of which is empty.

    Each quote must stand in the person's words, and so must every number: a model that invents a
    budget is not believed.
    """
    said, quotes, complaint = _told(answer)
    complaint = complaint or _invented(said, quotes, clean(text))
    if complaint:
        return None, complaint
    reading = parsers.read(slot_of(slot).kind, clean(said), context_of(slot, interview))
    return (reading, "") if reading else (None, f"{said[:80]!r} is no {slot_of(slot).kind}")


def _bare(answer: str) -> str:
    """JSON with or without a fence around it."""
    return answer.strip().removeprefix("```json").removeprefix("```").removesuffix("```")


def _told(answer: str) -> tuple[str, list[str], str]:
    """The text and the quotes of an answer, or what is wrong with its form."""
    try:
        given = json.loads(_bare(answer))
    except (ValueError, RecursionError):
        return "", [], "answer with one JSON object"
    told = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
    said, quotes = told.get("text"), told.get("quotes")
    if "text" in told and said is None:
        return "", [], _SILENT
    listed = cast("list[Any]", quotes) if isinstance(quotes, list) else []
    if not isinstance(said, str) or not listed or not all(isinstance(q, str) for q in listed):
        return "", [], "`text` is a text and `quotes` a list of texts"
    return said, listed, ""


def _invented(said: str, quotes: list[str], text: str) -> str:
    """Why an answer is not believed; empty where all of it stands in the person's words."""
    low = " ".join(text.lower().split())
    for quote in quotes:
        if not quote.strip() or " ".join(quote.lower().split()) not in low:
            return f"the answer does not contain {quote[:80]!r}"
    spoken = set(words(low))
    numbers = [word for word in words(said) if any(map(str.isdigit, word))]
    return next((f"nobody said {word!r}" for word in numbers if word not in spoken), "")


async def extract(
    slot: str, question: Question, text: str, interview: Interview, *, extractor: Extractor
) -> Told | None:
    """What a model reads for a slot; None where it says nothing or is not believed three times."""
    request = extracting(slot, question, text, interview)
    for _ in range(RETRIES + 1):
        answer = await extractor(request)
        reading, complaint = extracted(slot, text, answer, interview)
        if reading is not None:
            return Told(reading=reading, quotes=tuple(_told(answer)[1]))
        if complaint == _SILENT:
            return None
        request = replace(request, complaint=complaint)
    return None


def proposing(interview: Interview) -> Request:
    """Asks for further questions about what is still open; the answer is a JSON list."""
    still = [key for key, _ in applicable(interview) if interview.status(key) is not Status.CLEAR]
    return Request(
        task="propose",
        instructions=f"Propose at most {_MOST_EXTRA} questions as JSON alone: "
        '[{"slots": [...], "text": ..., "why": ...}]. Each names one or more of the open slots.',
        material={"project": interview.name, "open": still, "entities": list(interview.entities())},
    )


def proposed(interview: Interview, answer: str) -> list[Question]:
    """The questions of a model that name open slots; the others are left out.

    Raises:
        InvalidInput: it is no JSON list; ask again with this message as the complaint.
    """
    try:
        given = json.loads(_bare(answer))
    except (ValueError, RecursionError) as error:
        raise InvalidInput("answer with a JSON list of questions") from error
    if not isinstance(given, list):
        raise InvalidInput("answer with a JSON list of questions")
    still = {key for key, _ in applicable(interview) if interview.status(key) is not Status.CLEAR}
    made = [_question(one, still) for one in cast("list[Any]", given)[:_MOST_READ]]
    found = {one.id: one for one in made if one is not None}
    return list(found.values())[:_MOST_EXTRA]


def _question(given: Any, still: set[str]) -> Question | None:
    if not isinstance(given, dict):
        return None
    told = cast("dict[str, Any]", given)
    slots, text, why = told.get("slots"), told.get("text"), told.get("why", "")
    if not isinstance(slots, list) or not isinstance(text, str) or not isinstance(why, str):
        return None
    named: Sequence[Any] = cast("list[Any]", slots)
    known = all(isinstance(slot, str) and slot in still for slot in named)
    words_ = " ".join(clean(text).split())
    if not named or not known or "?" not in words_ or len(words_) > _LONGEST:
        return None
    first = catalogue()[parts(named[0])[0]]
    return Question(
        id=f"extra.{_digest(words_, *named)}",
        role=first.role,
        slots=tuple(dict.fromkeys(named)),
        text=words_,
        why=clean(why)[:_LONGEST],
        kind=first.kind,
        recommended=first.default,
        entity=(parts(named[0])[1] or None) if first.each == "entity" else None,
    )


def _digest(*texts: str) -> str:
    """Names a question by its words, so that another one never takes its place."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
