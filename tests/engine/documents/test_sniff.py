"""The content decides what a file is; its name only chooses among kinds of text."""

import pytest
from tests.engine.documents.conftest import Read
from tests.fixtures.files import archive, excel, pdf, slides, word

from menon.core.errors import ContentError, UnsupportedContent
from menon.engine.documents import supported_types

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
PAGE = "<!DOCTYPE html><html><body><p>Hello</p></body></html>"


@pytest.mark.parametrize(
    ("name", "data", "declared", "media_type"),
    [
        ("a.txt", b"Hello", None, "text/plain"),
        ("a.unknown", b"Hello", None, "text/plain"),
        ("a", b"Hello", None, "text/plain"),
        ("LICENSE", b"Hello", "application/octet-stream", "text/plain"),
        ("A.MD", b"# Hello", "application/octet-stream", "text/markdown"),
        ("a", b"# Hello", "text/markdown; charset=utf-8", "text/markdown"),
        ("a.csv", b"a,b", "application/vnd.ms-excel", "text/csv"),
        ("a.json", b"{}", "text/plain", "application/json"),
        ("a", b"[1]", "application/json", "application/json"),
        ("a.py", b"x = 1", None, "text/x-python"),
        ("Dockerfile", b"FROM x", None, "text/x-dockerfile"),
        ("src/Makefile", b"all:", None, "text/x-makefile"),
        ("a.ts", b"let x", "video/mp2t", "text/x-typescript"),
        ("a.html", PAGE.encode(), None, "text/html"),
        ("a", PAGE.encode(), None, "text/html"),
        ("index.php", PAGE.encode(), "text/html", "text/html"),
        ("example.md", PAGE.encode(), "text/html", "text/html"),
        ("index.php", b"no tags", "text/html", "text/html"),
        ("a.md", b"# Hello", "text/html", "text/markdown"),
        ("index.php", b"<?php echo 1;", "application/x-php", "text/x-php"),
        ("a.xyz", PAGE.encode(), "application/xhtml+xml", "text/html"),
        # the name lies
        ("a.pdf", b"only text", "application/pdf", "text/plain"),
        ("a.docx", PAGE.encode(), DOCX, "text/html"),
        ("a.txt", pdf("Hello"), "text/plain", "application/pdf"),
        ("a.md", b"junk\n" + pdf("Hello"), None, "application/pdf"),
        ("a.xlsx", word(), XLSX, DOCX),
        ("a.zip", excel(), "application/zip", XLSX),
        ("a.txt", slides(), None, PPTX),
    ],
)
def test_the_type_is_found(
    parse: Read, name: str, data: bytes, declared: str | None, media_type: str
) -> None:
    assert parse(name, data, declared).media_type == media_type


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20), "image/png"),
        ("a.pdf", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(20), "image/jpeg"),
        ("a.md", b"\x7fELF\x02\x01\x01" + bytes(60), "cannot be read as text"),
        ("a.txt", bytes(range(256)), "binary data|cannot be read as text"),
        ("a.docx", archive({"a.txt": "a"}), "an archive, not a docx"),
        ("a.odt", archive({"mimetype": "application/vnd.oasis"}), "an archive"),
        ("a.zip", b"PK\x05\x06" + bytes(18), "an archive"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Office type"),
        ("a.rtf", rb"{\rtf1\ansi Hello}", "RTF"),
        ("a.ps", b"%!PS-Adobe-3.0", "PostScript"),
    ],
)
def test_what_cannot_be_read_is_named(parse: Read, name: str, data: bytes, reason: str) -> None:
    with pytest.raises(UnsupportedContent, match=reason):
        parse(name, data)


def test_an_encrypted_office_file_is_named(parse: Read) -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(UnsupportedContent, match="without a password"):
        parse("a.docx", data)


def test_an_empty_file_is_an_error(parse: Read) -> None:
    with pytest.raises(ContentError, match=r"'a\.txt' is empty"):
        parse("a.txt", b"")


def test_the_promised_types_can_be_read() -> None:
    promised = {".md", ".txt", ".html", ".pdf", ".docx", ".xlsx", ".pptx", ".csv", ".json", ".py"}
    assert promised <= supported_types().keys()
