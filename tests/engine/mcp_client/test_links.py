"""Sessions are shared, opened again, given a rest after failures, and closed."""

import asyncio
from dataclasses import replace

import pytest
from tests.engine.mcp_client.conftest import Out
from tests.fixtures.mcp import Served, lying

from menon.core.errors import Conflict, ExternalError
from menon.engine.mcp_client.link import Link, Target
from menon.engine.mcp_client.links import Links


async def nothing(_link: Link) -> None:
    """Is content with any session."""


async def test_a_session_is_shared_until_its_target_changes_or_it_breaks(served: Served, out: Out):
    links = Links(out(served.endpoint), idle_s=60)
    target = Target(name="desk", url=served.url)
    told: list[Link] = []

    async def opened(link: Link) -> None:
        told.append(link)

    first, second = await asyncio.gather(*(links.get("1", target, opened=opened) for _ in range(2)))
    assert first is second
    assert (len(told), links.open) == (1, ["1"])
    first.stale = True
    assert await links.get("1", target, opened=opened) is first
    assert await links.get("1", target, opened=opened, anew=True) is first
    assert len(told) == 3
    other = await links.get("1", replace(target, headers={"a": "b"}), opened=opened)
    assert other is not first
    assert not first.is_open
    await other.close()
    third = await links.get("1", replace(target, headers={"a": "b"}), opened=opened)
    assert third is not other
    await links.drop("1")
    await links.drop("1")
    assert not third.is_open
    await links.close()


async def test_idle_sessions_end_and_busy_ones_do_not(served: Served, out: Out):
    links = Links(out(served.endpoint), idle_s=0)
    link = await links.get("1", Target(name="desk", url=served.url), opened=nothing)
    call = asyncio.create_task(link.call("wait", {"seconds": 0.2}, 5))
    await asyncio.sleep(0)
    await links.sweep()
    assert (await call).value == {"result": "waited"}
    await links.sweep()
    await links.sweep()
    assert not link.is_open
    assert links.open == []


async def test_after_a_failure_a_server_is_left_alone_for_a_moment(out: Out):
    async with lying(lambda _m: None) as liar:
        links = Links(out(liar.endpoint), idle_s=60)
        target = Target(name="liar", url=liar.url.replace("hook", "x"))
        liar.answer = lambda _m: None
        for _ in range(2):
            with pytest.raises(ExternalError):
                await links.get("1", target, opened=nothing)
        assert len({message.path for message in liar.messages}) == 1
        asked = len(liar.messages)
        with pytest.raises(ExternalError):
            await links.get("1", target, opened=nothing, anew=True)
        assert len(liar.messages) > asked
        await links.close()


async def test_a_session_that_its_owner_refuses_is_not_kept(served: Served, out: Out):
    links = Links(out(served.endpoint), idle_s=60)

    async def refuse(_link: Link) -> None:
        raise Conflict("not this one")

    for _ in range(2):
        with pytest.raises((Conflict, ExternalError), match="not this one"):
            await links.get("1", Target(name="desk", url=served.url), opened=refuse)
    assert links.open == []
