import pytest

from menon.engine.tools.docstring import described

GOOGLE = """Book a room.

Only where one is free.

Args:
    room (str): which one,
        such as: blue.
    hours: how long.

Returns:
    hours: no argument.
"""
NUMPY = """Book a room.

Only where one is free.

Parameters
----------
room : str
    which one,
    such as: blue.
hours
    how long.

Returns
-------
hours
    no argument.
"""
SPHINX = """Book a room.

Only where one is free.

:param str room: which one,
    such as: blue.
:param hours: how long.
:returns: nothing.
"""


@pytest.mark.parametrize("doc", [GOOGLE, NUMPY, SPHINX], ids=["google", "numpy", "sphinx"])
def test_each_style_says_the_same(doc: str) -> None:
    assert described(doc) == (
        "Book a room.\n\nOnly where one is free.",
        {"room": "which one, such as: blue.", "hours": "how long."},
    )


@pytest.mark.parametrize(
    ("doc", "summary"),
    [
        ("", ""),
        ("Only this.", "Only this."),
        ("Notes\nare no section here.", "Notes\nare no section here."),
        ("Do.\n\nArgs:", "Do."),
        ("Do.\n\nParameters\n--------", "Do."),
        ("Do.\n\nRaises:\n    KeyError: no argument.", "Do."),
    ],
)
def test_little_is_read_as_little(doc: str, summary: str) -> None:
    assert described(doc) == (summary, {})
