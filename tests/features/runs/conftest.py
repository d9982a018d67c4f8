"""A server that works on the runs of these tests, and looks at its sockets often."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.features.runs.lines import QUICK, counts
from tests.features.runs.waiting import asks
from tests.fixtures.people import People

from menon.core.feature import Feature
from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.entry.parts import features
from menon.entry.runtime import open_runtime
from menon.kit.clock import FixedClock


@pytest.fixture
def overrides(request: pytest.FixtureRequest) -> dict[str, Any]:
    more: dict[str, Any] = getattr(request, "param", {})
    given: dict[str, Any] = {"jobs": {"worker": True, "drain_seconds": 0.2}, "sockets": QUICK}
    return given | more


@pytest.fixture
def among() -> list[Feature]:
    """Of every process of a test: any of them may take a job, and fails one that it has not."""
    return [*features(), Feature(name="under_test", jobs=(counts, asks))]


@pytest.fixture
async def runtime(
    settings: Settings, clock: FixedClock, among: list[Feature]
) -> AsyncIterator[Runtime]:
    async with open_runtime(settings, clock=clock, among=among) as opened:
        yield opened


@pytest.fixture
async def key(people: People) -> str:
    return (await people.person("dora")).key
