"""Comma-separated values and their relatives, as a table."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Final

from menon.engine.documents.document import Draft, Reader, Source, check_length
from menon.engine.documents.tables import markdown_table

_DELIMITERS: Final = ",;\t|"
_SAMPLE: Final = 20


def _read(source: Source) -> Draft:
    text = source.text()
    delimiter = "\t" if source.media_type.startswith("text/tab") else _delimiter(text)
    rows = _rows(text, delimiter, source)
    table = markdown_table(islice(rows, source.limits.rows))
    left_out = sum(1 for _ in rows)
    check_length(len(table), source.limits)
    return Draft(text=table, metadata={"rows_left_out": left_out} if left_out else {})


def _rows(text: str, delimiter: str, source: Source) -> Iterator[list[str]]:
    # A cell may be as long as the document; the library's own bound is 128 KiB for the process.
    csv.field_size_limit(source.limits.text_chars)
    for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter)):
        if number % 1000 == 0:
            source.tick()
        yield row[: source.limits.columns]


def _delimiter(text: str) -> str:
    """The candidate that cuts the first lines into the most columns, equally many in each."""
    lines = text[:65_536].split("\n", _SAMPLE)[:_SAMPLE]

    def merit(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(_DELIMITERS, key=merit)


reader = Reader(
    name="CSV",
    kind="markdown",
    types={".csv": "text/csv", ".tsv": "text/tab-separated-values"},
    read=_read,
)
