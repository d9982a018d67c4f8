"""Following a run: every event once, whatever the line does."""

from typing import Any

import pytest
from playwright.async_api import Page
from tests.fixtures.browser import IN_BROWSER

from menon.core.web.assets import load_assets

pytestmark = IN_BROWSER

STREAM = load_assets().url("js/stream.js")


async def ask(page: Page, body: str, *arguments: Any) -> Any:
    await page.goto("/login")
    return await page.evaluate(
        f"async ([url, ...given]) => {{ const stream = await import(url); {body} }}",
        [STREAM, *arguments],
    )


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
async def test_events_are_whole_however_the_bytes_are_cut(page: Page, size: int) -> None:
    text = (
        ': keep-alive\n\nid: 1.1\nevent: content\ndata: {"type":"content","seq":1}\n\n'
        'id: 1.2\r\ndata: {"type":"content",\r\ndata: "seq":2,"word":"Zürich"}\r\n\r\n'
    )
    got = await ask(
        page,
        """const bytes = new TextEncoder().encode(given[0]);
        const body = new ReadableStream({start(controller) {
            for (let at = 0; at < bytes.length; at += given[1])
                controller.enqueue(bytes.slice(at, at + given[1]));
            controller.close();
        }});
        const got = [];
        for await (const one of stream.events(new Response(body))) got.push(one);
        return got;""",
        text,
        size,
    )
    assert got == [
        {"id": "1.1", "event": {"type": "content", "seq": 1}},
        {"id": "1.2", "event": {"type": "content", "seq": 2, "word": "Zürich"}},
    ]


async def test_ndjson_is_read_line_by_line_with_a_last_line_that_has_no_end(page: Page) -> None:
    got = await ask(
        page,
        """const got = [];
        const answer = new Response('{"seq":1}\\n\\n{"seq":2}');
        for await (const one of stream.lines(answer)) got.push(one.seq);
        return got;""",
    )
    assert got == [1, 2]


async def test_a_dropped_line_is_taken_up_without_loss_or_repetition(page: Page) -> None:
    asked: list[str | None] = []
    page.on(
        "request",
        lambda r: asked.append(r.headers.get("last-event-id")) if "/events" in r.url else None,
    )
    got = await ask(
        page,
        """const got = [];
        const waits = [];
        const onWait = (waiting) => waits.push(waiting);
        for await (const one of stream.follow('run-live', {onWait})) got.push(one.seq);
        return [got, waits];""",
    )
    assert got[0] == list(range(1, len(got[0]) + 1))
    assert got[1] == [False, True, False]
    assert asked == [None, "1.15"]


async def test_a_run_that_one_may_not_see_is_refused_at_once(
    page: Page, complaints: list[str]
) -> None:
    got = await ask(
        page,
        """try {
            for await (const _ of stream.follow('nobodys')) {}
        } catch (error) { return [error.status, error.code]; }""",
    )
    assert got == [404, "NOT_FOUND_001"]
    complaints.clear()


@pytest.mark.parametrize(
    ("event", "last", "seen"),
    [
        ({"epoch": 1, "seq": 3, "type": "content"}, {"epoch": 1, "seq": 2}, False),
        ({"epoch": 1, "seq": 2, "type": "content"}, {"epoch": 1, "seq": 2}, True),
        ({"epoch": 1, "seq": 9, "type": "content"}, {"epoch": 2, "seq": 1}, True),
        ({"epoch": 2, "seq": 1, "type": "content"}, {"epoch": 1, "seq": 9}, False),
        ({"epoch": 1, "seq": 1, "type": "reset"}, {"epoch": 1, "seq": 9}, False),
    ],
)
async def test_an_event_is_seen_once(
    page: Page, event: dict[str, Any], last: dict[str, int], *, seen: bool
) -> None:
    assert await ask(page, "return stream.seen(given[0], given[1]);", event, last) is seen


async def test_pauses_grow_to_eight_seconds(page: Page) -> None:
    got = await ask(page, "return [1, 2, 3, 9].map((n) => stream.pause(n, 0.5));")
    assert got == [400, 800, 1600, 8000]


@pytest.mark.parametrize(
    ("event", "ends"),
    [
        ({"type": "complete", "data": {}}, True),
        ({"type": "error", "data": {}}, True),
        ({"type": "cancelled", "data": {}}, True),
        ({"type": "state", "data": {"to": "interrupted"}}, True),
        ({"type": "state", "data": {"to": "running"}}, False),
        ({"type": "content", "data": {"text": ""}}, False),
    ],
)
async def test_some_events_are_the_last(page: Page, event: dict[str, Any], *, ends: bool) -> None:
    assert await ask(page, "return stream.ends(given[0]);", event) is ends
