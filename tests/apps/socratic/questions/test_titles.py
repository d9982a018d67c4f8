"""Slots have names that people read."""

import pytest

from menon.apps.socratic.questions.slots import EACH, catalogue
from menon.apps.socratic.questions.titles import title, titled


@pytest.mark.parametrize(
    ("slot", "said"),
    [
        ("plan.budget", "Budget"),
        ("data.entity[Book].fields", "Fields of Book"),
        ("data.entity[Book].soft_delete", "Recoverable when deleted of Book"),
        ("quality.rpo", "Data that may be lost"),
        ("conflict[01a22443-7d64]", "Decision"),
        ("of somebody else", "Of somebody else"),
    ],
)
def test_a_slot_reads_as_words(slot: str, said: str):
    assert titled(slot) == said


def test_no_two_slots_are_called_the_same():
    names = [title(slot)[0] for slot in catalogue()]
    assert sorted(set(names)) == sorted(names)
    assert not [name for name in names if set(name) & {"_", ".", *EACH}]
