"""Run the project's tests, and see that they ran."""

import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .channel import Child, send
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
    coverage, problem = _coverage(ticket["sources"])
    import pytest

    sys.path.insert(0, str(Path.cwd()))
    words = [*arguments(ticket["plugins"]), "--tb=short", "-q", TESTS]
    if coverage is not None:
        coverage.start()
    status = pytest.main(words, plugins=[Reporter(write)])
    if coverage is None:
        send(write, {"kind": "coverage", "problem": problem})
    else:
        coverage.stop()
        send(write, {"kind": "coverage", "files": _lines(coverage, ticket["sources"])})
    send(write, {"kind": "end", "exit": int(status)})
    sys.stdout.flush()
    # Threads that a test left behind do not hold us up.
    os._exit(0)


def arguments(plugins: Iterable[str]) -> list[str]:
    """Words for pytest, which obeys the project's settings but for its own words."""
    silent = [word for name in plugins for word in ("-p", f"no:{name}")]
    return ["-p", "no:cacheprovider", *silent, "-o", "addopts=", "--rootdir=.", "--color=no"]


def _coverage(sources: list[str]) -> tuple[Any, str]:
    """A coverage that is not begun, or why there is none."""
    try:
        from coverage import Coverage
    except ImportError as error:
        return None, f"coverage is not installed: {error}"
    here = Path.cwd()
    concurrency = ["thread", *(["greenlet"] if _there("greenlet") else [])]
    return Coverage(
        data_file=None,
        config_file=False,
        include=[str(here / source) for source in sources] or [str(here / "nothing")],
        concurrency=concurrency,
    ), ""


def _there(module: str) -> bool:
    try:
        __import__(module)
    except ImportError:
        return False
    return True


def _lines(coverage: Any, sources: list[str]) -> dict[str, Any]:
    """By path: how many statements there are, and the lines of those that did not run."""
    found: dict[str, Any] = {}
    for source in sources:
        try:
            _, statements, _, missing, _ = coverage.analysis2(str(Path.cwd() / source))
        except Exception as error:  # noqa: BLE001 - a file that cannot be parsed is named
            found[source] = {"statements": 1, "missing": [1], "problem": str(error)}
        else:
            found[source] = {"statements": len(statements), "missing": list(missing)}
    return found
