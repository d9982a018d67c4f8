"""Workbooks become one table a sheet."""

import datetime as dt
import time

import pytest
from tests.engine.documents.conftest import Read
from tests.fixtures.files import excel, sheet, with_part

from menon.core.errors import ContentBomb, ContentError
from menon.engine.documents import Limits

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def hostile(rows: str, before: str = "") -> bytes:
    xml = f'<worksheet xmlns="{SPACE}">{before}<sheetData>{rows}</sheetData></worksheet>'
    return with_part(sheet(["x"]), "xl/worksheets/sheet1.xml", xml)


def number(cell: str) -> str:
    return f'<c r="{cell}"><v>1</v></c>'


def test_sheets_are_tables(parse: Read) -> None:
    parsed = parse("prices.xlsx", excel())
    assert parsed.text == (
        "## Gauges\n\n| Article | Price | Since |\n| --- | --- | --- |\n"
        "| G3 | 4950 | 2026-01-02 |\n| G3\\|EX | 7400.5 |  |\n\n"
        "## Notes\n\n| Only line |\n| --- |"
    )
    assert (parsed.title, parsed.kind) == ("Prices", "markdown")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (dt.datetime(2026, 1, 2, 3, 4, 5), "2026-01-02 03:04:05"),  # noqa: DTZ001 - cells have no zone
        (dt.date(2026, 1, 2), "2026-01-02"),
        (dt.time(9, 30), "09:30:00"),
        (True, "True"),
        (0.1, "0.1"),
        (-3.0, "-3"),
        (1e20, "1e+20"),
        ("a\nb", "a b"),
    ],
)
def test_values_are_shown_as_people_write_them(parse: Read, value: object, shown: str) -> None:
    assert f"| {shown} |" in parse("a.xlsx", sheet([value])).text


def test_whole_numbers_have_no_point(parse: Read) -> None:
    assert "| 3 |" in parse("a.xlsx", hostile("<row><c><v>3.0</v></c></row>")).text


def test_rows_beyond_the_limit_are_counted(parse: Read) -> None:
    data = sheet(*([str(number)] for number in range(10)))
    parsed = parse("a.xlsx", data, None, Limits(rows=4))
    assert "| 3 |" in parsed.text
    assert "| 4 |" not in parsed.text
    assert parsed.metadata["rows_left_out"] == 6


def test_a_lying_dimension_costs_nothing(parse: Read) -> None:
    begun = time.process_time()
    rows = f'<row r="1">{number("A1")}</row>'
    parsed = parse("a.xlsx", hostile(rows, '<dimension ref="A1:XFD1048576"/>'))
    assert parsed.text.endswith("| 1 |\n| --- |")
    assert time.process_time() - begun < 2


def test_a_far_cell_is_left_out_with_its_gaps(parse: Read) -> None:
    begun = time.process_time()
    rows = (
        f'<row r="1">{number("A1")}{number("XFD1")}</row><row r="900000">{number("A900000")}</row>'
    )
    assert parse("a.xlsx", hostile(rows)).text.count("\n") == 4
    assert time.process_time() - begun < 10


def test_a_row_beyond_all_rows_is_left_out(parse: Read) -> None:
    rows = f'<row r="1">{number("A1")}</row><row r="900000000000"><c><v>2</v></c></row>'
    assert "2" not in parse("a.xlsx", hostile(rows)).text


def test_entities_are_refused(parse: Read) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    data = with_part(excel(), "xl/sharedStrings.xml", f"{laughs}<sst xmlns='{SPACE}'/>")
    with pytest.raises(ContentBomb, match="declares XML entities"):
        parse("a.xlsx", data)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_a_damaged_part_is_one_clear_error(parse: Read, part: str) -> None:
    with pytest.raises(ContentError, match=r"'a\.xlsx'"):
        parse("a.xlsx", with_part(excel(), part, "<not closed"))


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.99])
def test_a_cut_off_file_is_an_error(parse: Read, keep: float) -> None:
    data = excel()
    with pytest.raises(ContentError, match="damaged or cut off"):
        parse("a.xlsx", data[: int(len(data) * keep)])


def test_an_empty_workbook_is_an_error(parse: Read) -> None:
    with pytest.raises(ContentError, match="no text"):
        parse("a.xlsx", sheet())
