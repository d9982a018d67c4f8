"""One file: merged line by line, with its line ends and its last line end as properties of it."""

from dataclasses import dataclass
from typing import Final, TypeVar

from menon.apps.socratic.proof.three_way import Piece, TooHard, pieces

OURS: Final = b"<<<<<<< yours\n"
MIDDLE: Final = b"=======\n"
THEIRS: Final = b">>>>>>> generated\n"

_LARGEST: Final = 4 << 20
"""Bytes of a text that is compared."""

Property = TypeVar("Property")


@dataclass(frozen=True, kw_only=True)
class MergedText:
    """A text, and how many places are marked in it."""

    text: bytes
    clashes: int


def is_text(*contents: bytes) -> bool:
    """Whether these can be compared by line."""
    return all(b"\0" not in content and len(content) <= _LARGEST for content in contents)


def merged_text(base: bytes, ours: bytes, theirs: bytes) -> MergedText | None:
    """What both sides made of a base; None where comparing would take too long.

    A side that changed all line ends, or the last one, has changed one property and not every
    line: it does not clash with changes of the text.
    """
    ends = [_line_end(text) for text in (base, ours, theirs)]
    crlf = None not in ends and _chosen(*ends) == b"\r\n"
    plain = None not in ends and b"\r\n" in ends
    texts = [text.replace(b"\r\n", b"\n") if plain else text for text in (base, ours, theirs)]
    try:
        found = list(pieces(*map(_lines, texts)))
    except TooHard:
        return None
    clashes = sum(piece.clash for piece in found)
    text = b"".join(map(_written, found))
    if not clashes and not _chosen(*map(_ends, texts)):
        text = text.removesuffix(b"\n")
    return MergedText(text=text.replace(b"\n", b"\r\n") if crlf else text, clashes=clashes)


def _chosen(base: Property, ours: Property, theirs: Property) -> Property:
    """A property of the result: what one side changed, ours if both did."""
    return theirs if ours == base else ours


def _line_end(text: bytes) -> bytes | None:
    """The line end of all lines; nothing where there is none, None where there are several."""
    total, windows = text.count(b"\n"), text.count(b"\r\n")
    if windows in (0, total):
        return b"\r\n" if windows else b"\n"
    return None


def _ends(text: bytes) -> bool:
    """Its last line is ended."""
    return not text or text.endswith(b"\n")


def _lines(text: bytes) -> list[bytes]:
    """Lines that are all ended; only a line feed ends one."""
    parts = text.split(b"\n")
    return [part + b"\n" for part in (parts if parts[-1] else parts[:-1])]


def _written(piece: Piece) -> bytes:
    if not piece.clash:
        return b"".join(piece.lines)
    return b"".join((OURS, *piece.ours, MIDDLE, *piece.theirs, THEIRS))
