"""Delimited text becomes a table, whatever the delimiter."""

import pytest
from tests.engine.documents.conftest import Read

from menon.core.errors import ContentBomb
from menon.engine.documents import Limits

TABLE = "| a | b |\n| --- | --- |\n| 1 | 2,5 |"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.csv", 'a,b\n1,"2,5"\n'),
        ("x.csv", 'a,b\r\n1,"2,5"\r\n'),
        ("x.csv", "a;b\n1;2,5\n"),
        ("x.csv", "a\tb\n1\t2,5\n"),
        ("x.csv", "a|b\n1|2,5\n"),
        ("x.tsv", "a\tb\n1\t2,5\n"),
        ("x.csv", '\ufeffa,b\n\n1,"2,5"\n\n'),
    ],
)
def test_the_delimiter_is_found(parse: Read, name: str, text: str) -> None:
    assert parse(name, text).text == TABLE


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("just\nwords\n", "| just |\n| --- |\n| words |"),
        ('a,"line\nbreak"\n', "| a | line break |\n| --- | --- |"),
        ("a,b\nc\nd,e,f\n", "| a | b |  |\n| --- | --- | --- |\n| c |  |  |\n| d | e | f |"),
        ('a,"never closed\nb,c', "| a | never closed b,c |\n| --- | --- |"),
        ("a,b\x00\n", "| a | b |\n| --- | --- |"),
    ],
)
def test_odd_rows_are_rows(parse: Read, text: str, table: str) -> None:
    assert parse("x.csv", text).text == table


def test_other_encodings_are_read(parse: Read) -> None:
    assert "Grüße" in parse("x.csv", "Grüße;5 €\n".encode("cp1252")).text
    assert "Grüße" in parse("x.csv", "Grüße;5 €\n".encode("utf-16")).text


def test_a_huge_cell_is_only_a_cell(parse: Read) -> None:
    assert len(parse("x.csv", f'a,"{"x" * 1_000_000}"\n').text) > 1_000_000


def test_rows_beyond_the_limit_are_counted(parse: Read) -> None:
    parsed = parse("x.csv", "a\nb\nc\nd\n", None, Limits(rows=3))
    assert parsed.text.endswith("| c |")
    assert parsed.metadata == {"rows_left_out": 1}


def test_columns_beyond_the_limit_are_cut(parse: Read) -> None:
    assert parse("x.csv", "a,b,c\n", None, Limits(columns=2)).text == "| a | b |\n| --- | --- |"


def test_a_table_that_grows_by_filling_up_is_a_bomb(parse: Read) -> None:
    with pytest.raises(ContentBomb, match="characters"):
        parse("x.csv", "," * 255 + "x\n" + "x\n" * 200, None, Limits(text_chars=50_000))
