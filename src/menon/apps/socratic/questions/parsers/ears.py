"""Requirements in the patterns of EARS: `When an order is placed, the shop shall ...`."""

import re
from typing import Any, Final

from menon.apps.socratic.questions.parsers.clauses import sentences, squeezed
from menon.apps.socratic.questions.parsers.reading import Context, Reading

_LINE: Final = 1_000
_MOST: Final = 500
_MODAL: Final = re.compile(
    r"\b(?:shall|must|will|should|has to|have to|needs to|is|are|gets?|receives?|"
    r"sends?|becomes?)\b",
    re.IGNORECASE,
)
_OBLIGED: Final = re.compile(
    r"\b(?:shall|must|will|should|has to|have to|needs to)\b", re.IGNORECASE
)
_STARTS: Final = {
    "when": "event",
    "whenever": "event",
    "after": "event",
    "once": "event",
    "as soon as": "event",
    "every": "event",
    "if": "unwanted",
    "while": "state",
    "as long as": "state",
    "during": "state",
    "where": "optional",
}
_START: Final = re.compile(rf"(?P<word>{'|'.join(_STARTS)})\s", re.IGNORECASE)
_TURNED: Final = re.compile(
    r"\s(?P<word>when|whenever|if|while|as soon as|once|after)\s", re.IGNORECASE
)


def parse(text: str, context: Context) -> Reading | None:
    """A list of requirements, each `{pattern, text}`, in the words of the answer with `shall`."""
    del context
    found: list[dict[str, Any]] = []
    rest: list[str] = []
    for one in sentences(text):
        requirement = _requirement(one)
        if requirement and len(found) < _MOST:
            found.append(requirement)
        else:
            rest.append(one)
    if not found:
        return None
    return Reading(value=found, shown="; ".join(one["text"] for one in found), rest=tuple(rest))


def _requirement(text: str) -> dict[str, Any] | None:
    text = squeezed(text).strip(" .")
    if not text or len(text) > _LINE - 20:
        return None
    start = _START.match(text)
    if start:
        pattern = _STARTS[start["word"].lower()]
        head, comma, body = text.partition(", ")
        if not comma:
            head, comma, body = text.partition(" then ")
        if not comma or not _MODAL.search(body):
            return None
        return _made(pattern, f"{head[:1].upper()}{head[1:]}", body)
    obliged = _OBLIGED.search(text)
    if not obliged:
        return None
    turned = _TURNED.search(text, obliged.end())
    if turned:
        pattern = _STARTS[turned["word"].lower()]
        head = f"{turned['word'][:1].upper()}{turned['word'][1:]} {text[turned.end() :]}"
        return _made(pattern, head, text[: turned.start()])
    return {"pattern": "ubiquitous", "text": f"{_shall(text[:1].upper() + text[1:])}."}


def _made(pattern: str, head: str, body: str) -> dict[str, Any]:
    body = _shall(body.removeprefix("then "))
    if pattern == "unwanted":
        body = f"then {body}"
    return {"pattern": pattern, "text": f"{head.rstrip(' ,')}, {body}."}


def _shall(text: str) -> str:
    return _OBLIGED.sub("shall", text.strip(" ."), count=1)
