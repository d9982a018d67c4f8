"""Modules that load slowly, asked for by several at once."""

import asyncio
import importlib
import sys
from pathlib import Path
from threading import Event

import pytest

from menon.kit.loading import LOADING, loaded

FIRST = """
import slow_gate
slow_gate.begun.set()
slow_gate.go_on.wait(10)
from slow_two import two
"""
SECOND = "import slow_one\ntwo = 2\n"


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Event, Event]:
    """Two modules that import each other; the first waits on its way."""
    (tmp_path / "slow_gate.py").write_text(
        "from threading import Event\nbegun, go_on = Event(), Event()\n"
    )
    (tmp_path / "slow_one.py").write_text(FIRST)
    (tmp_path / "slow_two.py").write_text(SECOND)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    importlib.invalidate_caches()
    for name in ("slow_gate", "slow_one", "slow_two"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    made = importlib.import_module("slow_gate")
    return made.begun, made.go_on


async def test_who_comes_second_waits_for_the_whole(gate: tuple[Event, Event]) -> None:
    begun, go_on = gate
    first = asyncio.create_task(loaded("slow_one"))
    await asyncio.to_thread(begun.wait, 10)
    second = asyncio.create_task(loaded("slow_one"))
    third = asyncio.create_task(loaded("slow_two"))
    done, _ = await asyncio.wait({second, third}, timeout=0.05)
    assert not done
    go_on.set()
    await asyncio.gather(first, second, third)
    assert sys.modules["slow_one"].two == 2


async def test_what_is_there_costs_no_thread() -> None:
    with LOADING:
        await loaded("json")


async def test_a_module_that_is_not_there_is_said() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_thing"):
        await loaded("no_such_thing")
