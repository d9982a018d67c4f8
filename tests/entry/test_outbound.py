"""The one way out of a process, as the operator's settings open it."""

from typing import Any

import pytest

from menon.core.errors import TargetRefused
from menon.core.runtime import Runtime
from menon.engine.llm.provider import Outbound
from menon.engine.outbound import fetch
from menon.testing.loopback import Listener, listening


@pytest.fixture
async def named():
    async with listening() as listener:
        yield listener


@pytest.fixture
async def unnamed():
    async with listening() as listener:
        yield listener


@pytest.fixture
def overrides(named: Listener) -> dict[str, Any]:
    return {"models": {"openai_base_url": f"http://127.0.0.1:{named.port}/v1"}}


async def test_a_base_url_is_the_operators_word(runtime: Runtime, named: Listener) -> None:
    client = runtime[Outbound].client

    assert (await fetch(client, f"http://127.0.0.1:{named.port}/x")).body == b"hello"


async def test_another_port_of_the_same_machine_is_not(runtime: Runtime, unnamed: Listener) -> None:
    url = f"http://127.0.0.1:{unnamed.port}/x"

    with pytest.raises(TargetRefused, match="MENON_OUTBOUND__ALLOW"):
        await fetch(runtime[Outbound].client, url)
    connect = runtime[Outbound].connect
    assert connect
    with pytest.raises(TargetRefused):
        await connect(url)
    assert unnamed.connections == 0


class TestAllowList:
    @pytest.fixture
    def overrides(self, unnamed: Listener) -> dict[str, Any]:
        return {"outbound": {"allow": [f"localhost:{unnamed.port}"]}}

    async def test_what_is_listed_may_be_reached(self, runtime: Runtime, unnamed: Listener) -> None:
        found = await fetch(runtime[Outbound].client, f"http://127.0.0.1:{unnamed.port}/")
        assert found.status == 200
