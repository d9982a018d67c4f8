"""Downloads: durable, resumed where the line or the process broke, handed out to their owner."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from menon.core.jobs import context
from menon.core.runtime import Runtime
from menon.engine.outbound import Piece, Progress, resume
from menon.engine.outbound.resume import RESUMES
from menon.features.integrations.service import downloads
from menon.features.integrations.service.downloads import Part
from menon.features.integrations.service.upkeep import Upkeep
from menon.features.vault.models import Secret
from menon.kit.clock import FixedClock
from menon.testing.loopback import reply
from menon.testing.receiver import Message, Receiver

BASE = "/api/v1/http"
WHOLE = bytes(range(256)) * 2000

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    def at_once(_error: Exception, _attempt: int) -> None:
        return None

    monkeypatch.setattr(resume, "PAUSE_S", 0.0)
    monkeypatch.setattr(context, "pause", at_once)


def ranged(*breaks: int, etag: str = '"v1"', ranges: bool = True) -> Callable[[Message], bytes]:
    """Serves `WHOLE`; the first answers break off after so many bytes each."""
    left = list(breaks)

    def answer(message: Message) -> bytes:
        asked = re.fullmatch(r"bytes=(\d+)-", message.headers.get("range", ""))
        fits = ranges and asked and message.headers.get("if-range") == etag
        at = int(asked[1]) if asked and fits else 0
        rest = WHOLE[at:]
        head = f"HTTP/1.1 206 Part\r\ncontent-range: bytes {at}-{len(WHOLE) - 1}/{len(WHOLE)}\r\n"
        if not fits:
            head = "HTTP/1.1 200 OK\r\n"
        head += f"content-length: {len(rest)}\r\netag: {etag}\r\ncontent-type: text/x; a=b\r\n"
        sent = rest[: left.pop(0)] if left else rest
        if len(sent) < len(rest):
            head += "connection: close\r\n"
        return head.encode() + b"\r\n" + sent

    return answer


async def begin(client: httpx2.AsyncClient, receiver: Receiver, **more: Any) -> Json:
    body = {"url": receiver.url + "/big%20file.bin"} | more
    answer = await client.post(f"{BASE}/stream-download", json=body)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def ended(client: httpx2.AsyncClient, begun: Json) -> Json:
    async with asyncio.timeout(60):
        while True:
            run = (await client.get(f"/api/v1/runs/{begun['run_id']}")).json()
            if run["state"] in {"completed", "failed", "cancelled"}:
                return run
            await asyncio.sleep(0.02)


async def test_a_file_is_fetched_followed_and_handed_out(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient, receiver: Receiver
):
    receiver.answer = ranged()
    begun = await begin(as_developer, receiver)
    run = await ended(as_developer, begun)
    assert (run["state"], run["output"]["size"], run["output"]["filename"]) == (
        "completed",
        len(WHOLE),
        "big_file.bin",
    )
    assert run["progress"] == {"done": 500, "total": 500, "note": "KiB"}
    got = await as_developer.get(begun["content"])
    assert got.content == WHOLE
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"] == 'attachment; filename="big_file.bin"'
    assert got.headers["x-content-type-options"] == "nosniff"
    assert (await as_neighbour.get(begun["content"])).status_code == 404
    events = (await as_developer.get(begun["events"])).text
    assert "event: artifact" in events


async def test_a_broken_line_is_taken_up_where_it_broke(
    as_developer: httpx2.AsyncClient, receiver: Receiver
):
    receiver.answer = ranged(100_000, 50_000)
    run = await ended(as_developer, await begin(as_developer, receiver))
    assert (run["state"], run["output"]["size"]) == ("completed", len(WHOLE))
    asked = [message.headers.get("range") for message in receiver.messages]
    assert asked == [None, "bytes=100000-", "bytes=150000-"]


@pytest.mark.parametrize("how", [{"ranges": False}, {"etag": 'W/"weak"'}])
async def test_a_server_without_ranges_is_asked_for_the_whole_again(
    as_developer: httpx2.AsyncClient, receiver: Receiver, how: dict[str, Any]
):
    receiver.answer = ranged(100_000, **how)
    begun = await begin(as_developer, receiver)
    run = await ended(as_developer, begun)
    assert (run["state"], run["output"]["size"]) == ("completed", len(WHOLE))
    assert (await as_developer.get(begun["content"])).content == WHOLE


async def test_what_an_earlier_process_kept_is_not_fetched_again(
    runtime: Runtime, receiver: Receiver
):
    receiver.answer = ranged()
    part = Part(downloads.folder(runtime), "run-1")
    kept = Progress(done=300_000, total=len(WHOLE), validator='"v1"')
    assert part.kept() == Progress()
    part.write(Piece(at=0, data=WHOLE[:300_000], progress=kept))
    assert part.kept() == kept

    class Context:
        run_id = "run-1"

        def __init__(self) -> None:
            self.runtime = runtime

        async def progress(self, *_shown: object) -> None: ...

    stand_in: Any = Context()
    found = await downloads.fetch_file(stand_in, {"url": receiver.url, "filename": "x"})
    assert found["size"] == len(WHOLE)
    assert receiver.messages[0].headers["range"] == "bytes=300000-"
    assert part.kept() == Progress()


async def test_a_line_that_breaks_without_end_is_given_up(
    as_developer: httpx2.AsyncClient, receiver: Receiver
):
    receiver.answer = lambda _message: None
    run = await ended(as_developer, await begin(as_developer, receiver))
    assert (run["state"], run["error"]["code"]) == ("failed", "TOOL_002")
    assert len(receiver.messages) == RESUMES


async def test_headers_reach_the_host_and_are_forgotten(
    as_developer: httpx2.AsyncClient, receiver: Receiver, runtime: Runtime
):
    def secrets(session: Session) -> int | None:
        living = Secret.deleted_at.is_(None) & (Secret.name == "headers")
        return session.scalar(select(func.count()).select_from(Secret).where(living))

    receiver.answer = ranged()
    headers = {"Authorization": "Bearer tok-1234567890"}
    begun = await begin(as_developer, receiver, headers=headers)
    run = await ended(as_developer, begun)
    assert receiver.messages[0].headers["authorization"] == "Bearer tok-1234567890"
    assert "tok-1234567890" not in str(run)
    assert await runtime.db.read(secrets) == 0


async def test_what_is_refused_or_not_there(
    as_developer: httpx2.AsyncClient, as_viewer: httpx2.AsyncClient, receiver: Receiver
):
    for url in ("http://169.254.169.254/", "http://127.0.0.1:1/", "file:///etc/passwd"):
        answer = await as_developer.post(f"{BASE}/stream-download", json={"url": url})
        assert answer.status_code == 403
    body = {"url": receiver.url}
    assert (await as_viewer.post(f"{BASE}/stream-download", json=body)).status_code == 403
    receiver.answer = lambda _message: reply(status="404 No")
    begun = await begin(as_developer, receiver)
    run = await ended(as_developer, begun)
    assert (run["state"], run["error"]["detail"]) == ("failed", "The server answered 404.")
    assert (await as_developer.get(begun["content"])).status_code == 409
    asked = await as_developer.post("/api/v1/chat", json={"message": "hi"})
    other = asked.headers["x-run-id"]
    assert (await as_developer.get(f"{BASE}/downloads/{other}")).status_code == 404


async def test_old_parts_go(runtime: Runtime, clock: FixedClock):
    part = Part(downloads.folder(runtime), "run-1")
    part.write(Piece(at=0, data=b"x", progress=Progress(done=1)))
    assert await runtime[Upkeep].sweep() == 0
    clock.advance(days=30)
    assert await runtime[Upkeep].sweep() == 2


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "etc_passwd"),
        ('a"b\r\nc.txt', "a_b_c.txt"),
        ("", "download"),
        ("...", "download"),
        ("x" * 200, "x" * 100),
    ],
)
def test_names_of_files_are_harmless(text: str, name: str):
    assert downloads.named(text) == name
