"""PDF pages become text that knows its pages."""

import zlib

import pypdf
import pytest
from pypdf.constants import UserAccessPermissions
from tests.engine.documents.conftest import Read
from tests.fixtures.files import pdf

from menon.core.errors import ContentBomb, ContentError
from menon.engine.documents import Limits, Page


def test_pages_keep_their_places(parse: Read) -> None:
    info = "/Title (Terms) /Author (Ada) /Keywords (a, b) /CreationDate (D:20260102090000Z)"
    parsed = parse("a.pdf", pdf("First page\nsecond line", "", "Third (page)", info=info))
    assert parsed.text == "First page\nsecond line\n\nThird (page)"
    assert [parsed.text[start:end].strip() for start, end, _ in parsed.pages] == [
        "First page\nsecond line",
        "",
        "Third (page)",
    ]
    assert [page.number for page in parsed.pages] == [1, 2, 3]
    assert (parsed.title, parsed.kind, parsed.media_type) == ("Terms", "text", "application/pdf")
    assert parsed.metadata == {
        "author": "Ada",
        "keywords": ["a", "b"],
        "created": "2026-01-02T09:00:00+00:00",
    }


def test_offsets_refer_to_cleaned_text(parse: Read) -> None:
    parsed = parse("a.pdf", pdf("caf\u00e9", "two"))
    assert parsed.pages == [Page(0, 6, 1), Page(6, 9, 2)]
    assert parsed.text[6:9] == "two"


@pytest.mark.parametrize("password", ["secret", ""])
def test_a_password_is_asked_for_only_when_needed(parse: Read, password: str) -> None:
    import io

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf("Locked")))
    writer.encrypt(
        password, "owner", permissions_flag=UserAccessPermissions.PRINT, algorithm="AES-256"
    )
    out = io.BytesIO()
    writer.write(out)
    if password:
        with pytest.raises(ContentError, match="encrypted; save it without a password"):
            parse("a.pdf", out.getvalue())
    else:
        assert parse("a.pdf", out.getvalue()).text == "Locked"


def test_a_scan_is_told_to_be_one(parse: Read) -> None:
    with pytest.raises(ContentError, match="only images"):
        parse("scan.pdf", pdf("", ""))


def test_many_pages_are_a_bomb(parse: Read) -> None:
    with pytest.raises(ContentBomb, match="has 5 pages, 4 are accepted"):
        parse("a.pdf", pdf(*["x"] * 5), None, Limits(pages=4))


def test_a_page_that_unpacks_to_too_much_is_a_bomb(parse: Read) -> None:
    bomb = zlib.compress(b"BT /F1 12 Tf (x) Tj ET " * 4_000_000, 9)
    assert len(bomb) < 1_000_000
    with pytest.raises(ContentBomb):
        parse("a.pdf", pdf(streams=[bomb]))


def test_packing_within_packing_is_a_bomb(parse: Read) -> None:
    inner = zlib.compress(zlib.compress(b" " * 200_000_000, 9), 9)
    data = pdf(streams=[inner]).replace(
        b"/Filter /FlateDecode", b"/Filter [/FlateDecode /FlateDecode]"
    )
    with pytest.raises((ContentBomb, ContentError)):
        parse("a.pdf", data)


@pytest.mark.parametrize("keep", [8, 60, 300])
def test_a_file_cut_off_early_is_an_error(parse: Read, keep: int) -> None:
    with pytest.raises(ContentError, match=r"'a\.pdf'"):
        parse("a.pdf", pdf("Some text", "More text")[:keep])


def test_a_page_tree_that_bites_its_tail_is_an_error(parse: Read) -> None:
    with pytest.raises(ContentError):
        parse("a.pdf", pdf("x").replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"))
