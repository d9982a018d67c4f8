"""What a person does from their editor: the official client drives the server over a socket."""

from typing import Any

import httpx2
import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, TextContent, TextResourceContents
from tests.features.mcp.conftest import ERAS, Connect
from tests.fixtures.people import People
from tests.fixtures.wires import agent, document

from menon.core.auth import Role
from menon.version import VERSION

TEXT = "# Returns\n\nA customer returns goods within 30 days. " + "Ask the warehouse first. " * 40


def said(result: CallToolResult) -> str:
    assert isinstance(result.content[0], TextContent)
    return result.content[0].text


def data(result: CallToolResult) -> dict[str, Any]:
    return result.structured_content or {}


async def given(client: Any, tool: str, /, **arguments: Any) -> dict[str, Any]:
    """The structured content of a call that did not fail."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, said(result)
    return result.structured_content


async def test_documents_are_found_and_read(
    connect: Connect, era: str, as_developer: httpx2.AsyncClient
):
    made = await document(as_developer, "Handbook", TEXT, collection="")
    async with connect("dora", era) as client:
        assert client.protocol_version == ERAS[era]
        info = client.server_info
        assert info
        assert (info.name, info.version) == ("menon", VERSION)
        assert "search_knowledge" in (client.instructions or "")
        found = await client.call_tool("search_knowledge", {"query": "goods within 30 days"})
        assert data(found)["passages"][0]["document_id"] == made
        assert "Handbook" in said(found)
        link = found.content[1]
        assert (link.type, getattr(link, "uri", "")) == (
            "resource_link",
            f"menon://documents/{made}",
        )
        first = await given(client, "read_document", document_id=made, length=100)
        rest = await given(
            client, "read_document", document_id=made, start=first["next_start"], length=100_000
        )
        assert rest["next_start"] is None
        whole = await client.read_resource(f"menon://documents/{made}")
        assert isinstance(whole.contents[0], TextResourceContents)
        assert whole.contents[0].text == first["text"] + rest["text"]
        listed = await client.list_resources()
        assert [each.title for each in listed.resources] == ["Documents", "Handbook"]
        assert listed.next_cursor is None
        page = await client.read_resource(listed.resources[0].uri)
        assert isinstance(page.contents[0], TextResourceContents)
        assert made in page.contents[0].text
        cards = await given(client, "list_documents", words="hand")
        assert [card["title"] for card in cards["documents"]] == ["Handbook"]
        groups = await given(client, "list_collections")
        assert [each["documents"] for each in groups["collections"]] == [1]


async def test_long_lists_come_in_pages(
    connect: Connect, as_developer: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("menon.features.mcp.resources._PAGE", 2)
    for name in ("One", "Two", "Three"):
        await as_developer.post("/api/v1/collections", json={"name": name})
    for n in range(3):
        await document(as_developer, f"Note {n}", f"text {n}", collection="one")
    async with connect("dora", "auto") as client:
        pages: list[list[str | None]] = []
        cursor = None
        while True:
            listed = await client.list_resources(cursor=cursor)
            pages.append([each.title for each in listed.resources])
            cursor = listed.next_cursor
            if cursor is None:
                break
        assert pages == [["One", "Two"], ["Three", "Note 2", "Note 1"], ["Note 0"]]
        first = await given(client, "list_documents", limit=2)
        second = await given(client, "list_documents", limit=2, cursor=first["next_cursor"])
        assert len(first["documents"] + second["documents"]) == 3
        for bad in ("nonsense", "WyJ4IiwieSJd"):
            with pytest.raises(MCPError, match="VALID_001"):
                await client.list_resources(cursor=bad)
        with pytest.raises(MCPError, match="one page"):
            await client.list_tools(cursor="x")


async def test_agents_answer_with_progress(
    connect: Connect, era: str, as_developer: httpx2.AsyncClient
):
    await agent(as_developer, "Fast One", "fake-n3-t1", tools=["calculator"])
    told: list[tuple[float, str | None]] = []

    async def tell(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, message))

    async with connect("dora", era) as client:
        listed = await given(client, "list_agents")
        assert [each["agent"] for each in listed["agents"]] == ["fast-one", "assistant"]
        names = [tool.name for tool in (await client.list_tools()).tools]
        assert names[-1] == "agent_fast-one"
        result = await client.call_tool("agent_fast-one", {"message": "hi"}, progress_callback=tell)
        answer = data(result)
        assert (answer["state"], answer["model"]) == ("completed", "openai:fake-n3-t1")
        assert answer["answer"] == said(result)
        assert told[0] == (1.0, "fast-one answers with openai:fake-n3-t1")
        assert "calls calculator" in [message for _, message in told]
        assert [done for done, _ in told] == sorted({done for done, _ in told})
        report = await given(client, "get_run", run_id=answer["run_id"])
        assert report["output"]["text"] == answer["answer"]
        runs = await given(client, "list_runs", state="completed")
        assert answer["run_id"] in [run["run_id"] for run in runs["runs"]]
        stopped = await given(client, "cancel_run", run_id=answer["run_id"])
        assert stopped["state"] == "completed", "what has ended stays as it is"


async def test_a_failed_answer_is_an_error_that_says_why(
    connect: Connect, as_developer: httpx2.AsyncClient
):
    await agent(as_developer, "Broken", "fake-n3-e400")
    async with connect("dora", "auto") as client:
        result = await client.call_tool("ask_agent", {"agent": "broken", "message": "hi"})
        assert result.is_error
        answer = data(result)
        assert (answer["state"], answer["error"]["code"]) == ("failed", "MODEL_003")
        assert "MODEL_003" in said(result)


@pytest.mark.parametrize("tool", ["ask_agent", "search_knowledge"])
async def test_text_that_no_database_keeps_is_refused(connect: Connect, tool: str):
    name = "message" if tool == "ask_agent" else "query"
    async with connect("dora", "auto") as client:
        result = await client.call_tool(tool, {name: "a\x00b"})
        assert result.is_error
        assert "no database keeps" in said(result)
        runs = await given(client, "list_runs")
        assert runs["runs"] == []


async def test_a_conversation_is_kept_and_read(connect: Connect, as_developer: httpx2.AsyncClient):
    made = await as_developer.post("/api/v1/chat/sessions", json={"title": "Sums"})
    place = {"conversation_id": made.json()["id"]}
    async with connect("dora", "auto") as client:
        await given(client, "ask_agent", message="What is 15 * 23?", **place)
        cards = await given(client, "list_conversations")
        assert [(c["title"], c["messages"]) for c in cards["conversations"]] == [("Sums", 2)]
        found = await client.call_tool("read_conversation", {**place, "last": 1})
        assert "~31" in said(found)
        spoken = data(found)["messages"]
        assert [each["role"] for each in spoken] == ["assistant"]


async def test_what_a_person_wants_kept_becomes_a_document(connect: Connect):
    async with connect("dora", "auto") as client:
        added = await given(client, "add_document", title="Idea", content="Bees like blue.")
        assert added["status"] == "queued"
        report = await given(client, "get_run", run_id=added["run_id"])
        assert report["kind"] == "ingest"
        found = await given(client, "list_documents")
        assert [each["title"] for each in found["documents"]] == ["Idea"]


async def test_prompts_have_gaps_to_fill(connect: Connect, era: str):
    async with connect("dora", era) as client:
        prompts = {each.name: each for each in (await client.list_prompts()).prompts}
        assert [each.name for each in prompts["compare"].arguments or []] == ["first", "second"]
        filled = await client.get_prompt("find-answer", {"topic": "{braces} and bees"})
        content = filled.messages[0].content
        assert isinstance(content, TextContent)
        assert "about {braces} and bees?" in content.text
        with pytest.raises(MCPError, match="'second'"):
            await client.get_prompt("compare", {"first": "x", "second": " "})
        with pytest.raises(MCPError, match="NOT_FOUND_001"):
            await client.get_prompt("none")


async def test_collections_complete_by_their_beginning(
    connect: Connect, as_developer: httpx2.AsyncClient
):
    from mcp_types import ResourceTemplateReference

    for name in ("Laws", "Letters", "Plans"):
        await as_developer.post("/api/v1/collections", json={"name": name})
    async with connect("dora", "auto") as client:
        templates = (await client.list_resource_templates()).resource_templates
        assert [each.name for each in templates] == ["document", "collection", "run"]
        reference = ResourceTemplateReference(uri=templates[1].uri_template)
        for name, wanted in (("collection", ["laws", "letters"]), ("cursor", [])):
            found = await client.complete(reference, {"name": name, "value": "l"})
            assert found.completion.values == wanted


async def test_nobody_reaches_what_is_somebody_elses(
    connect: Connect, as_developer: httpx2.AsyncClient
):
    made = await document(as_developer, "Secret", "The code is 4711.")
    mine = await agent(as_developer, "Private", "fake-n3")
    ran = await as_developer.post(f"/api/v1/agents/{mine['id']}/run", json={"message": "hi"})
    talk = (await as_developer.post("/api/v1/chat/sessions", json={})).json()["id"]
    calls: list[tuple[str, dict[str, Any]]] = [
        ("read_document", {"document_id": made}),
        ("search_knowledge", {"query": "code", "collection": "secret"}),
        ("ask_agent", {"agent": "private", "message": "hi"}),
        ("ask_agent", {"message": "hi", "conversation_id": talk}),
        ("agent_private", {"message": "hi"}),
        ("get_run", {"run_id": ran.json()["run_id"]}),
        ("cancel_run", {"run_id": ran.json()["run_id"]}),
        ("read_conversation", {"conversation_id": talk}),
    ]
    async with connect("ned", "auto") as client:
        for tool, arguments in calls:
            result = await client.call_tool(tool, arguments)
            assert (result.is_error, said(result)[:13]) == (True, "NOT_FOUND_001"), tool
        assert (await given(client, "search_knowledge", query="code"))["passages"] == []
        for tool, key in (
            ("list_documents", "documents"),
            ("list_runs", "runs"),
            ("list_conversations", "conversations"),
            ("list_collections", "collections"),
        ):
            assert (await given(client, tool))[key] == [], tool
        assert "agent_private" not in [tool.name for tool in (await client.list_tools()).tools]
        for uri in (f"menon://documents/{made}", f"menon://runs/{ran.json()['run_id']}"):
            with pytest.raises(MCPError, match="NOT_FOUND_001"):
                await client.read_resource(uri)


async def test_tools_that_somebody_may_not_use_are_not_shown(connect: Connect, people: People):
    await people.person("vera", Role.VIEWER)
    async with connect("vera", "auto") as client:
        names = [tool.name for tool in (await client.list_tools()).tools]
        assert "ask_agent" in names
        assert "add_document" not in names
        result = await client.call_tool("add_document", {"title": "x", "content": "y"})
        assert (result.is_error, said(result)[:8]) == (True, "AUTH_003")


async def test_wrong_arguments_are_told_to_the_model(connect: Connect):
    async with connect("dora", "auto") as client:
        for arguments, word in (
            ({}, "run_id"),
            ({"run_id": "x", "runs": 1}, "runs"),
            ({"run_id": 7}, "run_id"),
            ({"run_id": "x\x00y"}, "VALID_001"),
        ):
            result = await client.call_tool("get_run", arguments)
            assert result.is_error
            assert word in said(result)
