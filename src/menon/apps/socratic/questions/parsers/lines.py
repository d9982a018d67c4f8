"""Lists of anything: items, items that are left out, terms, actors and milestones."""

import re
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
    r"except|avoid|nothing like|instead of|rather than|not|no)\b\s*",
    re.IGNORECASE,
)
_FOLLOWS: Final = re.compile(
    r"(?:(?:have|need|use|be|build|want|do|handle|support|include|cover|process|offer|allow|there|"
    r"an?|the|any)\s){1,3}",
    re.IGNORECASE,
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
    r"(?P<name>[^:(\u2013]{1,80}?)\s*(?:[:(\u2013]|\s-\s|\swho\s|\sthat\s)\s*(?P<about>.*)",
    re.DOTALL,
)
_ACTOR_LEAD: Final = re.compile(
    r"(?:mainly|mostly|primarily|only|users?:|actors?:|roles?:|there are|we have|for|it is used by|"
    r"used by)\s+",
    re.IGNORECASE,
)
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
    for one in sentences(text):
        body = _TRAIL.sub("", _HEADING.sub("", one, count=1).strip(" ."))
        for item in items(body):
            without = _WITHOUT.match(item)
            noun = item[without.end() :] if without else item
            lead = _FOLLOWS.match(f"{noun} ")
            noun = noun[lead.end() :] if lead and lead.end() < len(noun) else noun
            if noun.strip(" ."):
                found.append(noun.strip(" ."))
    return _listed(found)


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
        described = re.match(r"[^,(]{1,80}:\s", line)
        for item in [line] if described else outside(line, ","):
            for one in [item] if described else _AND.split(item):
                match = _ACTOR.fullmatch(one)
                noun = bare(match["name"] if match else one)
                name = actor(noun, context.actors)
                if not name or len(noun.split()) > _MOST_WORDS or len(found) >= _MOST:
                    rest.append(one)
                    continue
                about = squeezed(match["about"]).rstrip(" .)") if match else ""
                found[name] = found.get(name) or about[:_LINE]
    if not found:
        return None
    value = [{"name": name, "description": about} for name, about in found.items()]
    return Reading(value=value, shown=", ".join(found), rest=tuple(rest))


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
