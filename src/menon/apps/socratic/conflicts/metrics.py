"""Which metric a quantity measures: the latency, the retention, the capacity."""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import Match, Phrases, document, known, words
from menon.apps.socratic.conflicts.quantities import Quantity

_LASTING = (("last",), ("tak",), ("take",))


@cache
def metrics() -> Mapping[str, Any]:
    """The metrics by name."""
    return cast("Mapping[str, Any]", document("metrics")["metrics"])


@cache
def _phrases(dim: str) -> Phrases:
    return Phrases(
        (
            (name, str(phrase))
            for name, row in metrics().items()
            if dim in row["dims"]
            for phrase in row["words"]
        ),
        known,
    )


@cache
def words_of(name: str) -> frozenset[str]:
    """The stems that name a metric."""
    return frozenset(s for p in metrics()[name]["words"] for s in known(str(p)))


def metric_of(clause: Clause, quantity: Quantity) -> str:
    """The metric whose name stands nearest; empty if none is named."""
    found = [
        m for m in _phrases(quantity.dim).find(clause.canon) if not _of_all(clause, m, quantity)
    ]
    if told := _of_time(clause, quantity, {m.label for m in found}):
        return told
    # A longer name says more than a nearer one.
    if quantity.dim == "rate" and not _for_each(clause, quantity):
        return "throughput"
    best = min(
        found,
        key=lambda m: (m.start - m.end, abs(m.start - quantity.core), m.start),
        default=None,
    )
    if best is None:
        return _unnamed(quantity)
    # `It lasts two hours`, `it takes two hours` name the same.
    long = quantity.dim == "time" and quantity.unit not in {"ms", "s", "us"}
    return "" if long and clause.canon[best.start : best.end] in _LASTING else best.label


def _of_time(clause: Clause, quantity: Quantity, named: set[str]) -> str:
    """What a time is of where other words than the nearest tell it."""
    if quantity.dim != "time":
        return ""
    if "timeout" in named:
        sessions = words("metrics", "sessions") & set(clause.canon)
        return "timeout" if sessions or not clause.has("expire") else "validity"
    if found := [label for label in ("rpo", "rto", "downtime") if label in named]:
        return found[0]
    if clause.has("keep", "delete", "anonymise"):
        return "deletion" if clause.has("delete", "anonymise") else "retention"
    lasting = clause.stems[quantity.start - 1 : quantity.start] == ("for",)
    if lasting and {"stay", "remain"} & set(clause.stems):
        # `The gate stays open for 30 seconds`: no time that it takes to open.
        return "validity"
    return "lead" if clause.trigger == "before" and clause.condition and not lasting else ""


def _of_all(clause: Clause, match: Match, quantity: Quantity) -> bool:
    """`Every track`: no interval unless a time follows."""
    if clause.canon[match.start : match.end] != ("every",):
        return False
    return not 0 <= quantity.core - match.end <= 1


def _for_each(clause: Clause, quantity: Quantity) -> bool:
    """Whether a rate is that of one client: a limit, and not what the system can do."""
    each = {"per", "each", "every", "single", "a"}
    near = set(clause.stems[: quantity.start]) | set(clause.stems[quantity.end :])
    callers = {"user", "customer", "ip", "key", "token", "tenant", "member", "address", "consum"}
    return bool(near & each) and bool(set(clause.canon) & callers)


def _unnamed(quantity: Quantity) -> str:
    """What a quantity measures where nobody says it: short times are latencies."""
    if quantity.dim == "time":
        return "latency" if quantity.unit in {"ms", "s", "us"} else ""
    return {"rate": "throughput", "bytes": "upload"}.get(quantity.dim, "")
