"""Outgoing requests at the edge: sent, repeated, paced, put on record, refused."""

from typing import Any

import httpx2
import pytest

from menon.core.runtime import Runtime
from menon.features.integrations.service.upkeep import Upkeep
from menon.kit.clock import FixedClock
from menon.kit.ids import new_id
from menon.testing.loopback import reply
from menon.testing.receiver import Receiver

BASE = "/api/v1/http"
AT_ONCE = {"max_attempts": 3, "backoff_factor": 0}

Json = dict[str, Any]


async def send(client: httpx2.AsyncClient, receiver: Receiver, **more: Any) -> httpx2.Response:
    return await client.post(f"{BASE}/request", json={"url": receiver.url} | more)


async def test_an_answer_is_handed_out_and_put_on_record(
    as_developer: httpx2.AsyncClient, receiver: Receiver
):
    receiver.answer = lambda _message: reply(
        b'{"token": "abcdefgh12345678", "ok": true}', status="201 Made", set_cookie="id=1"
    )
    answer = await send(
        as_developer,
        receiver,
        method="POST",
        headers={"Authorization": "Bearer tok-1234567890", "X-Trace": "7"},
        json={"password": "hunter2hunter2", "n": 1},
    )
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["status_code"], found["attempts"], found["truncated"]) == (201, 1, False)
    assert "abcdefgh12345678" in found["body"]
    (message,) = receiver.messages
    assert message.json == {"password": "hunter2hunter2", "n": 1}
    assert message.headers["authorization"] == "Bearer tok-1234567890"
    assert message.headers["content-type"] == "application/json"
    assert message.headers["idempotency-key"] == found["id"]
    record = (await as_developer.get(f"{BASE}/requests/{found['id']}")).json()
    assert (record["status"], record["method"], record["host"]) == (
        201,
        "POST",
        receiver.endpoint,
    )
    assert record["request_headers"]["X-Trace"] == "7"
    for secret in ("tok-1234567890", "hunter2hunter2", "abcdefgh12345678", "id=1"):
        assert secret not in str(record)


async def test_a_safe_request_is_repeated_and_an_unsafe_one_is_not(
    as_developer: httpx2.AsyncClient, receiver: Receiver
):
    answers = iter([reply(status="502 Bad"), None])
    receiver.answer = lambda _message: next(answers, reply(b"third"))
    found = (await send(as_developer, receiver, retry_config=AT_ONCE)).json()
    assert (found["body"], found["attempts"]) == ("third", 3)
    receiver.messages.clear()
    receiver.answer = lambda _message: reply(status="502 Bad")
    found = (await send(as_developer, receiver, method="POST", retry_config=AT_ONCE)).json()
    assert (found["status_code"], found["attempts"], len(receiver.messages)) == (502, 1, 1)


async def test_a_repeated_write_carries_the_same_key(
    as_developer: httpx2.AsyncClient, receiver: Receiver
):
    answers = iter([reply(status="503 Later", retry_after="0")])
    receiver.answer = lambda _message: next(answers, reply(b"done"))
    found = (
        await send(as_developer, receiver, method="POST", body="text", retry_config=AT_ONCE)
    ).json()
    assert (found["body"], found["attempts"]) == ("done", 2)
    assert {message.headers["idempotency-key"] for message in receiver.messages} == {found["id"]}
    assert {message.body for message in receiver.messages} == {b"text"}


async def test_a_large_answer_is_cut(as_developer: httpx2.AsyncClient, receiver: Receiver):
    receiver.answer = lambda _message: reply(b"x" * 5000)
    found = (await send(as_developer, receiver)).json()
    assert (found["truncated"], found["bytes"], len(found["body"])) == (True, 4096, 4096)


async def test_a_host_that_fails_is_left_alone_by_those_it_failed(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient, receiver: Receiver
):
    receiver.answer = lambda _message: None
    once = {"max_attempts": 1}
    for _ in range(5):
        answer = await send(as_developer, receiver, retry_config=once)
        assert (answer.status_code, answer.json()["code"]) == (502, "TOOL_002")
    refused = await send(as_developer, receiver, retry_config=once)
    assert refused.status_code == 503
    assert 0 < int(refused.headers["retry-after"]) <= 30
    assert len(receiver.messages) == 5
    health = (await as_developer.get(f"{BASE}/health")).json()
    assert (health["status"], health["hosts"][0]["state"], health["hosts"][0]["failures"]) == (
        "degraded",
        "open",
        5,
    )
    assert (await as_neighbour.get(f"{BASE}/health")).json() == {"status": "ok", "hosts": []}
    receiver.answer = lambda _message: reply()
    assert (await send(as_neighbour, receiver)).status_code == 200
    ill = (await as_developer.get("/api/v1/integration/health")).json()
    assert (ill["status"], ill["circuits_open"]) == ("degraded", 1)


async def test_requests_to_a_host_are_paced(as_developer: httpx2.AsyncClient, receiver: Receiver):
    two = {"requests_per_minute": 2}
    answers = [await send(as_developer, receiver, rate_limit=two) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["code"] == "RATE_001"
    assert 0 < int(answers[2].headers["retry-after"]) <= 30
    assert len(receiver.messages) == 2


async def test_nobody_allows_oneself_more_than_the_operator_does(
    as_developer: httpx2.AsyncClient, receiver: Receiver
):
    many = {"requests_per_minute": 1000}
    answers = [(await send(as_developer, receiver, rate_limit=many)).status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://[::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://0/",
        "http://0x7f000001/",
        "http://017700000001/",
        "http://localhost.:9/",
        "http://100.100.100.200/latest",
        "http://[fd00:ec2::254]/",
        "http://example.com:25/",
        "gopher://example.com/",
        "file:///etc/passwd",
        "http://a@127.0.0.1/",
    ],
)
async def test_addresses_that_are_not_public_are_refused(
    as_developer: httpx2.AsyncClient, receiver: Receiver, url: str
):
    answer = await as_developer.post(f"{BASE}/request", json={"url": url})
    assert (answer.status_code, answer.json()["code"]) == (403, "SECURITY_001")
    assert receiver.messages == []


async def test_a_redirect_inwards_is_refused_and_on_record(
    as_developer: httpx2.AsyncClient, receiver: Receiver
):
    receiver.answer = lambda _message: reply(status="302 Found", location="http://10.0.0.1/")
    answer = await send(as_developer, receiver)
    assert answer.status_code == 403
    metrics = (await as_developer.get(f"{BASE}/metrics")).json()
    assert (metrics["requests"], metrics["failed"]) == (1, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"headers": {"Host": "evil"}},
        {"headers": {"content-length": "1"}},
        {"headers": {"a b": "c"}},
        {"headers": {"a": "b\r\nc: d"}},
        {"json": 1, "body": "x"},
        {"method": "CONNECT"},
        {"timeout": 0},
        {"timeout": 61},
        {"retry_config": {"max_attempts": 6}},
        {"retry_config": {"max_attempts": 0}},
        {"rate_limit": {"requests_per_minute": 0}},
        {"url": ""},
    ],
)
async def test_what_is_malformed(
    as_developer: httpx2.AsyncClient, receiver: Receiver, change: Json
):
    assert (await send(as_developer, receiver, **change)).status_code == 422
    assert receiver.messages == []


async def test_a_host_that_says_nothing_is_given_up(
    as_developer: httpx2.AsyncClient, receiver: Receiver
):
    receiver.answer = lambda _message: b""
    answer = await send(as_developer, receiver, timeout=0.05, retry_config={"max_attempts": 1})
    assert answer.status_code == 502
    assert "took longer" in answer.json()["detail"]


async def test_records_are_their_owners_and_end_after_two_weeks(
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
    as_viewer: httpx2.AsyncClient,
    as_admin: httpx2.AsyncClient,
    receiver: Receiver,
    runtime: Runtime,
    clock: FixedClock,
):
    found = (await send(as_developer, receiver)).json()
    path = f"{BASE}/requests/{found['id']}"
    assert (await as_neighbour.get(path)).status_code == 404
    assert (await as_admin.get(path)).status_code == 200
    assert (await as_developer.get(f"{BASE}/requests/{new_id()}")).status_code == 404
    assert (await send(as_viewer, receiver)).status_code == 403
    clock.advance(days=13)
    await runtime[Upkeep].sweep()
    assert (await as_developer.get(path)).status_code == 200
    clock.advance(days=2)
    assert await runtime[Upkeep].sweep() == 1
    assert (await as_developer.get(path)).status_code == 404


async def test_metrics_count_ones_own(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient, receiver: Receiver
):
    statuses = iter(["200 OK", "404 No", "302 Found", "500 No", "200 OK"])
    receiver.answer = lambda _message: reply(b"four", status=next(statuses))
    for _ in range(3):
        await send(as_developer, receiver)
    await send(as_developer, receiver, retry_config=AT_ONCE)
    metrics = (await as_developer.get(f"{BASE}/metrics")).json()
    assert metrics["by_status"] == {"2xx": 2, "3xx": 1, "4xx": 1}
    counted = (metrics["requests"], metrics["answered"], metrics["retried"], metrics["bytes"])
    assert counted == (4, 4, 1, 16)
    assert metrics["hosts"][0]["host"] == receiver.endpoint
    assert 0 < metrics["mean_seconds"] <= metrics["p95_seconds"] * 4
    none = (await as_neighbour.get(f"{BASE}/metrics")).json()
    assert (none["requests"], none["hosts"], none["p95_seconds"]) == (0, [], 0.0)
