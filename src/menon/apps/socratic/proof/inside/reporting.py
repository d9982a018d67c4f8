"""A plug-in of pytest that says each result as soon as it is known."""

from typing import Any

import pytest

from .channel import send

_MESSAGE = 4_000
"""Characters of a failure; its end says most."""
_ORDER = ("passed", "skipped", "failed")


class Reporter:
    """Sends a frame for each test, and for each file that cannot be collected."""

    def __init__(self, write: int) -> None:
        self._write = write
        self._phases: list[pytest.TestReport] = []

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._phases.append(report)
        if report.when == "teardown":
            send(self._write, _test(report.nodeid, self._phases))
            self._phases = []

    @pytest.hookimpl(trylast=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            text = report.longreprtext[-_MESSAGE:]
            send(self._write, _frame(report.nodeid or "conftest.py", "failed", text, 0.0))


def _test(name: str, phases: list[pytest.TestReport]) -> dict[str, Any]:
    state = max((_state(phase) for phase in phases), key=_ORDER.index)
    text = next((phase.longreprtext for phase in phases if phase.failed), "")
    if not text and state == "skipped":
        text = next((str(phase.longrepr) for phase in phases if phase.skipped), "")
    return _frame(name, state, text[-_MESSAGE:], sum(phase.duration for phase in phases))


def _state(report: pytest.TestReport) -> str:
    """An expected failure counts as skipped: it proves nothing."""
    return report.outcome


def _frame(name: str, state: str, message: str, seconds: float) -> dict[str, Any]:
    return {"kind": "test", "id": name, "state": state, "message": message, "seconds": seconds}
