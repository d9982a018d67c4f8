"""Generated projects are tested inside: pytest, coverage and ruff of a prepared environment."""

import json
import sys
from dataclasses import replace
from pathlib import Path

from menon.engine.sandbox import Limits, Sandbox, SandboxSettings

LIMITS = replace(
    Limits.of(SandboxSettings()), seconds=60, memory_mb=768, processes=64, open_files=256
)
PROJECT = {
    "shop/__init__.py": b"",
    "shop/prices.py": b"def total(prices):\n    return sum(prices)\n\n\ndef unused():\n    pass\n",
    "tests/test_prices.py": b"""import asyncio
import sqlite3
import threading

from shop.prices import total


def test_total(tmp_path):
    assert total([1, 2]) == 3
    (tmp_path / "a").write_text("x")
    sqlite3.connect(tmp_path / "a.db").execute("CREATE TABLE t (x)")


def test_loop():
    async def later():
        return await asyncio.to_thread(threading.get_ident)

    assert asyncio.run(later())


def test_wrong():
    assert total([1]) == 2
""",
}


async def test_tests_coverage_and_lint_run_in_a_prepared_environment(sandbox: Sandbox) -> None:
    steps = (
        "python -m coverage run --source=shop -m pytest -qp no:cacheprovider --junitxml=junit.xml;"
        "python -m coverage json -q; python -m ruff check --no-cache --output-format concise ."
    )
    outcome = await sandbox.run(
        ("sh", "-c", steps),
        files=PROJECT,
        environment=Path(sys.prefix),
        environ={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},  # this one has many
        limits=LIMITS,
    )
    assert "1 failed, 2 passed" in outcome.stdout, outcome
    assert "All checks passed" in outcome.stdout, outcome
    written = {file.name: file.content for file in outcome.files}
    assert b'tests="3"' in (written["junit.xml"] or b"")
    files = json.loads(written["coverage.json"] or b"")["files"]
    assert files["shop/prices.py"]["missing_lines"] == [6]
