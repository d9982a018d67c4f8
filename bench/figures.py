"""What every measurement answers: figures, each beside its limit."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured value; without a limit it only informs."""

    name: str
    value: float
    unit: str = ""
    limit: float | None = None
    least: bool = False
    """The limit is the least that is wanted, not the most that is allowed."""
    held: bool = True
    """False where something else than the limit was broken, such as a lost token."""
    notes: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def ok(self) -> bool:
        """Whether the limit holds."""
        if self.limit is None:
            return self.held
        within = self.value >= self.limit if self.least else self.value <= self.limit
        return self.held and within

    @property
    def ratio(self) -> float | None:
        """The value as a part of its limit."""
        return round(self.value / self.limit, 2) if self.limit else None

    def row(self) -> dict[str, Any]:
        """The figure as JSON."""
        plain = {"name": self.name, "value": self.value, "unit": self.unit, "limit": self.limit}
        return {**plain, "ratio": self.ratio, "ok": self.ok, "notes": self.notes}


def table(figures: Iterable[Figure]) -> str:
    """A line a figure: name, value, limit, verdict, and what else is known."""
    return "\n".join(map(line, figures))


def line(figure: Figure) -> str:
    """One figure as a line of text."""
    bound = ""
    if figure.limit is not None:
        bound = f"{'>=' if figure.least else '<='} {figure.limit:g}"
    verdict = "ok" if figure.ok else "BROKEN"
    if figure.limit is None and figure.held:
        verdict = ""
    notes = "  ".join(f"{name}={value}" for name, value in figure.notes.items())
    return f"{figure.name:<44} {figure.value:>10g} {figure.unit:<6} {bound:<9} {verdict:<6} {notes}"
