"""Specifications that nobody wrote."""

from bench.socratic.chance import specification

from menon.apps.socratic.specification.checks import problems


def test_a_number_gives_the_same_specification() -> None:
    assert specification(3) == specification(3)
    assert specification(3) != specification(4)


def test_it_can_be_built() -> None:
    assert not any(problems(specification(5)))
