"""Word documents become Markdown."""

import io
import time
import zipfile

import pytest
from tests.engine.documents.conftest import Read
from tests.fixtures.files import with_part, word

from menon.core.errors import ContentBomb, ContentError


def test_structure_and_properties_stay(parse: Read) -> None:
    parsed = parse("tides.docx", word())
    assert parsed.text == (
        "# All about tides\n\n## Causes\n\nThe moon pulls.\n\n### Details\n\n"
        "- spring\n   - equinox\n- neap\n\n1. look\n2. write\n\n"
        "| Place | Metres |\n| --- | --- |\n| Fundy\\|Bay | 16 |\n\nThe end."
    )
    assert (parsed.title, parsed.kind) == ("Tides", "markdown")
    assert parsed.metadata.items() >= {"author": "Ada", "category": "science"}.items()
    assert parsed.metadata["keywords"] == ["moon", "sea"]


def document(body: str) -> bytes:
    """The document with other paragraphs in it."""
    start, end = "<w:body>", "<w:sectPr"
    with zipfile.ZipFile(io.BytesIO(word())) as packed:
        xml = packed.read("word/document.xml").decode()
    head, tail = xml.split(start)[0], xml[xml.index(end) :]
    return with_part(word(), "word/document.xml", f"{head}{start}{body}{tail}")


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def listed(text: str, number: int, level: int = 0) -> str:
    mark = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(text, mark)


def numbering(*formats: str) -> str:
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="{shape}"/></w:lvl>'
        for level, shape in enumerate(formats)
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return (
        f'<w:numbering xmlns:w="{space}"><w:abstractNum w:abstractNumId="7">{levels}'
        '</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )


def test_lists_are_known_by_their_numbering(parse: Read) -> None:
    body = listed("a", 3) + listed("b", 3, 1) + listed("c", 3) + listed("d", 9)
    data = with_part(document(body), "word/numbering.xml", numbering("decimal", "bullet"))
    assert parse("a.docx", data).text == "1. a\n   - b\n2. c\n\n- d"


def test_code_and_nested_tables(parse: Read) -> None:
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p>{}</w:tc>"
    inner = "<w:tbl><w:tr>" + cell.format("in", "") + "</w:tr></w:tbl>"
    outer = "<w:tbl><w:tr>" + cell.format("a", inner) + cell.format("b", "") + "</w:tr></w:tbl>"
    code = '<w:pStyle w:val="MacroText"/>'
    body = paragraph("x = 1", code) + paragraph("y = 2", code) + paragraph("text") + outer
    assert parse("a.docx", document(body)).text == (
        "```\nx = 1\ny = 2\n```\n\ntext\n\n| a in | b |\n| --- | --- |"
    )


def test_headings_without_a_title_keep_their_level(parse: Read) -> None:
    data = document(paragraph("One", '<w:pStyle w:val="Heading1"/>') + paragraph("x"))
    assert parse("a.docx", data).text == "# One\n\nx"


def test_the_first_heading_is_the_title_of_a_document_without_one(parse: Read) -> None:
    parts = paragraph("x") + paragraph("One", '<w:pStyle w:val="Heading1"/>')
    untitled = "<cp:coreProperties xmlns:cp='http://schemas.openxmlformats.org/package/2006/metadata/core-properties'/>"
    data = with_part(document(parts), "docProps/core.xml", untitled)
    assert parse("a.docx", data).title == "One"


def test_entities_are_refused(parse: Read) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    with pytest.raises(ContentBomb, match="declares XML entities"):
        parse("a.docx", with_part(word(), "word/document.xml", laughs))


def test_a_tightly_packed_part_is_a_bomb(parse: Read) -> None:
    with pytest.raises(ContentBomb, match="packed too tightly"):
        parse("a.docx", with_part(word(), "word/media/image1.png", bytes(30_000_000)))


@pytest.mark.parametrize(
    ("part", "data"),
    [
        ("word/document.xml", "<not closed"),
        ("word/document.xml", ""),
        ("word/document.xml", "<x/>"),
        ("[Content_Types].xml", "<x/>"),
        ("_rels/.rels", "nonsense"),
    ],
)
def test_a_damaged_part_is_one_clear_error(parse: Read, part: str, data: str) -> None:
    with pytest.raises(ContentError, match=r"'a\.docx'"):
        parse("a.docx", with_part(word(), part, data))


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.99])
def test_a_cut_off_file_is_an_error(parse: Read, keep: float) -> None:
    data = word()
    with pytest.raises(ContentError, match="damaged or cut off"):
        parse("a.docx", data[: int(len(data) * keep)])


def test_a_long_table_takes_no_quadratic_time(parse: Read) -> None:
    cell = "<w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc>"
    body = "<w:tbl>" + f"<w:tr>{cell * 4}</w:tr>" * 5000 + "</w:tbl>"
    begun = time.process_time()
    assert parse("a.docx", document(body)).text.count("\n") == 5000
    assert time.process_time() - begun < 5
