"""Whoever takes a way out of a conflict reads what they say by it."""

import pytest

from menon.apps.socratic.conflicts import findings
from menon.apps.socratic.conflicts.model import ConflictType, Grade
from menon.apps.socratic.conflicts.ways import taken


@pytest.mark.parametrize("kind", list(ConflictType))
def test_every_way_out_has_its_answer(kind: ConflictType):
    for way in findings.together(kind, Grade.REVIEW):
        said = taken(way.text)
        assert said != way.text
        assert said.endswith(".")


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (
            (
                "Does `in 2 weeks` of the technical lead stand, so that the other side is changed"
                " to fit it?"
            ),
            "Keep “in 2 weeks” of the technical lead, and change the other side.",
        ),
        (
            "Does `a`, or\n`b` stand, so that the other side is changed to fit it?",
            "Keep “a`, or\n`b”, and change the other side.",
        ),
        ("Ask the tax office.", "Ask the tax office."),
    ],
)
def test_a_statement_is_quoted_as_it_was_said(way: str, said: str):
    assert taken(way) == said
