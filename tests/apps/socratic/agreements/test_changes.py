"""What changed is told without ids of answers."""

import pytest

from menon.apps.socratic.agreements.changes import told
from menon.apps.socratic.agreements.schemas import DifferenceOut


def change(path: str, kind: str = "changed", text: str = "Said.") -> DifferenceOut:
    return DifferenceOut(path=path, kind=kind, before=None, after=None, text=text)


@pytest.mark.parametrize(
    ("differences", "texts"),
    [
        ([], []),
        ([change("/entities/Book", "added", "Entity Book was added.")], ["Entity Book was added."]),
        ([change("/actors/user/source"), change("/nfr/SC-001/source")], []),
        ([change("/entities/Book/fields/source", "added", "A field.")], ["A field."]),
        ([change("/entities/Book/life_cycle/transitions/lent/source", text="It.")], ["It."]),
        ([change("/clarifications/a1", "added")], ["1 answer was added."]),
        (
            [
                change("/clarifications/a1", "removed"),
                change("/clarifications/a2", "removed"),
                change("/clarifications/a3/answer"),
                change("/clarifications/a3/confidence"),
            ],
            ["2 answers were removed.", "1 answer was changed."],
        ),
    ],
)
def test_people_read_what_is_to_be_built(differences: list[DifferenceOut], texts: list[str]):
    assert [one["text"] for one in told(differences)] == texts
