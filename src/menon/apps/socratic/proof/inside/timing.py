"""How long the application took for its answers, by operation of its document."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_HALF = 50
_MOST = 95
_OPERATIONS = 2_000


class Times:
    """Collects each good answer; what was refused was mostly not worked on."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, str], list[float]] = {}

    def add(self, method: str, path: str, status: int, seconds: float) -> None:
        if 200 <= status < 300:
            self._taken.setdefault((method, path), []).append(seconds * 1_000)

    def by_operation(self, document: Mapping[str, Any]) -> dict[str, dict[str, float]]:
        """Answers, p50, p95 and the slowest in milliseconds, by `GET /books/{id}`."""
        patterns = [(one, _pattern(one)) for one in sorted(document["paths"], key=_freedom)]
        found: dict[str, list[float]] = {}
        for (method, path), taken in self._taken.items():
            where = next((one for one, pattern in patterns if pattern.fullmatch(path)), None)
            if where is not None:
                found.setdefault(f"{method} {where}", []).extend(taken)
        return {name: _figures(found[name]) for name in sorted(found)[:_OPERATIONS]}


def _freedom(path: str) -> tuple[int, str]:
    """`/books/count` is looked at before `/books/{id}`."""
    return path.count("{"), path


def _pattern(path: str) -> re.Pattern[str]:
    fixed = re.split(r"\{[^{}]*\}", path)
    return re.compile("[^/]+".join(map(re.escape, fixed)))


def _figures(taken: Iterable[float]) -> dict[str, float]:
    ordered = sorted(taken)
    return {
        "answers": len(ordered),
        "p50_ms": round(_at(ordered, _HALF), 2),
        "p95_ms": round(_at(ordered, _MOST), 2),
        "slowest_ms": round(ordered[-1], 2),
    }


def _at(ordered: list[float], percent: int) -> float:
    """The least value that so many of a hundred do not exceed."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
