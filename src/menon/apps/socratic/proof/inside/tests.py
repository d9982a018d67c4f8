"""Run the project's tests, and see that they ran."""

import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .channel import Child, send
from .lines import Lines, measured
from .promised import promised
from .reporting import Reporter

_PATIENCE_S = 5.0
TESTS = "tests"
"""The folder of all tests; what else pytest may find, such as a contract, is not asked for."""


def run(ticket: dict[str, Any]) -> dict[str, Any]:
    """The results of all tests, what was promised and did not run, and the coverage.

    The ticket says `seconds`, `sources` (paths whose coverage counts), `canary` (the name of the
    test that has to fail) and `plugins` (those not to load).
    """
    until = time.monotonic() + ticket["seconds"]
    wanted, unreadable = promised(Path(TESTS))
    child = Child(lambda _, write: _work(write, ticket))
    frames, ended = child.said(until)
    status = child.end(0 if ended else _PATIENCE_S)
    tests = [frame for frame in frames if frame.get("kind") == "test"]
    last = _first(frames, "end")
    measured = _first(frames, "coverage")
    names = {str(test["id"]).partition("[")[0] for test in tests}
    return {
        "tests": tests,
        "missing": sorted(wanted - names),
        "unreadable": unreadable,
        "ended": ended,
        "status": status,
        "exit": last.get("exit"),
        "coverage": measured.get("files"),
        "coverage_problem": measured.get("problem", ""),
    }


def _first(frames: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return next((frame for frame in frames if frame.get("kind") == kind), dict[str, Any]())


def _work(write: int, ticket: dict[str, Any]) -> None:
    lines = Lines(map(Path, ticket["sources"]))
    import pytest

    sys.path.insert(0, str(Path.cwd()))
    words = [*arguments(ticket["plugins"]), "--tb=short", "-q", TESTS]
    lines.start()
    status = pytest.main(words, plugins=[Reporter(write)])
    lines.stop()
    try:
        files = measured(lines.ran(), ticket["sources"])
    except ImportError as error:
        send(write, {"kind": "coverage", "problem": f"coverage is not installed: {error}"})
    else:
        send(write, {"kind": "coverage", "files": files})
    send(write, {"kind": "end", "exit": int(status)})
    sys.stdout.flush()
    # Threads that a test left behind do not hold us up.
    os._exit(0)


def arguments(plugins: Iterable[str]) -> list[str]:
    """Words for pytest, which obeys the project's settings but for its own words."""
    silent = [word for name in plugins for word in ("-p", f"no:{name}")]
    return ["-p", "no:cacheprovider", *silent, "-o", "addopts=", "--rootdir=.", "--color=no"]
