"""Sample conversations."""

from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

Context = dict[str, Any]
Page = tuple[str, str, Context]

AGENTS = [("assistant", "Assistant"), ("contracts", "Contract reader")]
MODELS = [("auto", "Automatic"), ("offline:extractive", "Offline"), ("openai:gpt-5", "gpt-5")]

HTML = Markup(
    "<p>Full-time staff have <strong>30 days</strong> of paid leave a year, part-time staff in "
    'proportion <a class="cite" href="/knowledge/documents/d1?chunk=c7" data-panel '
    'title="Time off">1</a>. Days that are not taken move to the next year until 31 March '
    '<a class="cite" href="/knowledge/documents/d1?chunk=c8" data-panel title="Time off">1</a>'
    '<a class="cite" href="/knowledge/documents/d2?chunk=c2" data-panel title="Part-time">2</a>.'
    "</p><table><thead><tr><th>Days a week</th><th>Leave</th></tr></thead><tbody>"
    "<tr><td>5</td><td>30</td></tr><tr><td>4</td><td>24</td></tr><tr><td>3</td><td>18</td></tr>"
    "</tbody></table><p>You can compute it yourself:</p>"
    '<pre><code class="language-python">def leave(days_a_week: int) -&gt; float:\n'
    '    """Days of leave in a year."""\n    return 30 * days_a_week / 5\n</code></pre>'
    "<ul><li>Ask your lead two weeks before.</li><li>Put it into the calendar.</li></ul>"
)

CITATIONS: list[Context] = [
    {
        "index": 1,
        "title": "Time off",
        "source": "handbook/people/time-off.md",
        "href": "/knowledge/documents/d1?chunk=c7",
    },
    {
        "index": 2,
        "title": "Part-time work",
        "source": "handbook/people/part-time.pdf",
        "href": "/knowledge/documents/d2?chunk=c2",
    },
]

STEPS: list[Context] = [
    {
        "name": "search_knowledge",
        "label": "Searched the knowledge base: days of leave part-time",
        "ok": True,
        "input": '{\n  "query": "days of leave part-time",\n  "limit": 8\n}',
        "output": "8 passages from 3 documents in 14 ms",
    },
    {
        "name": "calculator",
        "label": "Calculated: 30 * 4 / 5",
        "ok": True,
        "input": '{"expression": "30 * 4 / 5"}',
        "output": "24",
    },
]


def question(at: datetime, text: str, *, id_: str = "q1") -> Context:
    return {"kind": "question", "id": id_, "text": text, "at": at}


def answer(at: datetime, **changes: Any) -> Context:
    return {
        "kind": "answer",
        "id": "a1",
        "agent": "Assistant",
        "model": "openai:gpt-5",
        "at": at,
        "html": HTML,
        "citations": CITATIONS,
        "steps": STEPS,
        "run_id": "0199a000-0000-7000-8000-00000000aa01",
        "pending": False,
        "state": "completed",
        "error": None,
        "feedback": "up",
        "feedback_note": "",
        "usage": {"input_tokens": 2312, "output_tokens": 208, "cost": 0.0051, "seconds": 3.4},
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        "last": True,
    } | changes


def turns(now: datetime) -> list[Context]:
    failed = answer(
        now,
        id="a0",
        html=Markup("<p>The balance is calibrated</p>"),
        citations=[],
        steps=[],
        state="failed",
        feedback=None,
        last=False,
        error={
            "code": "MODEL_001",
            "detail": "The model stopped answering after 30 s. Try again, or choose another model.",
            "trace_id": "00f067aa0ba902b7",
        },
    )
    return [
        question(now, "And the balance?", id_="q0"),
        failed,
        question(now, "How many days of leave do I have when I work four days a week?"),
        answer(now),
    ]


def sessions(now: datetime, current: str | None) -> Context:
    del now
    titles = [
        "Leave days for part-time work",
        "Calibration of the balance",
        "Which deployment step needs the token, and who has it?",
        "Travel to Lyon",
    ]
    rows = [{"id": f"s{n}", "title": title, "busy": n == 2} for n, title in enumerate(titles)]
    return {
        "groups": [
            {"heading": "Today", "rows": rows[:2]},
            {"heading": "Last week", "rows": rows[2:]},
        ]
        if current is not None
        else [],
        "next": "/chat/sessions?cursor=x" if current else None,
    }


def page(now: datetime, samples: list[Context], **changes: Any) -> Context:
    return {
        "chat": {
            "id": None,
            "title": "",
            "archived": False,
            "agent_slug": "assistant",
            "model": "auto",
        },
        "turns": [],
        "agents": AGENTS,
        "models": MODELS,
        "samples": samples,
        "may_add": not samples,
        "sessions": sessions(now, None),
        "q": "",
    } | changes


def pages(now: datetime, samples: list[Context]) -> dict[str, Page]:
    chat = {
        "id": "s0",
        "title": "Leave days for part-time work",
        "archived": False,
        "agent_slug": "assistant",
        "model": "auto",
    }
    full = page(
        now, samples, chat=chat, turns=turns(now), sessions=sessions(now - timedelta(0), "s0")
    )
    interrupted = answer(now, state="interrupted", html=Markup("<p>Full-time staff have</p>"))
    pending = answer(now, id="live", pending=True, run_id="run-live", steps=[], citations=[])
    asked = question(now, "How do I run the deployment script?")
    return {
        "chat-new": ("/chat", "chat/page.html", page(now, samples)),
        "chat": ("/chat/s0", "chat/page.html", full),
        "chat-interrupted": (
            "/chat/s1",
            "chat/page.html",
            full | {"turns": [asked, interrupted]},
        ),
        "chat-live": ("/chat/s2", "chat/page.html", full | {"turns": [asked, pending]}),
    }
