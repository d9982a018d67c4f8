"""Bytes become the characters that their writer meant."""

import codecs
import time

import pytest

from menon.engine.documents.decode import decode, is_text

GRUSS = "Grüße aus Zürich: 5 €"


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        (b"plain", None, "plain"),
        (GRUSS.encode(), None, GRUSS),
        (codecs.BOM_UTF8 + GRUSS.encode(), None, GRUSS),
        (GRUSS.encode("utf-16"), None, GRUSS),
        (GRUSS.encode("utf-16-le"), None, GRUSS),
        (GRUSS.encode("utf-16-be"), None, GRUSS),
        (GRUSS.encode("utf-32"), None, GRUSS),
        (GRUSS.encode("cp1252"), None, GRUSS),
        ("Привет".encode("cp1251"), "windows-1251", "Привет"),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        ("日本語".encode("shift_jis"), "Shift_JIS", "日本語"),
        (
            b"<meta charset='windows-1251'>" + "Да".encode("cp1251"),
            None,
            "<meta charset='windows-1251'>Да",
        ),
        (GRUSS.encode(), "iso-8859-1", GRUSS),
        (GRUSS.encode("cp1252"), "no-such-charset", GRUSS),
        (b"caf\xe9", "punycode", "café"),
        (GRUSS.encode() * 20 + b"\xe2\x82", None, GRUSS * 20 + "\ufffd"),
        (
            "lone \ud800 end".encode("utf-8", "surrogatepass") + GRUSS.encode() * 20,
            None,
            "lone \ufffd\ufffd\ufffd end" + GRUSS * 20,
        ),
        (b"a\r\nb\rc\n", None, "a\nb\nc\n"),
        (b"", None, ""),
        (b"\x00", None, "\x00"),
    ],
)
def test_the_encoding_is_found(data: bytes, charset: str | None, text: str) -> None:
    assert decode(data, charset) == text


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"plain text\n", True),
        (GRUSS.encode("utf-16-le"), True),
        (GRUSS.encode("cp1252"), True),
        (b"one\x00NUL in a longer line of text is forgiven" * 3, True),
        (b"\x1b[31mred\x1b[0m", True),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", False),
        (bytes(range(256)), False),
        (b"\x00\x01\x02\x03", False),
    ],
)
def test_text_is_told_from_other_data(head: bytes, *, expected: bool) -> None:
    assert is_text(head) is expected


def test_a_declared_codec_cannot_be_used_to_waste_time() -> None:
    begun = time.process_time()
    decode(b"\xff" + b"a-" * 500_000, "punycode")
    assert time.process_time() - begun < 1
