"""Text as a PDF file: headings, paragraphs, lists, fixed lines on A4; the same for the same text.

    Markdown → blocks → lines that fit → pages

The fonts are those that every reader has, so that a letter outside of Western Europe is written
without its accent, or as `?`; the text itself goes along as an attachment, where nothing is lost.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_WIDE, _HIGH, _MARGIN = 595, 842, 56
_LEAD: Final = 1.35
_FONTS: Final = {"body": "Helvetica", "bold": "Helvetica-Bold", "fixed": "Courier"}
_NAMES: Final = {"body": "F1", "bold": "F2", "fixed": "F3"}
_ASCII: Final = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
"""Widths of Helvetica from the blank on, in thousandths of its size."""
_OTHER: Final = 600
_FIXED: Final = 600
_MARKUP = re.compile(r"\*\*|__|`|!?\[([^\]]*)\]\([^)]*\)|\\([\\`*_{}\[\]<>#|~$!])")


@dataclass(frozen=True)
class _Line:
    """A line on a page."""

    text: str
    font: str = "body"
    size: float = 10.0
    indent: float = 0.0
    before: float = 0.0
    """Free space above it."""


def pdf(title: str, markdown: str, *, attached: str = "text.md") -> bytes:
    """A PDF file of a text.

    Args:
        title: of the document.
        markdown: headings, lists, tables and fences are known; other markup is taken away.
        attached: the name under which the text itself goes along.
    """
    pages = list(_pages(line for one in _blocks(markdown) for line in _fitting(one)))
    return _file(title, pages or [[]], attached, markdown.encode())


def _blocks(markdown: str) -> Iterator[_Line]:
    """Lines of any length."""
    fenced = False
    for raw in markdown.splitlines():
        line = raw.rstrip()
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or line.lstrip().startswith("|"):
            if not re.fullmatch(r"\s*\|[\s|:-]+\|", line):
                text = line if fenced else _plain(line)
                yield _Line(text, "fixed", 8.0)
        elif match := re.match(r"(#{1,6})\s+(.*)", line):
            size = (18.0, 14.0, 12.0)[min(len(match[1]), 3) - 1]
            yield _Line(_plain(match[2]), "bold", size, before=size)
        elif match := re.match(r"(\s*)(?:[-*+]|\d+[.)])\s+(.*)", line):
            yield _Line(f"\u2022 {_plain(match[2])}", indent=8.0 + 4.0 * len(match[1]), before=2.0)
        elif line.strip():
            yield _Line(_plain(line.strip()), before=3.0)
        else:
            yield _Line("", size=5.0)


def _plain(text: str) -> str:
    return _MARKUP.sub(lambda found: found[1] or found[2] or "", text)


def _fitting(line: _Line) -> Iterator[_Line]:
    """The line in parts that fit the page; a word that is wider is cut."""
    room = _WIDE - 2 * _MARGIN - line.indent
    rest, before = line.text, line.before
    while True:
        part, rest = _cut(rest, room, line)
        yield _Line(part, line.font, line.size, line.indent, before)
        before = 0.0
        if not rest:
            return


def _cut(text: str, room: float, line: _Line) -> tuple[str, str]:
    wide, blank = 0.0, 0
    for n, letter in enumerate(text):
        wide += _width(letter, line.font) * line.size / 1000
        if wide > room and n:
            at = blank or n
            return text[:at].rstrip(), text[at:].lstrip()
        if letter == " " and text[:n].strip():
            blank = n
    return text, ""


def _width(letter: str, font: str) -> int:
    if font == "fixed":
        return _FIXED
    at = ord(letter) - 32
    wide = _ASCII[at] if 0 <= at < len(_ASCII) else _OTHER
    return round(wide * 1.06) if font == "bold" else wide


def _pages(lines: Iterable[_Line]) -> Iterator[list[tuple[float, _Line]]]:
    """Lines with their heights on the page, page by page."""
    page: list[tuple[float, _Line]] = []
    at = float(_HIGH - _MARGIN)
    for line in lines:
        step = line.before + line.size * _LEAD
        if page and at - step < _MARGIN:
            yield page
            page, at = [], float(_HIGH - _MARGIN)
        at -= step
        page.append((at, line))
    if page:
        yield page


def _drawn(page: Iterable[tuple[float, _Line]]) -> bytes:
    parts = [
        b"BT /%b %.1f Tf %.1f %.1f Td (%b) Tj ET"
        % (_NAMES[line.font].encode(), line.size, _MARGIN + line.indent, at, _literal(line.text))
        for at, line in page
        if line.text
    ]
    return b"\n".join(parts)


def _literal(text: str) -> bytes:
    """The text in the letters that the fonts have, with what would end it masked."""
    known = b"".join(_letters(letter) for letter in text)
    return re.sub(rb"([\\()])", rb"\\\1", known)


def _letters(letter: str) -> bytes:
    for one in (letter, unicodedata.normalize("NFKD", letter)):
        found = one.encode("cp1252", "ignore")
        if found and (one == letter or found.isalnum()):
            return found
    return b"" if unicodedata.combining(letter) or not letter.isprintable() else b"?"


def _file(
    title: str, pages: list[list[tuple[float, _Line]]], attached: str, content: bytes
) -> bytes:
    first = 10
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(pages)))
    fonts = " ".join(f"/{_NAMES[key]} {3 + n} 0 R" for n, key in enumerate(_FONTS))
    name = b"(" + _literal(attached) + b")"
    objects: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [" + name
        + b" 7 0 R] >> >> >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        6: b"<< /Title (" + _literal(title) + b") /Producer (Menon) >>",
        7: b"<< /Type /Filespec /F " + name + b" /UF " + name + b" /EF << /F 8 0 R >> >>",
        8: _stream(content, "/Type /EmbeddedFile /Subtype /text#2Fmarkdown"),
    }  # fmt: skip
    for n, font in enumerate(_FONTS.values()):
        said = f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>"
        objects[3 + n] = said.encode()
    for n, page in enumerate(pages):
        at = first + 2 * n
        objects[at] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDE} {_HIGH}]"
            f" /Resources << /Font << {fonts} >> >> /Contents {at + 1} 0 R >>"
        ).encode()
        objects[at + 1] = _stream(_drawn(page))
    return _joined(objects)


def _stream(content: bytes, more: str = "") -> bytes:
    packed = zlib.compress(content, 9)
    head = f"<< {more} /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
    return head + packed + b"\nendstream"


def _joined(objects: dict[int, bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places: dict[int, int] = {}
    for number in sorted(objects):
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, objects[number])
    last, start = max(objects), len(out)
    out += b"xref\n0 %d\n" % (last + 1)
    out += b"0000000000 65535 f \n"
    for number in range(1, last + 1):
        found = places.get(number)
        out += b"%010d 00000 n \n" % found if found is not None else b"0000000000 65535 f \n"
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        last + 1,
        start,
    )
    return bytes(out)
