"""Yes or no, also in a sentence that begins or ends with it."""

import re
from typing import Final

from menon.apps.socratic.questions.parsers.clauses import plain
from menon.apps.socratic.questions.parsers.reading import Context, Reading

_YES: Final = frozenset(
    {"yes", "y", "yep", "yeah", "sure", "true", "ok", "okay", "definitely", "always", "correct"}
)
_NO: Final = frozenset(
    {"no", "n", "nope", "nah", "false", "never", "not", "none", "neither", "hardly"}
)
_DENIED: Final = re.compile(
    r"\b(?:not (?:needed|required|necessary|at all)|no need|isn't|aren't)\b"
)
_MEANT: Final = re.compile(r"\b(?:must|should|needed|required|of course|we do|they do|please)\b")


def parse(text: str, context: Context) -> Reading | None:
    """True or false; None where the text says neither."""
    del context
    said = plain(text)
    first = said.split(" ", 1)[0].strip(",.;:!-") if said else ""
    answer: bool | None = None
    if first in _YES:
        answer = True
    elif first in _NO or _DENIED.search(said):
        answer = False
    elif _MEANT.search(said):
        answer = True
    return None if answer is None else Reading(value=answer, shown="yes" if answer else "no")
