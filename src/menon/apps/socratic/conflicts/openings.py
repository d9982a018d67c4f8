"""What a sentence begins with before it says anything: greetings, speakers, reports."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from menon.apps.socratic.conflicts.lexicon import Phrases, document, words
from menon.apps.socratic.conflicts.words import Token

_FAR: Final = 14
"""Tokens that an opening may have."""
_BEFORE_NOUNS: Final = frozenset(
    {"about", "of", "for", "on", "with", "the", "a", "an", "all", "every", "each", "any", "no",
     "new", "open", "send", "get", "receiv", "in", "by", "from", "to", "and", "or", "our", "their"}
)  # fmt: skip
"""Behind these `claims` and `requests` are things."""
_TIMES: Final = 4
"""Openings that may follow each other."""


@cache
def _until_comma() -> Phrases:
    return Phrases(("opening", str(p)) for p in document("openings")["until_comma"])


def opening(piece: Sequence[Token], start: int) -> int:
    """How many tokens from this place only open the sentence."""
    begun = start
    for _ in range(_TIMES):
        length = _speaker(piece, start) or _lead(piece, start) or _reported(piece, start)
        if not length or start + length >= len(piece):
            break
        start += length
    return start - begun


def _speaker(piece: Sequence[Token], start: int) -> int:
    """`QA:`, `Tech lead here:`, `REQ-12:`, `As the product owner,`."""
    speakers = words("openings", "speakers")
    as_one = piece[start].stem in {"as", "be"}
    for at in range(start, min(start + 8, len(piece) - 1)):
        token = piece[at]
        if at > start and token.text in ({",", ":"} if as_one else {":"}):
            # `Software: 5,000 euros` is a sum, and nobody speaks.
            return 0 if piece[at + 1].kind == "number" and not as_one else at + 1 - start
        if as_one and at > start + 1 and token.text in {"i", "we"}:
            return at - start
        if as_one and at == start:
            continue
        if token.stem not in speakers and token.kind != "number":
            return 0
    return 0


def _lead(piece: Sequence[Token], start: int) -> int:
    stems = [token.stem for token in piece[start : start + _FAR]]
    match = _until_comma().at(stems, 0)
    if match is None:
        return 0
    for at in range(match.end, len(stems)):
        if stems[at] in {",", ":"}:
            return at + 1
        if stems[at] == "that" and at == match.end:
            return at + 1
        if at - match.end >= 2 and stems[at] in words("words", "aux") and match.end < 3:
            break
    return 0


def _reported(piece: Sequence[Token], start: int) -> int:
    """The length of what only tells who says it, as in `the vendor says that ...`."""
    verbs, aux = words("openings", "reports"), words("words", "aux")
    negators = words("words", "negator")
    said = -1
    for at in range(start, min(start + 10, len(piece) - 2)):
        token = piece[at]
        if token.stem in negators or token.kind == "number":
            return 0
        if token.text == "that" and said >= 0:
            return at + 1 - start
        if at > start and token.stem in verbs and piece[at - 1].stem not in _BEFORE_NOUNS:
            said = at
            plain = {"say", "think", "believ", "warn", "insist", "claim", "promis", "reckon"}
            if token.stem in plain and at - start < 6 and piece[at + 1].text != "that":
                before = {one.stem for one in piece[start:at]}
                return 0 if before & aux else at + 1 - start
    return 0
