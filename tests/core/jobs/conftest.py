"""A runtime that works on the jobs of a test."""

import contextlib
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.fixtures.server import KEYS

from menon.core.feature import Feature
from menon.core.jobs import Job
from menon.core.runtime import Runtime
from menon.core.settings import load
from menon.entry.parts import sections
from menon.entry.runtime import open_runtime
from menon.kit.clock import FixedClock

Working = Callable[..., contextlib.AbstractAsyncContextManager[Runtime]]


@pytest.fixture
def working(database_url: str, tmp_path: Path, clock: FixedClock) -> Working:
    """Opens a runtime that works on the given jobs."""

    @contextlib.asynccontextmanager
    async def opened(*jobs: Job, **how: object) -> AsyncGenerator[Runtime]:
        feature = Feature(name="under_test", jobs=jobs)
        given: dict[str, Any] = {
            **KEYS,
            "data_dir": tmp_path / "data",
            "database_url": database_url,
            "database": {"auto_migrate": False},
            "jobs": {"drain_seconds": 0.2, **how},
        }
        settings = load(sections([feature]), environ={}, **given)
        async with open_runtime(settings, clock=clock, among=[feature]) as runtime:
            yield runtime

    return opened
