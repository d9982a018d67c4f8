"""Conversations over the API: made, listed, searched, changed, counted, forgotten."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from tests.fixtures.people import People

from menon.core.runtime import Runtime
from menon.features.chat import service
from menon.features.chat.models import ConversationKind, ConversationStatus
from menon.kit.clock import FixedClock

SESSIONS = "/api/v1/chat/sessions"
NOBODY = "01a1f9e8-98d7-78e9-8138-d9d5548fc84b"


async def _made(client: httpx2.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post(SESSIONS, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _asked(client: httpx2.AsyncClient, session: str, text: str) -> dict[str, Any]:
    answer = await client.post(f"{SESSIONS}/{session}/messages", json={"message": text})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _listed(client: httpx2.AsyncClient, **params: Any) -> list[str]:
    titles: list[str] = []
    cursor = None
    while True:
        page = await client.get(SESSIONS, params=params | ({"cursor": cursor} if cursor else {}))
        assert page.status_code == 200, page.text
        titles += [item["title"] for item in page.json()["items"]]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            return titles


@pytest.mark.parametrize("kind", sorted(ConversationKind))
async def test_every_type_of_session_can_be_made_and_listed(
    as_developer: httpx2.AsyncClient, kind: str
):
    made = await _made(as_developer, session_type=kind, title=kind)
    assert (made["session_type"], made["status"], made["is_resumable"]) == (kind, "active", True)
    assert made["message_count"] == 0
    assert await _listed(as_developer, session_type=kind) == [kind]
    assert (await as_developer.get(f"{SESSIONS}/{made['id']}")).json() == made


@pytest.mark.parametrize(
    "body",
    [
        {"session_type": "other"},
        {"title": "x" * 201},
        {"config": {str(n): n for n in range(51)}},
        {"agent": "x" * 131},
    ],
)
async def test_bad_sessions_are_refused(as_developer: httpx2.AsyncClient, body: dict[str, Any]):
    assert (await as_developer.post(SESSIONS, json=body)).status_code == 422


@pytest.mark.parametrize("status", [*sorted(ConversationStatus), "resumable"])
async def test_every_word_for_a_status_is_accepted(as_developer: httpx2.AsyncClient, status: str):
    made = await _made(as_developer, is_resumable=False)
    answer = await as_developer.put(f"{SESSIONS}/{made['id']}/status", json={"status": status})
    assert answer.status_code == 200, answer.text
    changed = answer.json()
    assert changed["status"] == ("active" if status == "resumable" else status)
    assert changed["is_resumable"] is (status == "resumable")


@pytest.mark.parametrize("status", ["completed", "archived"])
async def test_a_closed_session_takes_no_question_until_it_is_active(
    as_developer: httpx2.AsyncClient, status: str
):
    made = await _made(as_developer)
    place = f"{SESSIONS}/{made['id']}"
    await as_developer.put(f"{place}/status", json={"status": status})
    refused = await as_developer.post(f"{place}/messages", json={"message": "hi"})
    assert (refused.status_code, refused.json()["code"]) == (409, "CONFLICT_001")
    await as_developer.put(f"{place}/status", json={"status": "resumable"})
    assert (await _asked(as_developer, made["id"], "What is 2 + 2?"))["state"] == "complete"


async def test_an_unknown_status_is_refused(as_developer: httpx2.AsyncClient):
    made = await _made(as_developer)
    answer = await as_developer.put(f"{SESSIONS}/{made['id']}/status", json={"status": "gone"})
    assert answer.status_code == 422


async def test_search_goes_by_words_of_the_title(as_developer: httpx2.AsyncClient):
    for title in ("Alpha report", "beta REPORT", "100% sure", "other"):
        await _made(as_developer, title=title)
    assert set(await _listed(as_developer, q="report")) == {"Alpha report", "beta REPORT"}
    assert await _listed(as_developer, q="100%") == ["100% sure"]
    assert await _listed(as_developer, q="%") == ["100% sure"]


async def test_pages_reach_the_end_without_gaps(
    as_developer: httpx2.AsyncClient, clock: FixedClock
):
    titles = [f"t{n}" for n in range(7)]
    for n, title in enumerate(titles):
        if n % 2:  # pairs of the same time
            clock.advance(seconds=1)
        await _made(as_developer, title=title)
    for limit in (1, 2, 3, 7, 50):
        assert await _listed(as_developer, limit=limit) == titles[::-1]


@pytest.mark.parametrize("cursor", ["x", "WzEsMl0=", "WyJhIiwiYiJd", "WzFd"])
async def test_a_bad_cursor_is_refused(as_developer: httpx2.AsyncClient, cursor: str):
    answer = await as_developer.get(SESSIONS, params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "VALID_001")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("DELETE", "", None),
        ("GET", "/messages", None),
        ("POST", "/messages", {"message": "hi"}),
        ("GET", "/stats", None),
        ("PUT", "/status", {"status": "archived"}),
    ],
)
async def test_foreign_sessions_answer_like_missing_ones(
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
    method: str,
    path: str,
    body: dict[str, Any] | None,
):
    made = await _made(as_developer, title="mine")
    foreign = await as_neighbour.request(method, f"{SESSIONS}/{made['id']}{path}", json=body)
    missing = await as_neighbour.request(method, f"{SESSIONS}/{NOBODY}{path}", json=body)
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json()["detail"] == missing.json()["detail"]
    assert (await as_developer.get(f"{SESSIONS}/{made['id']}")).json()["title"] == "mine"
    assert await _listed(as_neighbour) == []


async def test_only_an_administrator_begins_for_somebody_else(
    as_developer: httpx2.AsyncClient, as_admin: httpx2.AsyncClient, people: People
):
    ned = await people.person("ned")
    refused = await as_developer.post(SESSIONS, json={"user_id": ned.id})
    assert refused.status_code == 403
    made = await _made(as_admin, user_id=ned.id)
    assert made["user_id"] == ned.id
    listed = (await as_admin.get(SESSIONS, params={"user_id": ned.id})).json()["items"]
    assert [item["id"] for item in listed] == [made["id"]]


async def test_statistics_count_messages_and_tokens(as_developer: httpx2.AsyncClient):
    made = await _made(as_developer)
    for n in range(2):
        await _asked(as_developer, made["id"], f"What is {n} + 2?")
    answer = await _asked(as_developer, made["id"], "What is 2 + 2?")
    assert "4" in answer["response"]
    assert answer["performance_metrics"]["total_tokens"] > 0
    stats = (await as_developer.get(f"{SESSIONS}/{made['id']}/stats")).json()
    assert (stats["messages"], stats["questions"], stats["answers"]) == (6, 3, 3)
    assert stats["input_tokens"] > 0
    assert stats["first_at"] <= stats["last_at"]


async def test_deleting_takes_the_messages_along(as_developer: httpx2.AsyncClient):
    made = await _made(as_developer)
    await _asked(as_developer, made["id"], "What is 2 + 2?")
    assert (await as_developer.delete(f"{SESSIONS}/{made['id']}")).status_code == 204
    assert (await as_developer.get(f"{SESSIONS}/{made['id']}")).status_code == 404
    assert (await as_developer.get("/api/v1/memory/me/history")).json()["items"] == []


async def test_templates_and_models_are_there_to_begin_with(as_developer: httpx2.AsyncClient):
    templates = (await as_developer.get("/api/v1/chat/templates")).json()["items"]
    assert templates
    assert all(one["prompt"] and one["session_type"] in set(ConversationKind) for one in templates)
    models = (await as_developer.get("/api/v1/chat/models")).json()["items"]
    assert [m["name"] for m in models if m["is_default"]] == ["offline:extractive"]


async def test_memory_spans_conversations(as_developer: httpx2.AsyncClient, people: People):
    for text in ("What is 2 + 2?", "What is 3 + 3?"):
        await _asked(as_developer, (await _made(as_developer))["id"], text)
    place = "/api/v1/memory/me"
    kept = await as_developer.post(f"{place}/messages", json={"content": "I like tea. Much."})
    assert kept.status_code == 201
    again = await as_developer.post(f"{place}/messages", json={"content": "And rain."})
    assert again.json()["session_id"] == kept.json()["session_id"]
    history = (await as_developer.get(f"{place}/history")).json()["items"]
    assert len(history) == 6
    assert [m["content"] for m in history[-2:]] == ["I like tea. Much.", "And rain."]
    assert len((await as_developer.get(f"{place}/history?limit=2")).json()["items"]) == 2
    summary = (await as_developer.get(f"{place}/summary")).json()
    assert summary["messages"] == 6
    assert "I like tea." in summary["summary"]
    own = (await people.person("dora")).id
    by_id = (await as_developer.get(f"/api/v1/memory/{own}/summary")).json()
    assert by_id["summary"] == summary["summary"]
    assert (await as_developer.delete(place)).status_code == 204
    assert (await as_developer.get(f"{place}/history")).json()["items"] == []


async def test_somebody_elses_memory_is_not_there(
    as_neighbour: httpx2.AsyncClient, as_admin: httpx2.AsyncClient, people: People
):
    dora = await people.person("dora")
    place = f"/api/v1/memory/{dora.id}"
    for method, path, body in (
        ("GET", "/history", None),
        ("GET", "/summary", None),
        ("POST", "/messages", {"content": "x"}),
        ("DELETE", "", None),
    ):
        answer = await as_neighbour.request(method, place + path, json=body)
        assert answer.status_code == 404, (method, path)
    assert (await as_admin.get(f"{place}/history")).status_code == 200


@pytest.fixture
async def aged(runtime: Runtime, as_developer: httpx2.AsyncClient, clock: FixedClock) -> Runtime:
    """A conversation of last year and one of today."""
    old = await _made(as_developer, title="old")
    await _asked(as_developer, old["id"], "What is 2 + 2?")
    clock.advance(days=364)
    await _made(as_developer, title="new")
    return runtime


async def test_cleanup_deletes_what_nobody_touched_within_the_retention(
    aged: Runtime, as_developer: httpx2.AsyncClient, as_admin: httpx2.AsyncClient, clock: FixedClock
):
    assert (await as_admin.post("/api/v1/chat/cleanup")).json()["deleted"] == 0
    clock.advance(days=2)
    assert (await as_developer.post("/api/v1/chat/cleanup")).status_code == 403
    cleaned = (await as_admin.post("/api/v1/chat/cleanup")).json()
    assert cleaned["deleted"] == 1
    assert await _listed(as_developer) == ["new"]
    assert (await as_developer.get("/api/v1/memory/me/history")).json()["items"] == []
    assert aged.clock.now() - clock.now() == timedelta(0)


async def test_export_holds_everything_and_erase_forgets_it(
    runtime: Runtime,
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
    people: People,
):
    made = await _made(as_developer, title="mine")
    await _asked(as_developer, made["id"], "What is 2 + 2?")
    await _made(as_neighbour, title="theirs")
    user = (await people.person("dora")).id
    exported = await service.export(runtime, user)
    [one] = exported["conversations"]
    assert one["title"] == "mine"
    assert [m["role"] for m in one["messages"]] == ["user", "assistant"]
    assert await service.erase(runtime, user) == 1
    assert (await service.export(runtime, user))["conversations"] == []
    assert await _listed(as_neighbour) == ["theirs"]
