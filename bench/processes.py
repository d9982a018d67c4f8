"""What a process and its children cost: processor time and resident memory, from /proc."""

import os
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Usage(NamedTuple):
    """Processor seconds and resident bytes of some processes together."""

    cpu: float
    rss: int


def family(pid: int) -> list[int]:
    """The process and all its descendants."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                children[int(_stat(int(entry.name))[1])].append(int(entry.name))
    found: list[int] = []
    left = [pid]
    while left:
        found.append(left.pop())
        left += children[found[-1]]
    return found


def usage(pids: Iterable[int]) -> Usage:
    """What these processes have used; those that have ended count nothing."""
    cpu, rss = 0.0, 0
    for pid in pids:
        with suppress(OSError):
            stat = _stat(pid)
            cpu += (int(stat[11]) + int(stat[12])) / _TICK
            rss += int(stat[21]) * _PAGE
    return Usage(cpu, rss)


def percentiles(values: Iterable[float], *shares: float) -> list[float | None]:
    """The values below which these shares of all lie, rounded to two places."""
    ordered = sorted(values)
    return [
        round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2) if ordered else None
        for share in shares
    ]


def _stat(pid: int) -> list[str]:
    """The fields of proc(5) stat from the state on: the name before may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
