"""What a question asks for, as far as rules can tell; everything else is looked up."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from menon.engine.tools.arithmetic import BadExpression, evaluate
from menon.engine.tools.current_time import zone_name


@dataclass(frozen=True, kw_only=True)
class Smalltalk:
    """A greeting, thanks, or a question about the assistant itself."""

    kind: str


@dataclass(frozen=True, kw_only=True)
class Calculate:
    """Arithmetic, written as the calculator wants it."""

    expression: str


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The time or the date, of a place or of the user's own."""

    zone: str | None


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """Something that documents may answer."""

    query: str


Intent = Smalltalk | Calculate | Clock | Lookup

_SMALLTALK = {
    "greeting": r"(hi|hello|hey|greetings|servus|moin|good (morning|afternoon|evening|day))"
    r"( there| all| everyone| again| menon| bot)?(,? how are you( doing)?( today)?)?",
    "thanks": r"(ok,? )?(thanks|thank you|thx|cheers)( a lot| so much| very much| again)?",
    "farewell": r"(bye|goodbye|see you)( bye| later| soon| tomorrow)?",
    "ability": r"what (can|do) you do( for me| here)?|how (can|do) you (help( me)?|work)|help( me)?"
    r"|(who|what) are you|what are you able to do|introduce yourself",
}
_CLOCK = re.compile(
    r"(?:what(?:'s| is)?|tell me|do you know|which)?\s*(?:the\s+)?(?:current\s+)?"
    r"(?:time|date|day|weekday)(?:\s+(?:is it|is|do we have)?\s*(?:now|today)?)?"
    r"(?:\s+(?:right )?now)?(?:\s+(?:in|at)\s+(?P<place>[\w /-]{2,40}?))?(?:\s+(?:right )?now)?",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"(?:and|what about|how about)(?: in| at)? ([\w /-]{2,40})", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}")
_LEAD = re.compile(
    r"^(?:(?:please|and|so|ok|then|the(?= square)|what(?:'s| is| are)|how much (?:is|are|does)"
    r"|calculate|compute|evaluate|work out|solve|the (?:value|result) of|can you|could you"
    r"|tell me)\b[\s,:]*)+",
    re.IGNORECASE,
)
_WORDS = [
    (r"\bsquare root of\b", "sqrt"),
    (r"\b(?:to the power of|raised to)\b", "^"),
    (r"\bmultiplied by\b|\btimes\b|(?<=\d)\s*x\s*(?=\d)", "*"),
    (r"\bdivided by\b|\bover\b", "/"),
    (r"\bplus\b", "+"),
    (r"\bminus\b", "-"),
    (r"\bmodulo\b", "%"),
    (r"\s*\bper ?cent\b", "%"),
    (r"\bsquared\b", "^2"),
    (r"\bcubed\b", "^3"),
]
_FOLLOWS = re.compile(
    r"^(?:and|or|but|so|also|what about|how about|what if|same|why|why not|how so|which ones?)\b"
    r"|\b(?:it|its|they|them|their|those|these|that|this|there|one|ones)\b",
    re.IGNORECASE,
)
_FEW_WORDS = 6


def intent(question: str, earlier: Sequence[str]) -> Intent:
    """What the question asks for; `earlier` are the questions before it, the latest last."""
    said = " ".join(question.split())
    bare = said.strip(" .!?")
    for kind, pattern in _SMALLTALK.items():
        if re.fullmatch(pattern, bare, re.IGNORECASE):
            return Smalltalk(kind=kind)
    if found := _calculation(said) or _clock(bare, earlier):
        return found
    return Lookup(query=resolved(said, earlier))


def resolved(question: str, earlier: Sequence[str]) -> str:
    """The question with the one before it, where it cannot be understood alone."""
    if not earlier or not elliptical(question):
        return question
    return f"{resolved(earlier[-1], earlier[:-1])} {question}"


def elliptical(question: str) -> bool:
    """Whether the question leans on the one before it: `and in Berlin?`, `how long is it?`."""
    words = question.split()
    return len(words) <= _FEW_WORDS and _FOLLOWS.search(question) is not None


def _calculation(question: str) -> Calculate | None:
    text = _LEAD.sub("", question.strip()).rstrip(" ?=.!")
    for pattern, sign in _WORDS:
        text = re.sub(pattern, f" {sign} ", text, flags=re.IGNORECASE)
    text = re.sub(r"sqrt\s+(\d[\d.]*)", r"sqrt(\1)", " ".join(text.split()))
    if _DATE.fullmatch(text) or not re.search(r"\d", text) or not re.search(r"[-+*/^%!(]", text):
        return None
    try:
        evaluate(text)
    except BadExpression as error:
        # Too large, or without a value: still arithmetic, and the calculator tells why.
        unread = ("not understood", "not known", "not expected", "missing", "too early")
        return None if any(part in str(error) for part in unread) else Calculate(expression=text)
    return Calculate(expression=text)


def _clock(bare: str, earlier: Sequence[str]) -> Clock | None:
    if found := _CLOCK.fullmatch(bare):
        place = found["place"]
        zone = zone_name(place) if place else None
        return Clock(zone=zone) if zone or not place else None
    follow = _ELSEWHERE.fullmatch(bare)
    before = earlier[-1].strip(" .!?") if earlier else ""
    if follow and _CLOCK.fullmatch(before) and (zone := zone_name(follow[1])):
        return Clock(zone=zone)
    return None
