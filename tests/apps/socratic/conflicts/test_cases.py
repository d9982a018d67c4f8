"""Plain words of different people: what contradicts is found, what only looks like it is not."""

from pathlib import Path

import pytest
import yaml

from menon.apps.socratic.conflicts import Statement, detect

CASES = Path(__file__).with_name("cases")


def _cases(side: str) -> list[object]:
    read = {file.stem: yaml.safe_load(file.read_text()) for file in sorted(CASES.glob("*.yaml"))}
    return [
        pytest.param(said, id=f"{name}, {group} {number}")
        for name, sides in read.items()
        for group, listed in sides[side].items()
        for number, said in enumerate(listed, start=1)
    ]


def _found(said: list[str]) -> bool:
    return bool(detect(Statement(str(at), "", text) for at, text in enumerate(said)))


@pytest.mark.parametrize("said", _cases("clash"))
def test_what_contradicts_is_found(said: list[str]):
    assert _found(said)


@pytest.mark.parametrize("said", _cases("near"))
def test_what_goes_together_is_not(said: list[str]):
    assert not _found(said)
