"""Rows become Markdown tables."""

from menon.engine.documents.tables import markdown_table


def test_rows_are_filled_up_and_escaped() -> None:
    assert markdown_table([["a", "b|c"], ["line\nbreak"], [], ["", "", "x"]]) == (
        "| a | b\\|c |  |\n| --- | --- | --- |\n| line break |  |  |\n|  |  | x |"
    )


def test_empty_edges_are_cut() -> None:
    assert markdown_table([["", "", ""], ["a", "", ""]]) == "| a |\n| --- |"


def test_nothing_gives_nothing() -> None:
    assert markdown_table([[], [" "], ["", ""]]) == ""
