"""21 attacks on all that confines here, as root and as a user, on a machine and in a container.

It takes some 20 s of processor time: 126 launches, and limits that have to be reached.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.engine.sandbox.battery import HURT_ALONE, NAMES

ROOT = Path(__file__).parents[3]

UNHARMED: dict[str, Any] = {"open": {}, "outside": [], "useful": ["a", "done", ""]}
"""Nothing came through, and an honest program found nothing missing."""


async def battery(user: str, place: str) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.engine.sandbox.battery", user, place),
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert out, err.decode()
    return json.loads(out)


def test_there_are_21_attacks() -> None:
    assert len(NAMES) == 21


@pytest.mark.parametrize("place", ["machine", "container"])
async def test_none_comes_through(place: str) -> None:
    """Walls that let one through do not hold; those that cannot be put up say why."""
    for user, found in zip(
        ("root", "user"),
        await asyncio.gather(battery("root", place), battery("user", place)),
        strict=True,
    ):
        held = {name: how for name, how in found.items() if "refused" not in how}
        assert held == dict.fromkeys(held, UNHARMED), user
        assert held, f"nothing confines {user} here: {found}"


async def test_each_succeeds_where_nothing_guards() -> None:
    """So that the battery can fail; what would end the test itself is left out."""
    found = await battery("user", "alone")
    assert {name for name, how in found.items() if how} == set(NAMES) - HURT_ALONE
