"""A second process, as it were: a runtime that works on the jobs of the test's database."""

import contextlib
from collections.abc import AsyncGenerator
from typing import Any

from tests.fixtures.server import KEYS

from menon.core.runtime import Runtime
from menon.core.settings import Settings, load
from menon.entry.parts import features, sections
from menon.entry.runtime import open_runtime
from menon.kit.clock import Clock


@contextlib.asynccontextmanager
async def working(
    settings: Settings, clock: Clock | None = None, **more: Any
) -> AsyncGenerator[Runtime]:
    """Open it, and close it again."""
    given: dict[str, Any] = {
        **KEYS,
        "database": {"auto_migrate": False},
        "jobs": {"worker": True, "drain_seconds": 0.2},
        "data_dir": settings.root.data_dir,
        "database_url": settings.root.database_url,
        **more,
    }
    made = load(sections(features()), environ={}, **given)
    async with open_runtime(made, clock=clock) as runtime:
        yield runtime
