"""Lists of anything: items, items that are left out, terms, actors and milestones."""

import re
from dataclasses import replace
from typing import Final

from menon.apps.socratic.questions.parsers import date, duration
from menon.apps.socratic.questions.parsers.clauses import items, outside, sentences, squeezed
from menon.apps.socratic.questions.parsers.names import actor, bare
from menon.apps.socratic.questions.parsers.reading import Context, Reading

_LINE: Final = 1_000
_MOST: Final = 100
_MOST_WORDS: Final = 4
_WITHOUT: Final = re.compile(
    r"(?:(?:we|it|there|they|this|the system|the app|you)\s)?(?:(?:definitely|certainly|explicitly|"
    r"absolutely)\s)?(?:will not|won't|must not|should not|do not|does not|don't|doesn't|cannot|is "
    r"no|are no|are not|is not|isn't|aren't|no need for|not needed|never|without|excluding|exclude|"
    r"except|avoid|nothing like|none of (?:that|this|the|those|these)|nothing to do with|"
    r"instead of|rather than|not|no)\b\s*",
    re.IGNORECASE,
)
_FOLLOWS: Final = re.compile(
    r"(?:(?:have|need|use|be|build|want|do|handle|support|include|cover|process|offer|allow|there|"
    r"an?|the|any)\s){1,3}",
    re.IGNORECASE,
)
_ASKED: Final = re.compile(
    r"\b(?:has|have|needs?|must|should|is|are|will|can|wants?)\b", re.IGNORECASE
)
_HEADING: Final = re.compile(
    r"(?:out of scope|outside|excluded|not included|forbidden)\s?[:=]?\s*", re.IGNORECASE
)
_TRAIL: Final = re.compile(
    r"\s(?:is|are|stays?|remains?)\s(?:out of scope|excluded|outside|forbidden)$", re.IGNORECASE
)
_TERM: Final = re.compile(
    r"(?P<term>[^:=\u2013]{1,80}?)\s*(?::|=|\u2013|\s-\s|\smeans\s|\sis\s(?:a|an|the|what)\s|\sare\s)\s*"
    r"(?P<meaning>.{2,})",
    re.IGNORECASE | re.DOTALL,
)
_ACTOR: Final = re.compile(
    r"(?P<name>[^:(\u2013]{1,80}?)\s*(?:[:(\u2013]|\s-\s|\swho\s|\sthat\s|\ssuch as\s)"
    r"\s*(?P<about>.*)",
    re.DOTALL,
)
_ACTOR_LEAD: Final = re.compile(
    r"(?:mainly|mostly|primarily|only|users?:|actors?:|roles?:|there are|we have|for|it is used by|"
    r"used by)\s+",
    re.IGNORECASE,
)
_NO_ACTOR: Final = re.compile(
    r"(?:no|not|without|none|nobody|we|i|it|they|he|she|by the way)\b(?=\s)|my\s|that is\b|"
    r"i\.?e\b|namely\b",
    re.IGNORECASE,
)
"""What begins so says something about them, or something else."""
_ACTOR_COUNT: Final = re.compile(
    r"(?:\d{1,4}|two|three|four|five|six|seven|eight|nine|ten|the odd|occasional(?:ly)?|usual|"
    r"sometimes|also|then|and|me,? (?=the\s)|myself,? (?=the\s))\s*",
    re.IGNORECASE,
)
_ACTOR_TAIL: Final = re.compile(
    r"\s(?:of course|obviously|mostly|mainly|sometimes|too|as well|(?:behind|at|from|near|with|in|"
    r"on) .*)$",
    re.IGNORECASE,
)
_ABOUT_US: Final = re.compile(
    r"(?:we|i|it|that|this|he|she|my \w+)(?:'s| is| are| am|'re|'m) ", re.IGNORECASE
)
_SELF: Final = frozenset({"me", "myself", "i", "us", "ourselves"})
_AND: Final = re.compile(r"\s+(?:and|or|&)\s+(?![^()]{0,200}\))", re.IGNORECASE)
_WHEN: Final = re.compile(
    r"\s*(?:\b(?:in|within|after|by|on|until|takes|at the end of|end of|due|before|at least|"
    r"at most)"
    r"\b|[:(=\u2013]|\s-\s)[\s:]*",
    re.IGNORECASE,
)


def parse(text: str, context: Context) -> Reading | None:
    """The items of a list; full sentences stay whole."""
    del context
    whole = sentences(text)
    long = any(len(one.split()) > 12 for one in whole)
    return _listed(whole if long else items(text))


def scope(text: str, context: Context) -> Reading | None:
    """What is left out: `no mobile app, without payments` is `mobile app`, `payments`."""
    del context
    found: list[str] = []
    rest: list[str] = []
    for one in sentences(text):
        if found and not any(_WITHOUT.match(item) for item in items(one)) and _ASKED.search(one):
            rest.append(one)  # `no chat. It has to be fast.`
            continue
        body = _TRAIL.sub("", _HEADING.sub("", one, count=1).strip(" ."))
        for item in items(body):
            without = _WITHOUT.match(item)
            noun = item[without.end() :] if without else item
            lead = _FOLLOWS.match(f"{noun} ")
            noun = noun[lead.end() :] if lead and lead.end() < len(noun) else noun
            noun = noun.strip(" .").removesuffix(" please")
            if noun:
                found.append(noun)
    listed = _listed(found)
    return replace(listed, rest=(*listed.rest, *rest)) if listed and rest else listed


def terms(text: str, context: Context) -> Reading | None:
    """`{term, meaning}` of each line such as `loan: a book that is out`."""
    del context
    found: list[dict[str, str]] = []
    rest: list[str] = []
    for one in sentences(text):
        match = _TERM.fullmatch(one)
        if match and len(found) < _MOST:
            found.append({"term": squeezed(match["term"]), "meaning": match["meaning"].strip()})
        else:
            rest.append(one)
    if not found:
        return None
    return Reading(value=found, shown=", ".join(one["term"] for one in found), rest=tuple(rest))


def actors(text: str, context: Context) -> Reading | None:
    """`{name, description}` of each: `librarians, members (people with a card) and guests`."""
    found: dict[str, str] = {}
    rest: list[str] = []
    for whole in sentences(text):
        lead = _ACTOR_LEAD.match(whole)
        line = whole[lead.end() :] if lead else whole
        if _ABOUT_US.match(line):
            rest.append(line)
            continue
        described = re.match(r"[^,(]{1,80}:\s", line)
        for item in [line] if described else outside(line, ","):
            for one in [item] if described else _AND.split(item):
                match = _ACTOR.fullmatch(one)
                noun = _actor_noun(match["name"] if match else one)
                name = "user" if noun.lower() in _SELF else actor(noun, context.actors)
                if (
                    not name
                    or _NO_ACTOR.match(one.strip())
                    or len(noun.split()) > _MOST_WORDS
                    or len(found) >= _MOST
                ):
                    rest.append(one)
                    continue
                about = squeezed(match["about"]).rstrip(" .)") if match else ""
                found[name] = found.get(name) or about[:_LINE]
    if not found:
        return None
    value = [{"name": name, "description": about} for name, about in found.items()]
    return Reading(value=value, shown=", ".join(found), rest=tuple(rest))


def _actor_noun(text: str) -> str:
    """What somebody is called, without how many and where they stand."""
    noun = text.strip()
    for _ in range(4):
        count = _ACTOR_COUNT.match(noun)
        if not count or count.end() >= len(noun):
            break
        noun = noun[count.end() :]
    return bare(_ACTOR_TAIL.sub("", bare(noun)))


def milestones(text: str, context: Context) -> Reading | None:
    """`{name, days | date}` of each: `beta in 6 weeks, launch by 2027-03-01`."""
    found: list[dict[str, object]] = []
    rest: list[str] = []
    for one in (part for line in sentences(text) for part in outside(line, ",")):
        cut = _WHEN.search(one)
        name = squeezed(one[: cut.start()] if cut else "").strip(" .,")
        day = date.find(one)
        length = None if day else duration.parse(one, context)
        if not name or len(found) >= _MOST or not (day or (length and length.value)):
            rest.append(one)
        elif day:
            found.append({"name": name[:_LINE], "date": day})
        elif length and length.value["seconds"] <= 36_500 * duration.DAY_S:
            days = round(length.value["seconds"] / duration.DAY_S, 2)
            found.append({"name": name[:_LINE], "days": days})
    if not found:
        return None
    shown = ", ".join(f"{one['name']} ({one.get('date') or one.get('days')})" for one in found)
    return Reading(value=found, shown=shown, rest=tuple(rest))


def _listed(given: list[str]) -> Reading | None:
    """A list of lines, each once, none longer than a specification takes."""
    kept: dict[str, None] = {}
    rest: list[str] = []
    for one in given:
        line = squeezed(one)
        if len(line) > _LINE or len(kept) >= _MOST:
            rest.append(one)
        elif any(map(str.isalnum, line)):
            kept[line] = None
    if not kept:
        return None
    return Reading(value=list(kept), shown=", ".join(kept), rest=tuple(rest))
