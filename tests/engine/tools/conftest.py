"""A runtime with the guarded way out and nothing else, and a server that it may call."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, cast

import pytest

from menon.core.runtime import Runtime
from menon.core.settings import load
from menon.engine.llm.provider import Outbound
from menon.engine.outbound import OutboundPolicy, build_client
from menon.engine.tools.search_settings import WebSearchSettings
from menon.engine.tools.tool import ToolContext
from menon.kit.clock import SystemClock
from menon.kit.ssrf import parse_endpoint
from menon.testing.receiver import Receiver, receiving

Contexts = Callable[..., ToolContext]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as here:
        yield here


@pytest.fixture
async def outward(receiver: Receiver, tmp_path: Path) -> AsyncIterator[Contexts]:
    """A context whose tools may call the receiver; settings of the web search are given."""
    policy = OutboundPolicy(allow=frozenset({parse_endpoint(receiver.endpoint)}))
    async with build_client(policy) as client:

        def context(**web_search: Any) -> ToolContext:
            settings = load(
                [WebSearchSettings], environ={}, data_dir=tmp_path, web_search=web_search
            )
            runtime = Runtime(settings=settings, db=cast("Any", None), clock=SystemClock())
            runtime.put(Outbound(client=client))
            return ToolContext(run="r", runtime=runtime)

        yield context
