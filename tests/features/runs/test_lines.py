"""Every socket of runs and logs: who gets in, how often, for how long."""

import contextlib
import logging
import socket as sockets
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from tests.features.runs.lines import (
    QUICK,
    close_code,
    counting_run,
    next_message,
    open_line,
    ws_url,
)
from tests.fixtures.people import People
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from menon.core.limits import Limits
from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.core.telemetry.logs import configure_logging
from menon.kit.clock import FixedClock
from menon.kit.ids import new_id


class TestWhoGetsIn:
    """Every socket of runs and logs, by header, cookie and from other sites."""

    @pytest.mark.parametrize("path", ["/ws", "/ws/logs", "/ws/tasks/x"])
    @pytest.mark.parametrize("token", ["", "mnn_wrong", "ey.wrong.token"])
    async def test_nobody_without_a_credential(self, live: str, path: str, token: str):
        async with open_line(live, f"{path}?token={token}" if token else path) as line:
            assert (await next_message(line, "error"))["data"]["code"] == "AUTH_001"
            assert await close_code(line) == 1008

    async def test_a_cookie_counts_from_our_own_pages_only(self, live: str, people: People):
        browser = await people.client("dora", by="cookie")
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        for origin, code in ((live, "connected"), ("https://evil.example", "error")):
            async with connect(
                ws_url(live, "/ws"),
                origin=Origin(origin),
                additional_headers={"Cookie": cookie},
                proxy=None,
            ) as line:
                assert (await next_message(line, "connected", "error"))["type"] == code

    async def test_foreign_tasks_answer_like_missing_ones(
        self, live: str, runtime: Runtime, people: People
    ):
        run = await counting_run(runtime, people)
        ned = (await people.person("ned")).key
        said: list[Any] = []
        for ident in (run, new_id()):
            for path in (f"/ws/tasks/{ident}", f"/ws/logs?task_id={ident}"):
                async with open_line(live, path, ned) as line:
                    said.append((await next_message(line, "error"))["data"])
                    assert await close_code(line) == 1008
        assert all(each == said[0] for each in said)
        assert said[0]["code"] == "NOT_FOUND_001"

    async def test_a_revoked_key_closes_its_lines(
        self, live: str, key: str, as_developer: httpx2.AsyncClient, clock: FixedClock
    ):
        async with open_line(live, "/ws", key) as line, open_line(live, "/ws/logs", key) as logs:
            await next_message(line, "connected")
            await next_message(logs, "connected")
            [mine] = (await as_developer.get("/api/v1/auth/api-keys")).json()["items"]
            await as_developer.delete(f"/api/v1/auth/api-keys/{mine['id']}")
            clock.advance(seconds=5)
            assert await close_code(line) == await close_code(logs) == 1008

    async def test_no_token_reaches_the_log(
        self, live: str, settings: Settings, key: str, capsys: pytest.CaptureFixture[str]
    ):
        kept = logging.getLogger().handlers[:]
        level = logging.getLogger().level
        configure_logging(settings)
        logging.getLogger("uvicorn.error").setLevel(logging.INFO)
        try:
            for given in (f"token={key}", "ticket=Abcdefghijklmnopqrstuvwxyz012345"):
                async with open_line(live, f"/ws?{given}") as line:
                    await next_message(line, "connected", "error")
        finally:
            logging.getLogger().handlers, logging.getLogger().level = kept, level
        written = capsys.readouterr().err
        assert "token=[redacted]" in written
        assert "ticket=[redacted]" in written
        assert key not in written
        assert "Abcdefghij" not in written


class TestPace:
    """Pings, silence, too many messages, too many lines, readers that are too slow."""

    async def test_a_quiet_line_is_pinged_and_lives_while_it_answers(self, live: str, key: str):
        async with open_line(live, "/ws", key) as line:
            for _ in range(3):
                await next_message(line, "ping")
            await line.send('{"type": "ping"}')
            await next_message(line, "pong")

    @pytest.mark.parametrize("overrides", [{"sockets": QUICK | {"silence_s": 0.3}}], indirect=True)
    async def test_a_silent_line_is_closed(self, live: str, key: str):
        async with open_line(live, "/ws", key) as line:
            assert await close_code(line) == 1001

    @pytest.mark.parametrize("overrides", [{"sockets": QUICK | {"messages": 20}}], indirect=True)
    async def test_too_many_messages_are_refused_and_then_the_line_ends(self, live: str, key: str):
        async with open_line(live, "/ws", key) as line:
            await next_message(line, "connected")
            for _ in range(21):
                await line.send('{"type": "ping"}')
            for _ in range(20):
                await next_message(line, "pong")
            refused = (await next_message(line, "error"))["data"]
            assert (refused["code"], 0 < refused["retry_after"] <= 60) == ("RATE_001", True)
            with contextlib.suppress(ConnectionClosed):
                for _ in range(30):
                    await line.send('{"type": "ping"}')
            assert await close_code(line) == 1008

    @pytest.mark.parametrize("odd", ["", "x", "[]", '{"type": "fly"}', b"\x00\xff", "[" * 9999])
    async def test_odd_frames_are_answered_and_the_line_goes_on(
        self, live: str, key: str, odd: str | bytes
    ):
        for path in ("/ws", "/ws/logs"):
            async with open_line(live, path, key) as line:
                await line.send(odd)
                await next_message(line, "error")
                await line.send('{"type": "ping"}')
                await next_message(line, "pong")

    @pytest.mark.parametrize(
        "overrides", [{"limits": {"streams": 2, "per_minute": 1000}}], indirect=True
    )
    async def test_one_caller_has_so_many_lines(self, live: str, key: str, people: People):
        ned = (await people.person("ned")).key
        async with open_line(live, "/ws", key), open_line(live, "/ws/logs", key) as second:
            with pytest.raises(InvalidStatus):
                async with open_line(live, "/ws", key):
                    pass
            async with open_line(live, "/ws", ned) as other:
                await next_message(other, "connected")
            await next_message(second, "connected")

    @pytest.mark.parametrize(
        "overrides",
        [
            {
                "sockets": QUICK | {"queue": 64, "ping_s": 60.0, "silence_s": 60.0},
                "logs": {"lines": 50_000},
            }
        ],
        indirect=True,
    )
    async def test_a_reader_that_takes_nothing_loses_its_line_and_harms_nobody(
        self, live: str, key: str, runtime: Runtime, people: People
    ):
        place = urlsplit(live)
        stuck = sockets.create_connection((place.hostname, place.port))
        stuck.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        head = (
            f"GET /ws/logs HTTP/1.1\r\nHost: {place.netloc}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-API-Key: {key}\r\n\r\n"
        )
        with stuck:
            stuck.sendall(head.encode())
            async with open_line(live, "/ws/logs", key) as line:
                await next_message(line, "connected")
                run = await counting_run(runtime, people, asks=True)
                log = logging.getLogger("tests.flood")
                seen = 0
                while runtime[Limits].streams.count > 1:
                    for _ in range(200):
                        log.warning("-" * 3900, extra={"run_id": run, "more": "-" * 1900})
                    while seen < 200:
                        told = await next_message(line, "log_entry")
                        seen += told["data"]["source"] == "tests.flood"
                    seen = 0
                await line.send('{"type": "ping"}')
                await next_message(line, "pong")
