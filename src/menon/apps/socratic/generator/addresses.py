"""Test data of e-mail addresses and URLs, which may have to be of a certain length."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from menon.apps.socratic.generator.model import FieldModel
from menon.apps.socratic.specification.data import FieldType
from menon.apps.socratic.specification.regex_sample import samples
from menon.core.errors import InvalidInput


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """How addresses are made longer: something in front, a filling, something behind."""

    usual: str
    short: str
    longest: int
    """Of the filling."""
    front: str = ""
    behind: str = ""

    def of(self, size: int) -> str | None:
        """A Python expression for one of that length; None where there is none of this make."""
        filling = size - len(self.front) - len(self.behind)
        if not 0 < filling <= self.longest:
            return None
        parts = [repr(self.front), f'"x" * {filling}', repr(self.behind)]
        return " + ".join(part for part in parts if part != "''")


_USUAL: Final = (19, 24)
"""Characters of the usual samples: those of the first, and of any that tests come to."""
_SHORT: Final = (7, 16)
_LONGEST: Final = 2_000
ADDRESSES: Final[Mapping[FieldType, _Kind]] = {
    FieldType.EMAIL: _Kind(
        usual='f"person{n}@example.com"', short='f"p{n}@x.io"', longest=64, behind="@example.com"
    ),
    FieldType.URL: _Kind(
        usual='f"https://example.com/{n}"',
        short='f"http://x.io/{n}"',
        longest=1_900,
        front="https://example.com/",
    ),
}


EMAIL: Final = r"^[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}\Z"
URL: Final = r"^https?://[A-Za-z0-9.-]{1,200}(:[0-9]{1,5})?(/[A-Za-z0-9._~:/?#@!$&()*+,;=%-]*)?\Z"
"""As `app/core/wire.py` has them."""
_SHAPES: Final = {FieldType.EMAIL: EMAIL, FieldType.URL: URL}
_FLAGS: Final = re.compile(r"\(\?([aimsux]+)\)")
_FORMS: Final = {
    FieldType.EMAIL: (
        *("{part}", "person{n}{part}", "{part}example{n}.com", "{part}@example{n}.com"),
        *("x@example{n}{part}", "x@{part}{n}.com", "person{n}@example.com"),
    ),
    FieldType.URL: (
        *("{part}", "{part}{n}", "{part}/{n}", "{part}example.com/{n}", "https://x{n}{part}"),
        *("https://{part}/{n}", "https://example.com/{n}{part}", "https://example.com/{n}"),
    ),
}
"""What a part of an address is completed to, so that there are as many as are wanted."""


def both(kind: FieldType, pattern: str) -> str:
    """A pattern of addresses in which another one is found too."""
    flags = _FLAGS.match(pattern)
    other = f"(?{flags[1]}:{pattern[flags.end() :]})" if flags else f"(?:{pattern})"
    return rf"^(?=[\s\S]*?{other}){_SHAPES[kind][1:]}"


def matching(field: FieldModel, count: int) -> list[str]:
    """Up to so many addresses in which the pattern of a field is found."""
    least, most = field.min_length or 0, field.max_length or _LONGEST
    parts = samples(field.part, count) or [""]
    made = (
        form.format(part=parts[n % len(parts)], n=n)
        for n in range(count)
        for form in _FORMS[field.type]
    )
    fit = (one for one in made if least <= len(one) <= most and re.search(field.pattern or "", one))
    return list(dict.fromkeys(fit))[:count]


def address(field: FieldModel) -> str:
    """A Python expression of `n` for the n-th address of a length within the limits.

    Raises:
        InvalidInput: none is short or long enough.
    """
    kind = ADDRESSES[field.type]
    least, most = field.min_length or 0, field.max_length or _LONGEST
    for sizes, made in ((_USUAL, kind.usual), (_SHORT, kind.short)):
        if least <= sizes[0] and most >= sizes[1]:
            return made
    size = max(least, _USUAL[1])
    if size > most or kind.of(size) is None:
        raise InvalidInput(
            f"no address was found for {field.title!r} with {least} to {most} characters; "
            f"allow some between {_USUAL[0]} and {_USUAL[1]}"
        )
    filling = size - len(kind.front) - len(kind.behind)
    parts = [repr(kind.front), f'f"{{n}}".rjust({filling}, "x")', repr(kind.behind)]
    return " + ".join(part for part in parts if part != "''")


def lengths(field: FieldModel, *, inside: bool) -> Iterator[tuple[str, str]]:
    """Addresses as long as is just allowed, or a character longer or shorter than that."""
    for limit, outward in ((field.min_length, -1), (field.max_length, 1)):
        size = 0 if limit is None else limit if inside else limit + outward
        made = ADDRESSES[field.type].of(size) if size else None
        if made is not None:
            yield made, f"{size} characters"
