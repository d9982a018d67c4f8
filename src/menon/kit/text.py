"""Text from outside, made safe to store: every database and every encoder accepts it."""

import re
import unicodedata
from typing import Any, cast

_SURROGATE = re.compile("[\ud800-\udfff]")
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def storable(text: str) -> str:
    """Drop NUL and replace lone surrogates by U+FFFD: PostgreSQL and UTF-8 refuse them."""
    if text.isascii():
        return text.replace("\x00", "") if "\x00" in text else text
    return _SURROGATE.sub("\ufffd", text.replace("\x00", ""))


def storable_json(value: Any) -> Any:
    """Plain JSON in which every text can be stored, names too."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [storable_json(item) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        pairs = cast("dict[str, Any]", value).items()
        return {storable(name): storable_json(item) for name, item in pairs}
    return value


def clean(text: str) -> str:
    """Make text storable and compose it to NFC; offsets in citations refer to cleaned text."""
    return unicodedata.normalize("NFC", storable(text))


def shorten(text: str, limit: int) -> str:
    """The text in at most `limit` characters on one line, cut at a word where that is possible."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    head = flat[: limit - 1]
    cut = head.rfind(" ")
    return (head[:cut] if cut > limit // 2 else head).rstrip() + "…"


def slug(name: str, most: int = 80) -> str:
    """A name for addresses: lower case letters, digits and dashes; perhaps none is left."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:most]


def worded(name: str) -> str:
    """A name that only has one for programs, such as `make_index`, in words; others as they are."""
    return name.replace("_", " ").capitalize() if _NAME.fullmatch(name) else name


class Growing:
    """A text that grows by small pieces, which are joined now and then.

    A piece takes 50 bytes more than its letters, and joining at each one would copy all of them.
    """

    _PIECES = 16

    def __init__(self, text: str = "") -> None:
        self._pieces = [text] if text else []

    def add(self, piece: str) -> None:
        """The text goes on."""
        self._pieces.append(piece)
        if len(self._pieces) > self._PIECES:
            self._pieces = [str(self)]

    def __str__(self) -> str:
        return "".join(self._pieces)

    def __bool__(self) -> bool:
        return any(self._pieces)

    @property
    def last(self) -> str:
        """The last piece that was added, or what it is joined with."""
        return self._pieces[-1] if self._pieces else ""
