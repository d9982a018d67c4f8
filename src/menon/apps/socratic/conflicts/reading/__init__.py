"""Readers turn clauses into typed assertions; one kind of assertion per file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.model import Assertion
from menon.kit.discover import exported


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A reader of one kind of assertion; modules of this folder export it as `READER`."""

    read: Callable[[Clause], Iterator[Assertion]]


@cache
def readers() -> tuple[Reader, ...]:
    """Every reader, in the order of their files."""
    return tuple(exported(__name__, "READER", Reader))


def assertion(clause: Clause, slot: str, **more: object) -> Assertion:
    """An assertion that a clause makes."""
    fields: dict[str, object] = {
        "source": clause.source,
        "scope": clause.context,
        "modality": clause.modality,
        "everywhere": clause.universal,
        "text": clause.text,
        "key": clause.key,
        **more,
    }
    return Assertion(slot=slot, **fields)  # pyright: ignore[reportArgumentType]  # names are the fields'
