"""Rows into a Markdown table."""

from collections.abc import Iterable, Sequence


def markdown_table(rows: Iterable[Sequence[str]]) -> str:
    """A table whose first row is its head; rows are filled up, blank edges and rows left out.

    Empty text when no cell has any.
    """
    cells = [[_cell(cell) for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    if not cells:
        return ""
    width = max(_used(row) for row in cells)
    lines = [_line([*row, *[""] * width][:width]) for row in cells]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _used(row: Sequence[str]) -> int:
    return max((index for index, cell in enumerate(row, 1) if cell), default=0)


def _line(row: Sequence[str]) -> str:
    return "| " + " | ".join(row) + " |"
