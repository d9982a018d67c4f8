"""A server that declared tools may call, and a process that works on jobs."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from menon.testing.receiver import Receiver, receiving

Json = dict[str, Any]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as here:
        yield here


@pytest.fixture
def overrides(receiver: Receiver) -> Json:
    return {
        "jobs": {"worker": True, "drain_seconds": 0.2},
        "outbound": {"allow": [receiver.endpoint]},
        "tools": {"declared": 12, "imported": 5},
    }


@pytest.fixture
def weather(receiver: Receiver) -> Json:
    """A tool that asks the receiver for the weather of a city."""
    return {
        "name": "weather",
        "description": "Get the weather of a city.",
        "url": f"http://{receiver.endpoint}/v1/weather/{{city}}",
        "input_schema": {
            "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
            "required": ["city"],
        },
        "headers": {"X-Key": {"secret": "key", "prefix": "k "}, "Accept": "application/json"},
        "secrets": {"key": "s3cret-of-the-weather"},
    }
