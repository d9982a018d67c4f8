"""Excel workbooks: each sheet as a Markdown table, values rather than formulas."""

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any, Final

from menon.engine.documents.archive import refuse_entities
from menon.engine.documents.document import Blocks, Draft, Reader, Source
from menon.engine.documents.properties import properties
from menon.engine.documents.tables import markdown_table

_ROWS: Final = 1_048_576
"""What Excel itself can hold; a file may claim more."""


def _read(source: Source) -> Draft:
    import openpyxl

    refuse_entities(source.path)
    with source.path.open("rb") as file:  # by its path it would be judged by its name
        book: Any = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        return _draft(book, source)


def _draft(book: Any, source: Source) -> Draft:
    blocks = Blocks(source)
    left_out = 0
    for sheet in book.worksheets:
        # The declared dimensions may claim a billion cells, or none.
        sheet.reset_dimensions()
        rows = _rows(sheet, source)
        table = markdown_table(islice(rows, source.limits.rows))
        left_out += sum(1 for _ in rows)
        if table:
            blocks.add(f"## {sheet.title}")
            blocks.add(table)
    title, metadata = properties(book.properties)
    if left_out:
        metadata["rows_left_out"] = left_out
    return Draft(text=blocks.text, title=title, metadata=metadata)


def _rows(sheet: Any, source: Source) -> Iterator[list[str]]:
    """Rows with anything in them; the gaps of sparse sheets are skipped."""
    cells = sheet.iter_rows(max_row=_ROWS, max_col=source.limits.columns, values_only=True)
    for number, row in enumerate(cells):
        if number % 100 == 0:
            source.tick()
        if row.count(None) < len(row):
            yield [_shown(value) for value in row]


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case _:
            return str(value)


reader = Reader(
    name="Excel",
    kind="markdown",
    types={".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    read=_read,
    reads_text=False,
)
