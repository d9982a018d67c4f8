"""What a file is: its content decides, its name and declared type choose among kinds of text."""

from functools import cache
from importlib import import_module
from pathlib import Path, PurePath
from typing import Final, NamedTuple

from menon.core.errors import ContentError, UnsupportedContent
from menon.engine.documents.archive import entries
from menon.engine.documents.decode import decode, is_text
from menon.engine.documents.document import Limits, Reader
from menon.kit.discover import exported

_HEAD: Final = 8192
_OFFICE: Final = {
    "word/document.xml": ".docx",
    "xl/workbook.xml": ".xlsx",
    "ppt/presentation.xml": ".pptx",
}
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_PLAIN_TEXT: Final = {"{\\rtf": "RTF", "%!PS": "PostScript", "%PDF-": "PDF"}
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})


class Found(NamedTuple):
    """A reader, and the media type that it is to read."""

    reader: Reader
    media_type: str


@cache
def readers() -> tuple[Reader, ...]:
    """All readers, found in their folder."""
    return tuple(exported("menon.engine.documents.readers", "reader", Reader))


def supported_types() -> dict[str, str]:
    """Every file extension that can be read -> its media type."""
    return {
        extension: media_type
        for reader in readers()
        for extension, media_type in reader.types.items()
    }


def sniff(path: Path, filename: str, declared: str | None, limits: Limits) -> Found:
    """Who reads this file, and as what.

    UnsupportedContent for what nobody reads, ContentError for what is damaged or encrypted.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise ContentError(f"{filename!r} is empty")
    if b"%PDF-" in head[:1024]:
        return _by_extension(".pdf")
    if head.startswith(_ZIP):
        return _by_extension(_office(path, filename, limits))
    if head.startswith(_OLE):
        raise UnsupportedContent(_old_office(filename, head))
    if not is_text(head):
        raise UnsupportedContent(f"{filename!r} is {_kind(head)}, which cannot be read as text")
    return _text(head, filename, declared)


def _office(path: Path, filename: str, limits: Limits) -> str:
    names = entries(path, limits)
    for part, extension in _OFFICE.items():
        if part in names:
            return extension
    raise UnsupportedContent(
        f"{filename!r} is an archive, not a docx, xlsx or pptx file; upload the files in it"
    )


def _old_office(filename: str, head: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in head:
        return f"{filename!r} is encrypted; save it without a password"
    return f"{filename!r} is of an old Office type; save it as docx, xlsx or pptx"


def _kind(head: bytes) -> str:
    puremagic = import_module("puremagic")
    try:
        best = puremagic.magic_string(head)[0]
    except (puremagic.PureError, ValueError):
        return "binary data"
    return f"{best.name or best.extension} ({best.mime_type or best.extension})"


def _text(head: bytes, filename: str, declared: str | None) -> Found:
    start = decode(head).lstrip()
    for sign, kind in _NO_PLAIN_TEXT.items():
        if start.startswith(sign):
            raise UnsupportedContent(f"{filename!r} is {kind}; save it as PDF or docx")
    named = _named(PurePath(filename).name.lower())
    told = _told(declared)
    if (
        told
        and told.media_type in _HTML
        and (_looks_like_html(start) or (named and named.reader.kind == "code"))
    ):
        # A web page called page.php, or the front page of example.md: its server knows better.
        return told
    return named or told or _by_extension(".html" if _looks_like_html(start) else ".txt")


def _named(name: str) -> Found | None:
    """By the whole name (Dockerfile) or the last suffix; binary types' names do not count here."""
    types = {key: reader for reader in readers() for key in reader.types if reader.reads_text}
    for key in (name, PurePath(name).suffix):
        if reader := types.get(key):
            return Found(reader, reader.types[key])
    return None


def _told(declared: str | None) -> Found | None:
    media_type = (declared or "").partition(";")[0].strip().lower()
    if media_type in _HTML:
        return _by_extension(".html")
    for reader in readers():
        if reader.reads_text and media_type in reader.types.values():
            return Found(reader, media_type)
    return None


def _by_extension(extension: str) -> Found:
    reader = next(reader for reader in readers() if extension in reader.types)
    return Found(reader, reader.types[extension])


def _looks_like_html(start: str) -> bool:
    return start[:15].lower().startswith(("<!doctype html", "<html")) or "<html" in start[:1024]
