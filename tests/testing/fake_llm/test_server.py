import asyncio
import json
import re
import sys
import time
from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest

from menon.testing.fake_llm import FakeLLM, connect

STREAMED = ["/v1/chat/completions", "/api/chat", "/v1/messages"]
TOOL = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
TOOLS = {
    "/v1/chat/completions": [{"type": "function", "function": {"name": "t", "parameters": TOOL}}],
    "/api/chat": [{"type": "function", "function": {"name": "t", "parameters": TOOL}}],
    "/v1/messages": [{"name": "t", "input_schema": TOOL}],
}


@pytest.fixture
async def fake() -> AsyncGenerator[FakeLLM]:
    async with FakeLLM() as fake:
        yield fake


@pytest.fixture
async def client(fake: FakeLLM) -> AsyncGenerator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=fake.url) as client:
        yield client


def asking(model: str, **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": "hi"}], **more}


class TestAnswers:
    @pytest.mark.parametrize("path", STREAMED)
    async def test_it_streams_as_many_tokens_as_the_name_says(
        self, client: httpx2.AsyncClient, path: str
    ) -> None:
        answer = await client.post(path, json=asking("fake-n40", stream=True))
        assert re.findall(r"~(\d+)", answer.text) == [str(number) for number in range(40)]

    @pytest.mark.parametrize("path", STREAMED)
    async def test_or_answers_whole(self, client: httpx2.AsyncClient, path: str) -> None:
        answer = await client.post(path, json=asking("fake-n3-f5", stream=False))
        assert json.loads(answer.text)
        assert answer.text.count("~") == 3

    @pytest.mark.parametrize("stream", [True, False])
    @pytest.mark.parametrize("path", STREAMED)
    async def test_it_says_what_it_is_told_to(self, path: str, stream: bool) -> None:
        line = 'A "quoted" line\n{"of": "JSON"} ünd more'

        def says(body: dict[str, Any]) -> str:
            return line if body["messages"][0]["content"] == "hi" else ""

        async with FakeLLM(says=says) as fake, httpx2.AsyncClient(base_url=fake.url) as client:
            said = await client.post(path, json=asking("fake-n2", stream=stream))
            other = asking("fake-n2", stream=stream) | {
                "messages": [{"role": "user", "content": "ho"}]
            }
            unsaid = await client.post(path, json=other)
            failed = await client.post(path, json=asking("fake-e503", stream=stream))
        assert json.dumps(line)[1:-1] in said.text or _unescaped(line) in said.text
        assert said.text.count("quoted") == 1
        assert unsaid.text.count("~") == 2
        assert failed.status_code == 503

    async def test_each_sixteenth_token_is_stamped_with_the_shared_clock(
        self, client: httpx2.AsyncClient
    ) -> None:
        answer = await client.post(STREAMED[0], json=asking("fake-n33", stream=True))
        stamps = [int(stamp) for stamp in re.findall(r"@(\d+);", answer.text)]
        now = time.monotonic_ns() // 1000
        assert len(stamps) == 3
        assert all(0 <= now - stamp < 5_000_000 for stamp in stamps)

    async def test_delays_are_kept(self, client: httpx2.AsyncClient) -> None:
        began = time.monotonic()
        await client.post(STREAMED[0], json=asking("fake-n5-d20-f50", stream=True))
        assert 0.11 <= time.monotonic() - began < 1.0

    @pytest.mark.parametrize("path", STREAMED)
    @pytest.mark.parametrize("stream", [True, False])
    async def test_it_calls_tools_for_as_many_rounds_as_the_name_says(
        self, client: httpx2.AsyncClient, path: str, *, stream: bool
    ) -> None:
        body = asking("fake-n1-t1-p2", stream=stream, tools=TOOLS[path])
        answer = await client.post(path, json=body)
        assert len(re.findall(r'"name": "t"', answer.text)) == 2
        assert "~" not in answer.text

    async def test_embeddings_depend_on_the_text(self, client: httpx2.AsyncClient) -> None:
        answer = await client.post("/v1/embeddings", json={"model": "m", "input": ["a", "b", "a"]})
        one, two, three = (row["embedding"] for row in answer.json()["data"])
        assert one == three != two
        assert sum(value * value for value in one) == pytest.approx(1.0, abs=1e-3)

    async def test_a_pulled_model_is_listed(self, client: httpx2.AsyncClient) -> None:
        answer = await client.post("/api/pull", json={"model": "new"})
        steps = [json.loads(line) for line in answer.text.splitlines()]
        assert steps[-1] == {"status": "success"}
        assert "new" in (await client.get("/api/tags")).text


class TestFaults:
    async def test_a_status_with_retry_after(self, client: httpx2.AsyncClient) -> None:
        answer = await client.post(STREAMED[0], json=asking("fake-e429-r9", stream=True))
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "9")

    @pytest.mark.parametrize("path", STREAMED)
    async def test_a_connection_that_drops(self, client: httpx2.AsyncClient, path: str) -> None:
        with pytest.raises(httpx2.TransportError):
            await client.post(path, json=asking("fake-n9-d1-k3", stream=True))

    @pytest.mark.parametrize("path", STREAMED)
    async def test_json_that_breaks(self, client: httpx2.AsyncClient, path: str) -> None:
        answer = await client.post(path, json=asking("fake-n3-j1", stream=True))
        data = [
            line.removeprefix("data: ")
            for line in answer.text.splitlines()
            if line.startswith(("data: {", "{"))
        ]
        assert sum(not readable(each) for each in data) == 1

    @pytest.mark.parametrize("model", ["fake-h0", "fake-h2", "fake-s2"])
    async def test_silence(self, client: httpx2.AsyncClient, model: str) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(
                client.post(STREAMED[0], json=asking(model, stream=True)), timeout=0.2
            )

    @pytest.mark.parametrize("path", STREAMED)
    async def test_an_error_in_the_stream(self, client: httpx2.AsyncClient, path: str) -> None:
        answer = await client.post(path, json=asking("fake-n9-x2", stream=True))
        assert answer.text.count("~") == 2
        assert answer.text.count('"error"') >= 1

    async def test_a_client_that_waits_for_leave_is_given_it(self, fake: FakeLLM) -> None:
        reader, writer = await connect(fake.url)
        writer.write(b"POST /x HTTP/1.1\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n")
        assert await reader.readline() == b"HTTP/1.1 100 Continue\r\n"
        writer.write(b"{}")
        await reader.readline()
        assert (await reader.readline()).startswith(b"HTTP/1.1 404")
        writer.close()

    @pytest.mark.parametrize("path", STREAMED)
    async def test_an_error_with_status_200(self, client: httpx2.AsyncClient, path: str) -> None:
        answer = await client.post(path, json=asking("fake-err200", stream=True))
        assert answer.status_code == 200
        assert "error" in answer.json()

    async def test_faults_end_after_as_many_requests_as_the_name_says(
        self, client: httpx2.AsyncClient
    ) -> None:
        body = asking("fake-e500-a2", stream=True)
        statuses = [(await client.post(STREAMED[0], json=body)).status_code for _ in range(3)]
        assert statuses == [500, 500, 200]

    async def test_a_wrong_key(self, client: httpx2.AsyncClient) -> None:
        headers = {"authorization": "Bearer bad-key"}
        answer = await client.post(STREAMED[0], json=asking("fake"), headers=headers)
        assert answer.status_code == 401

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"messages":[]}'])
    async def test_a_bad_request_does_not_take_it_down(
        self, client: httpx2.AsyncClient, body: bytes
    ) -> None:
        answer = await client.post(STREAMED[0], content=body)
        assert answer.status_code == 400
        assert (await client.get("/health")).json() == {"ok": True}


class TestServing:
    async def test_it_counts_what_it_does(self, client: httpx2.AsyncClient, fake: FakeLLM) -> None:
        await client.post(STREAMED[0], json=asking("fake-n7", stream=True))
        stats = (await client.get("/stats")).json()
        assert (stats["streams"], stats["tokens"], stats["open"]) == (1, 7, 1)
        assert fake.requests[0].json()["model"] == "fake-n7"

    async def test_chunked_requests_are_understood(self, client: httpx2.AsyncClient) -> None:
        async def pieces() -> AsyncGenerator[bytes]:
            yield b'{"model":"fake-n1",'
            yield b'"messages":[]}'

        answer = await client.post(STREAMED[0], content=pieces())
        assert "~0" in answer.text

    async def test_leaving_closes_every_connection(self) -> None:
        async with FakeLLM() as fake, httpx2.AsyncClient() as client:
            body = asking("fake-h0", stream=True)
            waiting = asyncio.ensure_future(client.post(fake.url + STREAMED[0], json=body))
            await fake.until(lambda: fake.stats["requests"] == 1)
            await fake.__aexit__(None, None, None)
            assert fake.open == 0
            with pytest.raises(httpx2.TransportError):
                await waiting

    async def test_it_runs_on_its_own(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "menon.testing.fake_llm", "--port", "0"),
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        try:
            line = (await process.stdout.readline()).decode()
            url = line.removeprefix("fake_llm on ").strip()
            async with httpx2.AsyncClient() as client:
                assert (await client.get(f"{url}/health")).json() == {"ok": True}
        finally:
            process.terminate()
            await process.wait()


def readable(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _unescaped(line: str) -> str:
    """A line within JSON that leaves letters as they are."""
    return json.dumps(line, ensure_ascii=False)[1:-1]
