"""What counts more than something else, or more than all else."""

from collections.abc import Iterator
from functools import cache

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import Phrases, document, known
from menon.apps.socratic.conflicts.model import Assertion
from menon.apps.socratic.conflicts.reading import Reader, assertion
from menon.apps.socratic.conflicts.reading.ranks import ranks, subject, within


def read(clause: Clause) -> Iterator[Assertion]:
    """What prevails over what, and the one thing that comes before all others."""
    yield from _compared(clause)
    if told := _first_of_all(clause):
        yield told


@cache
def _prevails() -> Phrases:
    sides = ("outranks", "yields")
    return Phrases(((side, str(p)) for side in sides for p in document("ranks")[side]), known)


def _compared(clause: Clause) -> Iterator[Assertion]:
    """`Safety outranks speed`: what is in `about` counts more than what is in `target`."""
    match = next(iter(_prevails().find(clause.canon)), None)
    if match is None or clause.negated or clause.condition:
        return
    ranked = within(list(ranks().find(clause.canon)), 0, match.start)
    more = subject(clause.canon[: match.start], ranked)
    less = subject(clause.canon[match.end :], ())
    if match.label == "yields":
        more, less = less, more
    if more and less:
        yield assertion(
            clause, "prevails", operator="over", about=more, target=less, shown=clause.text
        )


@cache
def _top() -> Phrases:
    return Phrases((("top", str(p)) for p in document("ranks")["top"]), known)


def _first_of_all(clause: Clause) -> Assertion | None:
    """The one thing that comes before all others."""
    if clause.negated or not (found := list(_top().find(clause.canon))):
        return None
    ends = {at for at, s in enumerate(clause.canon) if s in {",", "before", "ahead"} and at}
    end = min((at for at in ends if at > found[0].start), default=len(clause.canon))
    about = subject(clause.canon[:end], within(found, 0, end))
    scope = frozenset(s for s in clause.context if not s.startswith(("phase:", "if:")))
    if not about:
        return None
    return assertion(
        clause, "top", operator="is", value="top", about=about, shown=clause.text, scope=scope
    )


READER = Reader(read=read)
