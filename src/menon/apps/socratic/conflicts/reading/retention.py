"""How long data is kept: `kept for 7 years`, `deleted after 30 days`, `never stored`."""

from collections.abc import Iterator
from functools import cache
from typing import Final

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import Phrases, document, known, words
from menon.apps.socratic.conflicts.model import Assertion, Interval, Modality
from menon.apps.socratic.conflicts.quantities import DAY, Quantity
from menon.apps.socratic.conflicts.reading import Reader, assertion

FOREVER: Final = 1e7
"""Days that are as good as never; finite, so that differences stay numbers."""


@cache
def _phrases(key: str) -> Phrases:
    return Phrases(((key, str(p)) for p in document("facts")[key]), known)


def read(clause: Clause) -> Iterator[Assertion]:
    """The days for which the subject is kept, as an interval."""
    said = set(clause.canon)
    keeps = bool(said & words("facts", "keep"))
    deletes = bool(said & words("facts", "deleted"))
    aged = {"older", "old"} & set(clause.stems) and "archiv" in clause.stems
    if aged or not (keeps or deletes) or (deletes and clause.modality is Modality.MAY):
        return
    days = _days(clause, keeps=keeps, deletes=deletes)
    about = _about(clause)
    if days is None or not about:
        return
    kept, shown = days
    yield assertion(
        clause,
        "retention",
        scope=clause.scope | _holder(clause),
        operator="in",
        value=kept,
        unit="day",
        about=about,
        shown=shown,
    )


def _holder(clause: Clause) -> frozenset[str]:
    """What somebody else keeps is not kept here."""
    others = frozenset(clause.canon[: clause.verb]) & words("facts", "outsiders")
    return frozenset({"side:outsider"} if others else ())


def _days(clause: Clause, *, keeps: bool, deletes: bool) -> tuple[Interval, str] | None:
    for quantity in clause.quantities:
        if quantity.dim == "time" and quantity.interval != Interval():
            return _timed(clause, quantity), quantity.shown
    canon = clause.canon
    forever = any(True for _ in _phrases("forever").find(canon))
    if deletes and not keeps:
        return _gone(clause)
    if forever and not clause.negated:
        return Interval(FOREVER, FOREVER), "kept forever"
    if clause.negated and clause.has("keep") and not forever and _stores(clause):
        return Interval(0.0, 0.0), "never kept"
    return (Interval(0.0, FOREVER, low_open=True), "kept") if _stores(clause) else None


def _gone(clause: Clause) -> tuple[Interval, str] | None:
    """The time of a deletion without a number; who may not delete says nothing about it."""
    if clause.negated:
        active = clause.has("can", "may") and "be" not in clause.canon
        return None if active else (Interval(FOREVER, FOREVER), "never deleted")
    soon = {"right", "straight", "directly", "immediat", "shortly", "soon"}
    # `Once the period is over` is late, `once it is handed over` at once.
    late = clause.condition & words("facts", "spans") or not clause.subject
    told = (clause.trigger in {"as", "once"} and not late) or bool(soon & set(clause.canon))
    if clause.trigger in {"after", "once", "as"} and clause.condition and told:
        return Interval(0.0, 1.0), "deleted at once"
    at_once = any(True for _ in _phrases("at_once").find(clause.canon))
    return (Interval(0.0, 1.0), "deleted at once") if at_once else None


def _stores(clause: Clause) -> bool:
    """Whether `keep` is the verb: `are stored`, `we store`; not `the store`, `keep in mind`."""
    for at, stem in enumerate(clause.canon):
        if stem == "keep" and at:
            before = clause.tokens[at - 1]
            return before.stem not in {"the", "a", "an", "each", "every", "in", "our", "online"}
    return False


def _timed(clause: Clause, quantity: Quantity) -> Interval:
    low, high, low_open, high_open = quantity.interval
    low, high = max(low / DAY, 0.0), min(high / DAY, FOREVER)
    if clause.has("delete") and not clause.has("keep"):
        before = [t.stem for t in clause.tokens[max(0, quantity.start - 1) : quantity.core]]
        if "after" in before and quantity.operator in {"=", ">"}:
            return Interval(high if high < FOREVER else low, high if high < FOREVER else low)
        if clause.negated and {"before", "within", "for"} & set(before):
            return Interval(max(low, 0.0) or min(high, FOREVER), FOREVER)
    return Interval(low, high, low_open, high_open)


def _about(clause: Clause) -> frozenset[str]:
    noise = words("facts", "keep") | words("facts", "deleted") | words("facts", "noise")
    about = (
        clause.content
        - (noise - {"text", "form"})
        - words("facts", "reasons")
        - words("facts", "at_once")
    )
    return about or (frozenset({"data"}) if "data" in clause.canon else about)


READER = Reader(read=read)
