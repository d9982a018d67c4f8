"""Run the tests that reach each mutant, one child for each; the first that fails kills it.

Heavy packages are loaded once, before any fork, and nothing of the project is: each child reads
the broken file as Python does, and the bytecode of all others, which the run without a mutant left.
Tests that differ most go first: those of the files that are called like the broken module, then one
case of each test before the other cases.
"""

import importlib
import importlib.util
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

_Reached = dict[str, dict[str, str]]
"""The tests that run each line, as `_numbered` says."""


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


class _Order:
    """Leaves the tests that are wanted, those that differ most first."""

    def __init__(self, likely: set[str] | None = None, wanted: set[str] | None = None) -> None:
        self._likely = likely or set()
        self._wanted = wanted

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        wanted = self._wanted
        left = [item for item in items if wanted is None or item.nodeid in wanted]
        seen: dict[str, int] = {}
        turns: dict[str, int] = {}
        for item in left:
            name = item.nodeid.partition("[")[0]
            turns[item.nodeid] = seen[name] = seen.get(name, -1) + 1
        items[:] = sorted(left, key=lambda item: (self._is_unlikely(item), turns[item.nodeid]))

    def _is_unlikely(self, item: Any) -> bool:
        return item.nodeid.partition("::")[0] not in self._likely


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
    """Say which tests there are, and which of them run each line; leave bytecode of all."""
    import pytest
    from coverage import Coverage

    here = Path.cwd()
    sys.path.insert(0, str(here))
    sys.dont_write_bytecode = False
    coverage = Coverage(
        data_file=None,
        config_file=False,
        include=[str(here / source) for source in ticket["sources"]] or [str(here / "nothing")],
    )
    contexts = _Contexts(coverage)
    coverage.start()
    words = ["-q", "-x", *_QUIET, *arguments(ticket["plugins"]), TESTS]
    status = pytest.main(words, plugins=[contexts, _Order()])
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


def _numbered(reached: dict[str, dict[str, list[str]]], tests: list[str]) -> _Reached:
    """Tests as bits by their place, since a line of the core is reached by thousands of them.

    The last bit is what no test runs by itself, such as an import.
    """
    places = {name: place for place, name in enumerate(tests)}

    def bits(names: list[str]) -> str:
        found = bytearray(len(tests) // 8 + 1)
        for name in names:
            place = places.get(name, len(tests))
            found[place // 8] |= 1 << place % 8
        return found.hex()

    return {
        path: {line: bits(names) for line, names in lines.items()}
        for path, lines in reached.items()
    }


def _runners(lines: list[str], tests: list[str]) -> list[str]:
    """The tests that run any of these lines, with an empty name for what runs by itself."""
    found = 0
    for bits in lines:
        found |= int.from_bytes(bytes.fromhex(bits), "little")
    return [name for place, name in enumerate([*tests, ""]) if found >> place & 1]


def _state(
    mutant: dict[str, Any], baseline: dict[str, Any], ticket: dict[str, Any], until: float
) -> str:
    """`killed`, `survived`, `hung`, or `unreached` where no test runs the line."""
    lines = baseline["reached"].get(mutant["path"], {})
    first, last = mutant["lines"]
    told = [lines[name] for line in range(first, last + 1) if (name := str(line)) in lines]
    runners = set(_runners(told, baseline["tests"]))
    if not runners:
        return "unreached"
    wanted = None if "" in runners else runners
    order = _Order(_likely(mutant["path"], baseline["tests"]), wanted)
    path = Path(mutant["path"])
    before = path.read_bytes()
    # What the run without a mutant compiled may look as new as the mutant.
    Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)
    path.write_text(mutant["content"], encoding="utf-8", errors="surrogateescape", newline="")
    state = _attacked(order, _files(wanted), ticket, until)
    path.write_bytes(before)
    return state


def _likely(path: str, tests: list[str]) -> set[str]:
    """The files of tests that are called like a module or its folder: they notice soonest."""
    words = {Path(path).stem, Path(path).parent.name}
    files = {test.partition("::")[0] for test in tests}
    return {file for file in files if Path(file).stem.removeprefix("test_") in words}


def _files(tests: set[str] | None) -> list[str]:
    """Those of the tests, or the folder of all."""
    return [TESTS] if tests is None else sorted({test.partition("::")[0] for test in tests})


def _attacked(order: _Order, files: list[str], ticket: dict[str, Any], until: float) -> str:
    child = Child(lambda _, write: _attack(write, order, files, ticket))
    frames, ended = child.said(until)
    child.end()
    if ended:
        return "hung"
    return "survived" if frames and frames[-1].get("exit") == 0 else "killed"


def _attack(write: int, order: _Order, files: list[str], ticket: dict[str, Any]) -> None:
    import pytest

    sys.path.insert(0, str(Path.cwd()))
    sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - as long as the process
    words = ["-q", "-x", "--tb=no", *_QUIET, *arguments(ticket["plugins"]), *files]
    send(write, {"kind": "end", "exit": int(pytest.main(words, plugins=[order]))})
    os._exit(0)
