"""Directed graphs, as what stands before each node: cycles, order, what follows what."""

from collections.abc import Iterable, Mapping

Edges = Mapping[str, tuple[str, ...]]
"""For each node those that stand before it."""


def cycle(before: Edges) -> list[str]:
    """A cycle in the order in which it would run, its first node again at its end; or nothing."""
    left = {key: len(set(earlier)) for key, earlier in before.items()}
    after = _turned(before)
    free = [key for key, count in left.items() if count == 0]
    while free:
        for later in after[free.pop()]:
            left[later] -= 1
            if left[later] == 0:
                free.append(later)
    stuck = {key for key, count in left.items() if count > 0}
    if not stuck:
        return []
    # Every stuck node has a stuck one before it: going back from any of them meets itself.
    key = next(key for key in before if key in stuck)
    seen: list[str] = []
    while key not in seen:
        seen.append(key)
        key = next(earlier for earlier in before[key] if earlier in stuck)
    found = seen[seen.index(key) :]
    return [key, *reversed(found)]


def ancestors(before: Edges, node: str) -> set[str]:
    """Every node that must have ended before this one; of an acyclic graph."""
    return _reached(before, [node]) - {node}


def downstream(before: Edges, node: str) -> set[str]:
    """A node with everything that follows it."""
    return _reached(_turned(before), [node])


def levels(before: Edges) -> dict[str, int]:
    """The longest way from a root to each node; of an acyclic graph."""
    found: dict[str, int] = {}
    while len(found) < len(before):
        for key, earlier in before.items():
            if key not in found and all(e in found for e in earlier):
                found[key] = max((found[e] + 1 for e in earlier), default=0)
    return found


def order(before: Edges) -> list[str]:
    """Every node after those that stand before it, else as they are given; of an acyclic graph."""
    level = levels(before)
    return sorted(before, key=lambda node: level[node])


def _turned(before: Edges) -> dict[str, list[str]]:
    after: dict[str, list[str]] = {key: [] for key in before}
    for key, earlier in before.items():
        for each in dict.fromkeys(earlier):
            after[each].append(key)
    return after


def _reached(ways: Mapping[str, Iterable[str]], start: Iterable[str]) -> set[str]:
    found, left = set[str](), list(start)
    while left:
        key = left.pop()
        if key not in found:
            found.add(key)
            left += ways.get(key, ())
    return found
