"""User stories: `As a member I want to borrow a book`, or `members can borrow books`."""

import re
from itertools import pairwise
from typing import Any, Final

from menon.apps.socratic.questions.parsers.clauses import sentences, squeezed
from menon.apps.socratic.questions.parsers.names import actor, bare, singular
from menon.apps.socratic.questions.parsers.reading import Context, Reading

MOST: Final = 2_000
_LINE: Final = 1_000
_PRIORITY: Final = re.compile(r"[\[(]?\b(?P<rank>p[1-3])\b[\])]?\s?[:.-]?\s*", re.IGNORECASE)
_WORDED: Final = (
    ("P1", re.compile(r"\((?:must|must have|essential|high)\)|\bmust have\b", re.IGNORECASE)),
    ("P3", re.compile(r"\((?:could|could have|low|later)\)|\bnice to have\b", re.IGNORECASE)),
    ("P2", re.compile(r"\((?:should|should have|medium)\)", re.IGNORECASE)),
)
_AS_A: Final = re.compile(r"\bas (?:an?|the) (?=\w)", re.IGNORECASE)
_WANT: Final = re.compile(
    r",?\s(?:i|we)(?:\s|'d\s)(?:want|need|would like|wish|can|should be able|must be able|"
    r"must|like|have)\s?(?:to be able to|to)?\s",
    re.IGNORECASE,
)
_MINE: Final = re.compile(
    r"(?:i|we)(?: |'d )(?:want|need|would like|like|must be able) (?:to be able )?to ",
    re.IGNORECASE,
)
_BENEFIT: Final = re.compile(r",?\s(?:so that|in order to|because|so)\s", re.IGNORECASE)
_CAN: Final = re.compile(
    r"(?P<who>[^\W\d_][\w '-]{0,60}?)\s(?:can|may|should be able to|must be able to|are able to|"
    r"is able to|want to|wants to|need to|needs to|ha(?:ve|s) to(?: be able to)?|should|"
    r"must|will)\s"
    r"(?P<want>(?!not\b|only\b|have "
    r"|be\b|never\b).{2,})",
    re.IGNORECASE | re.DOTALL,
)
_DOES: Final = re.compile(
    r"(?:the )?(?P<who>[^\W\d_]{3,40}) (?P<want>(?P<verb>[a-z]{2,20}(?<!ed)(?<!ing)(?<!s)) .{2,})",
    re.IGNORECASE | re.DOTALL,
)
_NO_VERBS: Final = frozenset(
    [
        "are",
        "were",
        "have",
        "had",
        "be",
        "of",
        "for",
        "from",
        "to",
        "with",
        "without",
        "and",
        "or",
        "not",
        "in",
        "on",
        "at",
        "by",
        "as",
        "that",
        "who",
        "which",
        "but",
        "than",
        "then",
        "when",
        "where",
        "so",
        "if",
        "is",
        "was",
        "has",
        "only",
        "also",
        "never",
        "always",
        "often",
        "will",
        "would",
        "could",
        "should",
        "may",
        "might",
        "must",
        "can",
        "do",
        "did",
    ]
)
_PLAIN_WORDS: Final = 14
_NOT_ACTORS: Final = frozenset(
    [
        "it",
        "this",
        "that",
        "there",
        "system",
        "app",
        "application",
        "which",
        "what",
        "everything",
        "nothing",
        "we",
        "you",
        "i",
        "he",
        "she",
        "data",
        "page",
        "pages",
    ]
)
_MOST_WORDS: Final = 4


def parse(text: str, context: Context) -> Reading | None:
    """A list of stories, each `{actor, want, benefit, priority}`; the priority may be null."""
    found: list[dict[str, Any]] = []
    rest: list[str] = []
    for one in _pieces(text):
        story = _story(one, context)
        if story and len(found) < MOST:
            found.append(story)
        else:
            rest.append(one)
    if not found:
        return None
    return Reading(value=found, shown="; ".join(map(said, found)), rest=tuple(rest))


def said(story: dict[str, Any]) -> str:
    """A story as one sentence."""
    name = story["actor"].replace("_", " ")
    article = "an" if name[:1] in "aeio" else "a"
    rank = f"{story['priority']}: " if story["priority"] else ""
    benefit = f" so that {story['benefit']}" if story["benefit"] else ""
    return f"{rank}As {article} {name} I want to {story['want']}{benefit}"


def _plain(text: str) -> re.Match[str] | None:
    """`Helpers log inspections`: several people, what they do, and with what."""
    found = _DOES.fullmatch(text)
    if not found or found["verb"].lower() in _NO_VERBS or len(text.split()) > _PLAIN_WORDS:
        return None
    who = found["who"].lower()
    return None if who in _NOT_ACTORS or singular(who) == who else found


def _pieces(text: str) -> list[str]:
    """One piece a story, also where a comma or nothing stands between two of them."""
    found: list[str] = []
    for one in sentences(text):
        starts = [match.start() for match in _AS_A.finditer(one)]
        starts = [place for place in starts if _WANT.search(one[place : place + 200])]
        cuts = [0, *starts[1:], len(one)]
        found += [one[a:b].strip(" ,.") for a, b in pairwise(cuts)]
    return [one for one in found if one]


def _story(text: str, context: Context) -> dict[str, Any] | None:
    priority, text = _ranked(text)
    start = _AS_A.search(text)
    if start:
        want = _WANT.search(text, start.end())
        if not want:
            return None
        who, rest = text[start.end() : want.start()], text[want.end() :]
        who = who.split(",", 1)[0]
    elif mine := _MINE.match(text):
        who, rest = "user", text[mine.end() :]
    else:
        can = _CAN.fullmatch(text) or _plain(text)
        if not can or _NOT_ACTORS.intersection(bare(can["who"]).lower().split()):
            return None
        who, rest = can["who"], can["want"]
    name = actor(who, context.actors)
    split = _BENEFIT.search(rest)
    wanted = squeezed(rest[: split.start()] if split else rest).strip(" .,")
    if not name or not wanted or len(who.split()) > _MOST_WORDS:
        return None
    benefit = squeezed(rest[split.end() :]).strip(" .,") if split else ""
    return {
        "actor": name,
        "want": wanted[:_LINE],
        "benefit": benefit[:_LINE],
        "priority": priority,
    }


def _ranked(text: str) -> tuple[str | None, str]:
    """The priority that is written beside a story, and the story without it."""
    head = _PRIORITY.search(text[:16]) or _PRIORITY.search(text, max(0, len(text) - 8))
    if head:
        return head["rank"].upper(), (text[: head.start()] + text[head.end() :]).strip(" ,-:")
    for rank, pattern in _WORDED:
        if found := pattern.search(text):
            return rank, squeezed(text[: found.start()] + text[found.end() :])
    return None, text
