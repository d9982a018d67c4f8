"""How people say it: numbers in several words as digits, and short forms as whole ones.

`four and a half grand` is `4500`, `twenty five` is `25`, `wanna` is `want to`.
"""

import re
from typing import Final

from menon.apps.socratic.questions.parsers.clauses import clauses
from menon.apps.socratic.questions.parsers.numbers import ONES, TENS

_SCALES: Final = {"dozen": 12, "hundred": 100, "thousand": 1_000, "thou": 1_000, "grand": 1_000,
                  "million": 1_000_000}  # fmt: skip
_LEADS: Final = {"half a": 0.5, "half an": 0.5, "a couple of": 2, "a couple": 2, "a few": 3,
                 "several": 3, "a": 1, "a good": 1}  # fmt: skip
_PARTS: Final = {"half": 0.5, "quarter": 0.25}

_ONE: Final = "|".join(sorted(ONES, key=len, reverse=True))
_SMALL: Final = rf"(?:(?:{'|'.join(TENS)})(?:[ -](?:{_ONE}))?|{_ONE}|\d{{1,6}})"
_SCALE: Final = "|".join(_SCALES)
_LEAD: Final = "|".join(sorted(_LEADS, key=len, reverse=True))
_RUN: Final = re.compile(
    rf"(?<![\w.,'-])(?:(?P<lead>{_LEAD})|(?P<small>{_SMALL})(?: and a (?P<part>half|quarter))?)"
    rf"(?P<scales>(?: (?:{_SCALE})s?\b){{0,2}})"
    rf"(?P<more>(?:(?: and)? {_SMALL}\b(?: (?:{_SCALE})\b)?){{0,2}})(?![\w-])",
    re.IGNORECASE,
)
_GROUP: Final = re.compile(rf"(?P<small>{_SMALL})(?: (?P<scale>{_SCALE}))?", re.IGNORECASE)
_GRAND: Final = re.compile(r" [a-z]", re.IGNORECASE)
_SHORT: Final = {
    "wanna": "want to",
    "gotta": "have to",
    "gonna": "going to",
    "lemme": "let me",
    "gimme": "give me",
    "'cause": "because",
    "cuz": "because",
    "ain't": "is not",
}
_SHORTENED: Final = re.compile(rf"(?<!\w)(?:{'|'.join(_SHORT)})\b", re.IGNORECASE)
_CORRECTED: Final = re.compile(
    r"(?:^|[\s,.;])(?:nah|no,? wait|wait|actually|make (?:it|that)|call it|i mean|or rather|"
    r"scratch that|let's say|say)\b[\s,.:]*",
    re.IGNORECASE,
)
_BOUNDS: Final = re.compile(
    r"tops|max(?:imum)?|at (?:the )?most|or (?:so|less|more)|roughly", re.IGNORECASE
)


def digits(text: str) -> str:
    """A text whose numbers of several words are digits; a single word stays as it is."""
    return _RUN.sub(_counted, text)


def whole(text: str) -> str:
    """A text with short forms written out."""
    return _SHORTENED.sub(lambda found: _SHORT[found[0].lower()], text)


def corrected(text: str) -> str:
    """What somebody says after they took something back; empty where they did not."""
    found = list(_CORRECTED.finditer(text))
    return text[found[-1].end() :] if found else ""


def whole_clauses(text: str) -> list[str]:
    """The clauses of a text; what corrects or bounds the one before stays with it."""
    found: list[str] = []
    waits = False
    for one in clauses(text):
        corrects = _CORRECTED.match(one)
        if found and (waits or corrects or _BOUNDS.fullmatch(one)):
            found[-1] = f"{found[-1]}, {one}"
        else:
            found.append(one)
        waits = corrects is not None and corrects.end() == len(one)
    return found


def _counted(found: re.Match[str]) -> str:
    lead, small, more = found["lead"] or "", found["small"] or "", found["more"]
    scales = [one.removesuffix("s") for one in found["scales"].lower().split()]
    behind = found.string[found.end() : found.end() + 2]
    alone = bool(lead or more) and not scales  # `a hall`; `two 3` is no number
    name = bool(lead) and scales[-1:] == ["grand"] and _GRAND.match(behind)  # `a grand hall`
    single = bool(small) and not (scales or found["part"] or re.search(r"[ -]", small))
    if alone or name or single:
        return found[0]
    total = _LEADS[lead.lower()] if lead else _value(small)
    total += _PARTS.get((found["part"] or "").lower(), 0)
    for scale in scales:
        total *= _SCALES[scale]
    for group in _GROUP.finditer(more):
        total += _value(group["small"]) * _SCALES.get((group["scale"] or "").lower(), 1)
    return f"{total:g}" if total < 1e6 else f"{total:.0f}"


def _value(small: str) -> float:
    if small.isdigit():
        return float(small)
    words = re.split(r"[ -]", small.lower())
    return float(sum(TENS.get(word) or ONES[word] for word in words))
