"""Examples: `Given a member, when she borrows the book, then it is lent`; also as Gherkin."""

import re
from typing import Any, Final

from menon.apps.socratic.questions.parsers.clauses import squeezed
from menon.apps.socratic.questions.parsers.reading import Context, Reading

_LINE: Final = 1_000
_MOST: Final = 50
_MOST_STEPS: Final = 20
_WORD: Final = re.compile(
    r"(?:^|(?<=[\n,.;:]))\s*(?P<word>given|when|then|and|but|scenario(?: outline)?|example|feature)"
    r"\b[ \t:]*",
    re.IGNORECASE,
)
_INLINE: Final = re.compile(r"(?<=\S)\s(?=(?:when|then)\s)", re.IGNORECASE)


def parse(text: str, context: Context) -> Reading | None:
    """A list of scenarios, each `{name, given, when, then}` with lists of steps.

    A scenario needs a `when` and a `then`; a new `given` after a `then` begins the next one.
    """
    del context
    found: list[dict[str, Any]] = []
    rest: list[str] = []
    current = _empty()
    last = ""
    for word, step in _steps(text):
        begins = word.startswith(("scenario", "example"))
        if begins or (word in {"given", "when"} and current["then"]):
            _close(current, found, rest)
            current, last = _empty(), ""
        if begins:
            current["name"] = step[:_LINE]
        elif word in {"given", "when", "then"}:
            last = word
            _add(current, word, step, rest)
        elif word in {"and", "but"} and last:
            _add(current, last, step, rest)
        elif step and word != "feature":
            rest.append(step)
    _close(current, found, rest)
    if not found:
        return None
    return Reading(value=found, shown="; ".join(map(_said, found)), rest=tuple(rest))


def _steps(text: str) -> list[tuple[str, str]]:
    """Each step behind its word; what stands before the first word has none."""
    text = "\n".join(_INLINE.sub("\n", line) for line in text.split("\n"))
    marks = list(_WORD.finditer(text))
    start = marks[0].start() if marks else len(text)
    found = [("", squeezed(text[:start]).strip(" ,.;"))] if text[:start].strip() else []
    for place, mark in enumerate(marks):
        end = marks[place + 1].start() if place + 1 < len(marks) else len(text)
        step = squeezed(text[mark.end() : end]).strip(" ,.;")
        found.append((mark["word"].lower(), step))
    return found


def _add(current: dict[str, Any], word: str, step: str, rest: list[str]) -> None:
    if step and len(current[word]) < _MOST_STEPS and len(step) <= _LINE:
        current[word].append(step)
    elif step:
        rest.append(step)


def _close(current: dict[str, Any], found: list[dict[str, Any]], rest: list[str]) -> None:
    if current["when"] and current["then"] and len(found) < _MOST:
        found.append(current)
        return
    rest += [step for word in ("given", "when", "then") for step in current[word]]


def _empty() -> dict[str, Any]:
    return {"name": "", "given": [], "when": [], "then": []}


def _said(one: dict[str, Any]) -> str:
    parts = [f"{word} {' and '.join(one[word])}" for word in ("given", "when", "then") if one[word]]
    return ", ".join(parts)
