"""A receiver on the loopback that an operator permitted, and a process that works on jobs."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from menon.testing.receiver import Receiver, receiving


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as here:
        yield here


@pytest.fixture
def overrides(receiver: Receiver) -> dict[str, Any]:
    return {
        "jobs": {"worker": True, "drain_seconds": 0.2},
        "outbound": {"allow": [receiver.endpoint]},
        "integrations": {
            "webhooks": 5,
            "messages": 9,
            "http_per_minute": 30,
            "http_bytes": 4096,
        },
    }
