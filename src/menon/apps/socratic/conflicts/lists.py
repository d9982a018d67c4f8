"""Lists in a text: each point is read with the heading that it stands under."""

import re
from collections.abc import Iterator
from typing import Final

_POINT: Final = re.compile(r"\s*(?:[-*+\u2022\u2013\u25cf]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+")
_HEADING: Final = re.compile(r"\s*#{1,6}\s+(?P<text>.*\S)")
_SHORT: Final = 9
"""Words of a line without a mark that still is a point of the list above it."""


_ASKED: Final = re.compile(
    r"(?:^|(?<=\s))(?:Q(?:uestion)?\s*\d*\s*[:.]\s*)?"
    r"(?P<ask>(?:How|What|When|Which|Who|Where)\b[^?.!\n]{0,200})\?\s+"
    r"(?:A(?:nswer)?\s*\d*\s*[:.]\s*)?",
    re.IGNORECASE,
)


_REFUSED: Final = re.compile(
    r"(?:^|(?<=[.!]\s))(?:and |what about )?(?P<what>(?!is |are |was |can |do |does |did |will "
    r"|should |may |must |has |have "
    r"|would |could |it |we |you |they |how |what |why |who |so |really)[\w][\w ]{2,40})\?\s+"
    r"(?:no|nope|not needed|not now|skip it|forget it)\b(?P<rest>[^.!?\n]*)",
    re.IGNORECASE,
)


def headed(text: str) -> str:
    """The text with `Out of scope: chat` for a point `- chat` below `Out of scope:`.

    `What may it cost? Ten thousand.` becomes `What may it cost: Ten thousand.`
    """
    if " | " in text:
        text = text.replace(" | ", ": ", 1).replace(" | ", ", ")
    if "?" in text:
        text = _REFUSED.sub(r"We will not build \g<what>\g<rest>", _ASKED.sub(r"\g<ask>: ", text))
    return text if "\n" not in text else "\n".join(_lines(text))


def _lines(text: str) -> Iterator[str]:
    heading, marked = "", False
    for line in text.splitlines():
        plain = line.strip().strip("*_").strip()
        title = _HEADING.match(line)
        if title or plain.endswith(":"):
            heading = (title["text"] if title else plain).strip("*_: ")
            marked = False
            yield heading
            continue
        point = _POINT.match(line)
        if not plain:
            continue
        if heading and (point or (not marked and _is_short(plain))):
            marked = marked or bool(point)
            yield f"{heading}: {line[point.end() :] if point else plain}"
            continue
        heading = heading if point else ""
        yield line


def _is_short(line: str) -> bool:
    return len(line.split()) <= _SHORT and not line.endswith(".")
