"""Run the tests that reach each mutant, one child for each; the first that fails kills it.

Heavy packages are loaded once, before any fork, and nothing of the project is: each child reads
the broken file as Python does.
"""

import importlib
import json
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from .channel import Child, send
from .tests import TESTS, arguments

_HEAVY = ("pytest", "coverage", "fastapi", "fastapi.testclient", "sqlalchemy.orm", "pydantic")
_QUIET = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
"""What is loaded early cannot be rewritten by pytest any more, nor has it to be."""
_MUTANTS = "!menon-mutants.json"
_LEAST_S = 5.0
_TIMES = 5.0
"""A mutant may take so many times as long as all tests together; then it hangs."""
_MANY = 400
"""Tests that are named one by one; more of them are all."""


def run(ticket: dict[str, Any]) -> dict[str, Any]:
    """The state of each mutant, and why there is none.

    The ticket says `seconds`, `sources` and `plugins`; the mutants lie in a file of their own:
    path, first and last line, content.
    """
    until = time.monotonic() + ticket["seconds"]
    mutants = json.loads(Path(_MUTANTS).read_text(encoding="utf-8"))
    Path(_MUTANTS).unlink()
    for name in _HEAVY:
        with suppress(ImportError):
            importlib.import_module(name)
    begun = time.monotonic()
    child = Child(lambda _, write: _baseline(write, ticket))
    frames, ended = child.said(until)
    child.end(1.0)
    last = frames[-1] if frames else {}
    if ended or last.get("exit") != 0:
        return {"problem": f"the tests fail without a mutant ({ended or last.get('exit')})"}
    patience = max(_LEAST_S, (time.monotonic() - begun) * _TIMES)
    states: list[str] = []
    for mutant in mutants:
        if time.monotonic() > until:
            break
        states.append(_state(mutant, last, ticket, min(until, time.monotonic() + patience)))
    return {"states": states, "tests": len(last["tests"])}


class _Contexts:
    """Tells the coverage which test runs."""

    def __init__(self, coverage: Any) -> None:
        self._coverage = coverage
        self.tests: list[str] = []

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.tests.append(nodeid)
        self._coverage.switch_context(nodeid)

    def pytest_runtest_logfinish(self) -> None:
        self._coverage.switch_context("")


def _baseline(write: int, ticket: dict[str, Any]) -> None:
    """Say which tests there are, and which of them run each line."""
    import pytest
    from coverage import Coverage

    here = Path.cwd()
    sys.path.insert(0, str(here))
    coverage = Coverage(
        data_file=None,
        config_file=False,
        include=[str(here / source) for source in ticket["sources"]] or [str(here / "nothing")],
    )
    contexts = _Contexts(coverage)
    coverage.start()
    status = pytest.main(
        ["-q", "-x", *_QUIET, *arguments(ticket["plugins"]), TESTS], plugins=[contexts]
    )
    coverage.stop()
    data = coverage.get_data()
    reached = {
        source: {str(line): names for line, names in data.contexts_by_lineno(path).items()}
        for source in ticket["sources"]
        if (path := str(here / source)) in data.measured_files()
    }
    told = {"kind": "end", "exit": int(status), "tests": contexts.tests}
    send(write, {**told, "reached": _numbered(reached, contexts.tests)})
    os._exit(0)


def _numbered(
    reached: dict[str, dict[str, list[str]]], tests: list[str]
) -> dict[str, dict[str, list[int]]]:
    """Tests by their place; -1 is what no test runs by itself, such as an import."""
    places = {name: place for place, name in enumerate(tests)}
    return {
        path: {line: [places.get(name, -1) for name in names] for line, names in lines.items()}
        for path, lines in reached.items()
    }


def _state(
    mutant: dict[str, Any], baseline: dict[str, Any], ticket: dict[str, Any], until: float
) -> str:
    """`killed`, `survived`, `hung`, or `unreached` where no test runs the line."""
    lines = baseline["reached"].get(mutant["path"], {})
    first, last = mutant["lines"]
    runners = {one for line in range(first, last + 1) for one in lines.get(str(line), [])}
    if not runners:
        return "unreached"
    chosen = sorted(runners - {-1})
    if -1 in runners or len(chosen) > _MANY:
        stages = [*_likely(mutant["path"], baseline["tests"]), [TESTS]]
    else:
        stages = [[baseline["tests"][place] for place in chosen]]
    path = Path(mutant["path"])
    before = path.read_bytes()
    path.write_text(mutant["content"], encoding="utf-8", errors="surrogateescape", newline="")
    state = "survived"
    for names in stages:
        if state == "survived":
            state = _attacked(names, ticket, until)
    path.write_bytes(before)
    return state


def _likely(path: str, tests: list[str]) -> list[list[str]]:
    """The files of tests that are called like a module or its folder: they notice soonest."""
    words = {Path(path).stem, Path(path).parent.name}
    files = dict.fromkeys(test.partition("::")[0] for test in tests)
    found = [file for file in files if Path(file).stem.removeprefix("test_") in words]
    return [found] if found else []


def _attacked(names: list[str], ticket: dict[str, Any], until: float) -> str:
    child = Child(lambda _, write: _attack(write, names, ticket))
    frames, ended = child.said(until)
    child.end()
    if ended:
        return "hung"
    return "survived" if frames and frames[-1].get("exit") == 0 else "killed"


def _attack(write: int, names: list[str], ticket: dict[str, Any]) -> None:
    import pytest

    sys.path.insert(0, str(Path.cwd()))
    sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - as long as the process
    words = ["-q", "-x", "--tb=no", *_QUIET, *arguments(ticket["plugins"]), *names]
    send(write, {"kind": "end", "exit": int(pytest.main(words))})
    os._exit(0)
