"""A document is clean text with a title, or one clear error."""

from pathlib import Path

import pytest
from tests.engine.documents.conftest import Read

from menon.core.errors import ContentBomb, ContentError
from menon.engine.documents import Limits, read
from menon.engine.documents.document import Draft, Reader, Source
from menon.engine.documents.read import attempt
from menon.engine.documents.sniff import Found


def test_text_is_cleaned(parse: Read) -> None:
    parsed = parse("notes.txt", "e\u0301 and\x00 so\r\non".encode())
    assert parsed.text == "é and so\non"
    assert (parsed.kind, parsed.title, parsed.pages, parsed.metadata) == ("text", "notes", [], {})


def test_the_declared_charset_is_heard(parse: Read) -> None:
    declared = 'text/plain; format=flowed; charset="windows-1251"'
    assert parse("a.txt", "Привет".encode("cp1251"), declared).text == "Привет"


@pytest.mark.parametrize("data", [b" \n\t\n", b"\x00", "\ufeff".encode(), b"---\ntitle: x\n---\n"])
def test_a_document_without_text_is_an_error(parse: Read, data: bytes) -> None:
    with pytest.raises(ContentError, match=r"no text in 'a\.md'"):
        parse("a.md", data)


def test_a_large_file_is_not_opened(parse: Read) -> None:
    with pytest.raises(ContentBomb, match=r"'a\.txt' has 101 bytes, 100 are accepted"):
        parse("a.txt", b"x" * 101, None, Limits(file_bytes=100))


def test_a_long_text_is_a_bomb(parse: Read) -> None:
    with pytest.raises(ContentBomb, match="more than 100 characters"):
        parse("a.txt", b"x" * 101, None, Limits(text_chars=100))


def test_a_huge_line_is_only_a_line(parse: Read) -> None:
    assert len(parse("a.txt", b"word " * 400_000).text) == 2_000_000


def test_a_name_without_stem_is_a_title(parse: Read) -> None:
    assert parse(".env", "A=1").title == ".env"


@pytest.mark.parametrize(
    ("raised", "expected", "message"),
    [
        (MemoryError(), ContentBomb, "more memory"),
        (RecursionError(), ContentBomb, "nested too deeply"),
        (KeyError("/Root"), ContentError, "cannot be read as x: '/Root'"),
        (ContentBomb("too much"), ContentBomb, "too much"),
    ],
)
def test_whatever_a_parser_raises_is_one_kind_of_error(
    raised: Exception, expected: type[ContentError], message: str
) -> None:
    def fail(source: Source) -> Draft:
        raise raised

    reader = Reader(name="x", kind="text", types={}, read=fail)
    source = Source(path=Path(), filename="a", media_type="x", limits=Limits(), deadline=0.0)
    with pytest.raises(expected, match=message):
        attempt(source, Found(reader, "x"))


def test_time_runs_out(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" * 5000)
    with pytest.raises(ContentBomb, match="longer than 0 seconds"):
        read(path, filename="a.csv", limits=Limits(seconds=0.0))
