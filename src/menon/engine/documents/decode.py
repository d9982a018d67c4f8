"""Bytes into characters: the encoding that they are in, whatever anybody says."""

import codecs
import re
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Declared encodings that are believed. Python knows others (punycode, unicode_escape) that are no
# character sets, or take quadratic time.
_CHARSETS: Final = re.compile(
    r"(iso8859-\d+|cp\d+|koi8-[rtu]|shift_jis|euc_(jp|kr)|gb(2312|k|18030)|big5|mac-roman)"
)
_META: Final = re.compile(rb"<meta[^>]{1,200}charset=[\"']?([\w-]{2,30})", re.IGNORECASE)
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r\f\b\x1b")) + b"\x7f"


def decode(data: bytes, charset: str | None = None) -> str:
    """The text of the bytes, lines ending in a line feed.

    In this order: byte order mark, UTF-16 by its pattern of NULs, UTF-8, the declared charset
    (argument, then HTML's meta element), UTF-8 with a few faults, Windows-1252.
    """
    text = _decode(data, charset)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_text(head: bytes) -> bool:
    """Whether a file that begins so is text: UTF-16, or hardly any control characters."""
    if any(head.startswith(mark) for mark, _ in _MARKS) or _wide(head):
        return True
    controls = len(head) - len(head.translate(None, delete=_CONTROLS))
    return controls <= max(2, 0.03 * len(head))


def _decode(data: bytes, charset: str | None) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if wide := _wide(data[:4096]):
        return data.decode(wide, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _legacy(data, charset)


def _legacy(data: bytes, charset: str | None) -> str:
    meta = _META.search(data[:2048])
    for name in (charset, meta[1].decode("ascii", "ignore") if meta else None):
        if declared := _known(name):
            return data.decode(declared, errors="replace")
    mended = data.decode("utf-8", errors="replace")
    # A stray byte or a cut character must not turn a whole UTF-8 text into mojibake.
    if mended.count("\ufffd") * 10 < sum(byte > 0x7F for byte in data):
        return mended
    return data.decode("cp1252", errors="replace")


def _known(name: str | None) -> str | None:
    try:
        found = codecs.lookup(name).name if name else ""
    except LookupError:
        return None
    return found if _CHARSETS.fullmatch(found) else None


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: in mostly Latin text every second byte is NUL."""
    half = len(head) // 2
    if half < 8:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.3 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.3 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None
