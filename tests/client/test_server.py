"""Both clients against a real server: agents, runs, search, uploads, approvals."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.fixtures.people import People

from menon.client import AsyncClient, Client, NotFound, NotSignedIn
from menon.core.auth import Role
from menon.events import Complete, Content


@pytest.fixture
async def client(live: str, people: People) -> AsyncIterator[AsyncClient]:
    person = await people.person("dora", Role.DEVELOPER)
    async with AsyncClient(live, person.key) as opened:
        yield opened


async def test_an_agent_is_made_asked_followed_and_deleted(client: AsyncClient) -> None:
    made = await client.create_agent("Counter", instructions="Count.", tools=["calculator"])
    assert made.slug in [agent.slug async for agent in client.agents()]
    assert (await client.agent("counter")).configuration["instructions"] == "Count."

    answer = await client.run("counter", "What is 15 * 23?")
    assert (answer.text, answer.model) == ("15 * 23 = 345.", "offline:extractive")
    assert answer.usage.requests == 2
    run = await client.wait(answer.run_id)
    assert run.state == "completed"
    assert [event async for event in client.events(run.id)][-1].type == Complete.type
    assert run.id in [each.id async for each in client.runs(kind="agent")]

    late = client.events(run.id, after="1.2")
    assert (await late.result()).run_id == run.id
    await client.delete_agent("counter")
    with pytest.raises(NotFound, match="no agent 'counter'"):
        await client.agent("counter")


async def test_a_conversation_is_kept(client: AsyncClient) -> None:
    session = await client.create_session(title="Sums")
    stream = client.chat("What is 2 + 2?", session=session.id)
    text = "".join([event.text async for event in stream if isinstance(event, Content)])
    assert text == "2 + 2 = 4."
    assert stream.run_id
    assert stream.last_id


async def test_what_is_not_mine_and_what_waits(client: AsyncClient, live: str) -> None:
    assert [each async for each in client.approvals()] == []
    async with AsyncClient(live, "wrong") as stranger:
        with pytest.raises(NotSignedIn):
            await stranger.search("x")
    with pytest.raises(NotFound):
        await client.cancel_run("0190b6a0-0000-7000-8000-000000000000")


async def test_the_sync_client_does_the_same(live: str, people: People, tmp_path: Path) -> None:
    person = await people.person("dora", Role.DEVELOPER)
    file = tmp_path / "leave.md"
    file.write_text("# Leave\n\nEverybody has 25 days of leave a year.")

    def use() -> None:
        with Client(live, person.key) as client:
            client.create_agent("Counter", tools=["calculator"], description="Counts.")
            assert client.agent("counter").description == "Counts."
            assert client.run("counter", "3 * 4").text == "3 * 4 = 12."
            with client.stream("counter", "3 * 5") as stream:
                assert stream.result().text == "3 * 5 = 15."
            session = client.create_session()
            assert client.chat("1 + 1", session=session.id).result().text == "1 + 1 = 2."
            assert [run.kind for run in client.runs(state="completed")] == [
                "chat",
                "agent",
                "agent",
            ]
            assert client.create_collection("team").name == "team"
            document = client.upload(file, collection="team")
            assert (document.source, document.collection) == ("leave.md", "team")
            assert document.run_id
            assert client.cancel_run(document.run_id).kind == "ingest"
            assert client.search("leave").items == []
            assert list(client.approvals()) == []
            client.delete_agent("counter")

    await asyncio.get_running_loop().run_in_executor(None, use)
