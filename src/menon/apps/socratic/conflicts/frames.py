"""Forms in which requirements are put, turned into what they say.

`As a nurse I want to change the dose so that ...` → `nurse can change the dose so that ...`
`Given a guest, when he orders, then it fails` → `when guest orders, it fails`
`The system must allow only admins to delete it` → `only admins may delete it`
"""

import re
from collections.abc import Callable
from typing import Final

from menon.apps.socratic.conflicts.lexicon import words

_I: Final = re.IGNORECASE
_LABEL: Final = re.compile(
    r"^(?:acceptance criteri(?:on|a)|user story|scenario|business rule|definition of done"
    r"|goal|wish|feedback)\s*#?\d*\s*:\s+",
    _I,
)
_STORY: Final = re.compile(
    r"^as (?:an? |the |one of the )?(?!soon\b|long\b|far\b|much\b|well\b|many\b|of\b|if\b|we\b|i\b"
    r"|you\b|it\b|per\b|for\b|to\b|part\b|things?\b)(?P<who>[^,.:;]{2,60}?),? "
    r"(?P<we>i|we)(?P<says>'d|'m|'ve)? (?P<rest>.+)$",
    _I,
)
_WANTS: Final = re.compile(
    r"^(?:only |also |really |just )?(?:want|need|wish|would like|like|would love|expect|have)"
    r"(?: to be able| to have the (?:option|possibility|ability))? to (?P<what>.+)$",
    _I,
)
_MAY: Final = re.compile(
    r"^(?P<may>can ?not|can't|can|may not|may|must not|am (?:not )?(?:able|allowed) to)"
    r" (?P<what>.+)$",
    _I,
)
_WANTED: Final = re.compile(
    r"^(?:only |also |really |just )?(?:want|need|wish for|would like|would love|expect) "
    r"(?P<what>.+)$",
    _I,
)
_OTHERS_DO: Final = re.compile(
    r"^(?P<what>(?!up\b|at\b|between\b|from\b|access\b)[^,]{2,60}?) to (?P<verb>[a-z]+)\b"
)
_GIVEN: Final = re.compile(
    r"^given (?:that )?(?P<given>.+?),? (?:and )?when (?P<when>.+?),? then (?P<then>.+)$", _I
)
_WHEN: Final = re.compile(r"^when (?P<when>.+?), then (?P<then>.+)$", _I)
_PERSON: Final = re.compile(r"^(?:an?|the|any|every) (?P<who>\w+(?: \w+)?)$", _I)
_THIRD: Final = re.compile(r"\b(?:he or she|he|she|they)\b", _I)
_LETS: Final = re.compile(
    r"^(?:the (?:system|app|application|platform|site|website|portal|software|program|solution"
    r"|release|first version|tool|shop)"
    r"|it|we) (?P<must>must|shall|should|will|has to|have to|may|can|does|do)?\s?"
    r"(?P<not>not |never |n't )?(?:allows?|permits?|enables?|lets?) (?P<who>[^,]{2,60}?) to "
    r"(?P<what>.+)$",
    _I,
)
_READ_ONLY: Final = re.compile(
    r"^(?:for|to) (?P<who>[^,]{2,40}?),? (?P<what>(?:the|a|an|all|every|each|any|our) [^,]{2,60}?)"
    r" (?:is|are|must be|should be|shall be|has to be|have to be|stays?|remains?|will be)"
    r" (?:strictly |only |purely )?(?:read|view)[- ]only\b",
    _I,
)
_SHOWS: Final = re.compile(
    r"^(?:the (?:system|app|application|platform|site|website|portal|software|program|solution)"
    r"|it|we) (?P<must>must|shall|should|will|may|can|does|do)\s?(?P<not>not |never )"
    r"(?:show|display|reveal|disclose|expose) (?P<what>[^,]{2,60}?) to (?P<who>[^,]{2,60}?)"
    r"(?P<tail>,? (?:until|unless|before|if|when|while|after|without|except)\b.*)?$",
    _I,
)
_POSSIBLE: Final = re.compile(
    r"^it (?P<must>must|shall|should|is|will|can) (?P<not>not )?(?:be )?possible for "
    r"(?P<who>[^,]{2,40}?) to (?P<what>.+)$",
    _I,
)
_MINE: Final = (
    (re.compile(r"\b(?:by )?my ?self\b", _I), "themselves"),
    (re.compile(r"\b(?:my|mine)(?: own)?\b", _I), "their own"),
)
_FIRST: Final = re.compile(
    r"^first,? (?P<one>[^,]{5,80}), (?:and )?(?:only )?then (?P<other>.+)$", _I
)
_COMES: Final = re.compile(
    r"^(?P<one>[^,]{2,60}?) (?:comes?|goes|is built|is done|should be built|must be built) first,"
    r" (?:and )?then (?P<other>[^,]{2,60})$",
    _I,
)
_LINKED: Final = re.compile(r" (?:so that|in order to|such that) ", _I)


_LONGEST: Final = 1_000
"""Characters of a sentence in a form; `given a when b when b ...` of 90,000 took 21 s to refuse."""


def framed(sentence: str) -> str:
    """The sentence without the form in which it was put; most often the same."""
    if len(sentence) > _LONGEST:
        return sentence
    sentence = _LABEL.sub("", sentence, count=1)
    for pattern, said in _FRAMES:
        if match := pattern.match(sentence):
            return said(match) or sentence
    return sentence


def _story(match: re.Match[str]) -> str:
    """What somebody wants to do, may do; what somebody else wants is a sentence of its own."""
    who, rest = match["who"].strip(), _LINKED.split(match["rest"], maxsplit=1)[0]
    if match["says"]:
        rest = f"{'would' if match['says'] == chr(39) + 'd' else 'have'} {rest}"
    if set(who.casefold().split()) <= words("openings", "speakers"):
        return ""
    for pattern, mine in _MINE:
        rest = pattern.sub(mine, rest)
    if found := _WANTS.match(rest):
        return f"{who} can {_of(who, found['what'])}"
    if found := _MAY.match(rest):
        return f"{who} {found['may'].replace('am ', 'is ')} {found['what']}"
    if found := _WANTED.match(rest):
        return _wanted(who, found["what"])
    return f"{match['we']} {rest}"


def _wanted(who: str, what: str) -> str:
    """`I want the system to log me out`: the system must do so."""
    what = re.sub(r"\bme\b", f"the {who}", what)
    return _OTHERS_DO.sub(r"\g<what> must \g<verb>", _of(who, what))


def _of(who: str, what: str) -> str:
    """`Once I have paid` is once this person has."""
    return re.sub(r"\b(?:I|we)\b", f"the {who}", what)


def _given(match: re.Match[str]) -> str:
    """The state is a condition; a person in it is who acts."""
    given, when, then = match["given"].strip(), match["when"].strip(), match["then"].strip()
    person = _PERSON.match(given)
    if person and (_THIRD.search(when) or _THIRD.search(then)):
        who = f"the {person['who']}"
        when, then = (_THIRD.sub(who, part, count=1) for part in (when, then))
        return f"when {when}, {then}"
    return f"when {given} and {when}, {then}"


def _lets(match: re.Match[str]) -> str:
    denied = "may not" if match["not"] or (match["must"] or "").endswith("n't") else "may"
    return f"{match['who']} {denied} {match['what']}"


def _ordered(match: re.Match[str]) -> str:
    """`First it is packed, then it is paid`."""
    return f"{match['one']} before {match['other']}"


_FRAMES: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = (
    (_STORY, _story),
    (_FIRST, _ordered),
    (_COMES, lambda match: f"{match['one']} comes before {match['other']}"),
    (_GIVEN, _given),
    (_WHEN, lambda match: f"when {match['when']}, {match['then']}"),
    (_LETS, _lets),
    (_READ_ONLY, lambda match: f"{match['who']} have read-only access to {match['what']}"),
    (_POSSIBLE, lambda match: f"{match['who']} can {match['not'] or ''}{match['what']}"),
    (_SHOWS, lambda match: f"{match['who']} may not see {match['what']}{match['tail'] or ''}"),
)
