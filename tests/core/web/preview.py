"""The pages with sample contexts on a small server: `python -m tests.core.web.preview [port]`."""

import asyncio
import gzip
import json
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket
from tests.core.web import samples, samples_admin, samples_chat, samples_knowledge, samples_work

from menon.core.web.assets import Static, load_assets

SRC = Path(__file__).parents[3] / "src" / "menon"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
ANSWER = (
    "Run `deploy.py` from the **release** branch [1].\n\n```python\nfrom deploy import run\n\n"
    'run("staging")\n```\n\n1. Check the tests.\n2. Tag the commit [2].\n\nThen watch the logs.'
)


def _brought() -> list[Path]:
    return [
        found
        for place in ("features", "apps")
        for found in sorted(SRC.glob(f"{place}/*/templates"))
    ]


@cache
def environment() -> Environment:
    """Jinja as the server sets it up: strict, escaping, blocks trimmed."""
    folders = [SRC / "core/web/templates", *_brought()]
    jinja = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = cast("dict[str, Any]", jinja.globals)
    names["asset"] = load_assets().url
    names["now"] = lambda: samples.NOW + timedelta(seconds=2)
    return jinja


def render(name: str, *, theme: str = "auto") -> str:
    """The page of this name with its sample context."""
    path, template, context = samples.PAGES[name]
    frame = samples.frame(path, theme=theme)
    return environment().get_template(template).render(frame=frame, **context)


def fragment(template: str, **context: Any) -> HTMLResponse:
    return HTMLResponse(environment().get_template(template).render(**context))


async def page(request: Request) -> Response:
    """A sample page by its path; `?` variants are pages of their own."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    known = {path: name for name, (path, _, _) in samples.PAGES.items()}
    name = known.get(asked) or known.get(request.url.path) or "error"
    html = render(name, theme=request.cookies.get("menon_theme", "auto"))
    return HTMLResponse(
        gzip.compress(html.encode()),
        status_code=404 if name == "error" else 200,
        headers={"Content-Encoding": "gzip"},
    )


async def ask(request: Request) -> Response:
    form = await request.form()
    question = samples_chat.question(samples.NOW, str(form["message"]), id_="q-live")
    pending = samples_chat.answer(samples.NOW, id="live", pending=True, run_id="run-live")
    answer = fragment("chat/_turn.html", question=question, answer=pending, session_id="s1")
    answer.headers["HX-Push-Url"] = "/chat/s1"
    return answer


async def message(_: Request) -> Response:
    return fragment("chat/_answer.html", answer=samples_chat.answer(samples.NOW, id="live"))


async def feedback(request: Request) -> Response:
    form = await request.form()
    answer = samples_chat.answer(samples.NOW, feedback=str(form["kind"]).removeprefix("thumbs_"))
    return fragment("chat/_feedback.html", answer=answer, thanks="comment" in form)


async def upload(request: Request) -> Response:
    async with request.form() as form:
        name = getattr(form["file"], "filename", "note")
    document = samples_knowledge.documents(samples.NOW)[0] | {"title": name}
    return fragment("knowledge/_upload.html", document=document)


async def settled(_: Request) -> Response:
    return fragment("knowledge/_upload.html", document=samples_knowledge.document(samples.NOW))


async def settled_row(_: Request) -> Response:
    document = samples_knowledge.document(samples.NOW, id="d9", title="Handbook 2026.pdf")
    return fragment("knowledge/_document_row.html", document=document, may_write=True)


async def run_row(_: Request) -> Response:
    return fragment("runs/_run_row.html", run=samples.PAGES["run-failed"][2]["run"])


async def sessions(request: Request) -> Response:
    current = request.query_params["current"]
    listed = samples_chat.sessions(samples.NOW, current)
    return fragment("chat/_sessions.html", sessions=listed, chat={"id": current}, q="")


async def health(_: Request) -> Response:
    providers = samples_admin.PROVIDERS
    return fragment("catalog/_health.html", providers=providers, may_write=True)


async def palette(request: Request) -> Response:
    words = request.query_params["q"]
    found = {"label": f"Passage about {words}", "href": "/knowledge", "icon": "quote"}
    return JSONResponse([found | {"group": "Documents", "hint": "Handbook"}])


async def gone(_: Request) -> Response:
    return HTMLResponse("")


async def more(request: Request) -> Response:
    """The second and last page of the documents."""
    if "cursor" not in request.query_params:
        return await page(request)
    context = samples.PAGES["knowledge"][2]
    last = samples_knowledge.document(samples.NOW, id="d-last", title="The last one")
    return fragment("knowledge/_documents.html", **context | {"documents": [last], "next": None})


async def refuse(_: Request) -> Response:
    return problem(409, "CONFLICT_001", "The conversation was changed elsewhere. Reload the page.")


async def live(socket: WebSocket) -> None:
    """A live connection on which nothing happens."""
    await socket.accept()
    async for _ in socket.iter_text():
        pass


def problem(status: int, code: str, detail: str) -> Response:
    body = {"title": "Refused", "detail": detail, "code": code, "trace_id": "4bf92f3577b34da6"}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def script(run: str) -> list[tuple[str, dict[str, Any]]]:
    """The events of a sample run."""
    if run != "run-live":
        counts = [
            ("progress", {"done": n, "total": 96, "note": "Embedding"}) for n in range(40, 96, 8)
        ]
        return counts if run == samples_work.STILL else [*counts, ("complete", {})]
    cite = {"chunk_id": "c7", "document_id": "d1", "source": "x", "span": [4, 20], "score": 0.5}
    call = {"call_id": "1", "name": "search_knowledge", "args": {"query": "deployment"}}
    return [
        ("metadata", {"agent": "Assistant", "model": "offline:extractive"}),
        ("tool_call", call | {"effect": "read"}),
        ("tool_result", {"call_id": "1", "ok": True, "summary": "8 passages"}),
        ("citation", cite | {"index": 1, "title": "Deployment"}),
        ("citation", cite | {"index": 2, "title": "Releases"}),
        *[("content", {"text": ANSWER[n : n + 7]}) for n in range(0, len(ANSWER), 7)],
        ("complete", {}),
    ]


async def events(request: Request) -> Response:
    """A run's events as SSE, with a dropped line in the middle of the answer."""
    run = request.path_params["run"]
    if run == "nobodys":
        return problem(404, "NOT_FOUND_001", "There is no such run.")
    last = request.headers.get("last-event-id", "1.0")
    start = int(last.partition(".")[2])
    pause = float(request.app.state.pause)

    async def body() -> AsyncIterator[str]:
        yield ": hello\n\n"
        for seq, (kind, data) in enumerate(script(run), start=1):
            if seq <= start:
                continue
            if run == "run-live" and seq == 16 and start == 0:
                return
            envelope = {"v": 1, "run": run, "epoch": 1, "seq": seq, "at": "2026-11-20T16:00:00Z"}
            line = json.dumps(envelope | {"type": kind, "data": data})
            yield f"id: 1.{seq}\nevent: {kind}\ndata: {line}\n\n"
            await asyncio.sleep(pause)
        if run == samples_work.STILL:
            await asyncio.sleep(3600)

    return StreamingResponse(body(), media_type="text/event-stream")


def app(pause: float = 0.03) -> Any:
    """The preview as an ASGI app, with the strict policy on every answer."""
    routes = [
        Mount("/static", Static(load_assets())),
        Route("/api/v1/runs/{run}/events", events),
        Route("/chat/messages", ask, methods=["POST"]),
        Route("/chat/messages/{id}", message),
        Route("/chat/messages/{id}/feedback", feedback, methods=["POST"]),
        Route("/chat/{id}/archive", refuse, methods=["POST"]),
        Route("/runs/{id}/cancel", gone, methods=["POST"]),
        Route("/knowledge", more),
        Route("/knowledge/documents", upload, methods=["POST"]),
        Route("/knowledge/documents/{id}", gone, methods=["DELETE"]),
        Route("/knowledge/documents/{id}/upload", settled),
        Route("/knowledge/documents/{id}/row", settled_row),
        Route("/runs/{id}/row", run_row),
        Route("/chat/sessions", sessions),
        Route("/admin/models/health", health),
        Route("/palette", palette),
        WebSocketRoute("/ws", live),
        Route("/{path:path}", page),
    ]
    starlette = Starlette(routes=routes)
    starlette.state.pause = pause

    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        async def with_policy(event: Any) -> None:
            if event["type"] == "http.response.start":
                event["headers"] = [*event["headers"], (b"content-security-policy", CSP.encode())]
            await send(event)

        await starlette(scope, receive, with_policy)

    return guarded


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app(), port=int(sys.argv[1]) if len(sys.argv) > 1 else 8765, log_level="warning")
