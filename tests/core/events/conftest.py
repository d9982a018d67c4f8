"""A runtime in which the subscriptions of a test are installed."""

import contextlib
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.fixtures.server import KEYS

from menon.core.events import Subscription
from menon.core.feature import Feature
from menon.core.runtime import Runtime
from menon.core.settings import load
from menon.entry.parts import sections
from menon.entry.runtime import open_runtime
from menon.kit.clock import FixedClock

Hearing = Callable[..., contextlib.AbstractAsyncContextManager[Runtime]]


@pytest.fixture
def hearing(database_url: str, tmp_path: Path, clock: FixedClock) -> Hearing:
    """Opens a runtime with the given subscriptions; several share the database."""

    @contextlib.asynccontextmanager
    async def opened(*subscriptions: Subscription[Any]) -> AsyncGenerator[Runtime]:
        feature = Feature(name="under_test", subscriptions=subscriptions)
        given: dict[str, Any] = {
            **KEYS,
            "data_dir": tmp_path / "data",
            "database_url": database_url,
            "database": {"auto_migrate": False},
            "jobs": {"worker": False},
        }
        settings = load(sections([feature]), environ={}, **given)
        async with open_runtime(settings, clock=clock, among=[feature]) as runtime:
            yield runtime

    return opened
