"""Sample documents, collections, agents and runs."""

from datetime import datetime, timedelta
from typing import Any

Context = dict[str, Any]
Page = tuple[str, str, Context]

COLLECTIONS = [("c1", "Handbook"), ("c2", "Contracts")]

TEXT_BEFORE = (
    "# Time off\n\nEverybody who works here rests. This page says how much, and how to ask.\n\n"
    "## Leave\n\n"
)
TEXT_MARKED = (
    "Full-time staff have 30 days of paid leave a year; part-time staff have leave in proportion. "
    "Days that are not taken move to the next year until 31 March."
)
TEXT_AFTER = (
    "\n\nAsk your lead two weeks before. Put the days into the calendar, so that others see them.\n"
    "\n## Illness\n\nTell your lead on the first morning. A certificate is needed from day four.\n"
)


def document(now: datetime, **changes: Any) -> Context:
    return {
        "id": "0199a000-0000-7000-8000-0000000000d1",
        "title": "Time off",
        "source": "handbook/people/time-off.md",
        "media_type": "text/markdown",
        "collection": {"id": "c1", "name": "Handbook"},
        "passages": 14,
        "size": 18_432,
        "version": 3,
        "changed_at": now - timedelta(hours=5),
        "state": "ready",
        "run_id": "",
        "note": "",
        "done": 0,
        "total": None,
        "error": None,
        "mine": True,
    } | changes


def documents(now: datetime) -> list[Context]:
    return [
        document(
            now,
            id="d9",
            title="Handbook 2026, all chapters.pdf",
            source="upload",
            media_type="application/pdf",
            size=8_412_000,
            state="reading",
            run_id="run-progress",
            note="Embedding passages",
            done=31,
            total=96,
            changed_at=now,
        ),
        document(
            now,
            id="d8",
            title="Minutes of the board.docx",
            media_type="application/vnd.openxmlformats-officedocument.wordprocessingml",
            state="failed",
            size=2_300_000,
            error={
                "code": "CONTENT_002",
                "detail": "The file is encrypted. Save it without a password and upload it again.",
            },
        ),
        document(now),
        document(
            now,
            id="d7",
            title="Price list 2026.xlsx",
            source="sales/price-list-2026.xlsx",
            media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            passages=1204,
            changed_at=now - timedelta(days=40),
        ),
        document(
            now,
            id="d6",
            title="deploy.py",
            source="engineering/deploy.py",
            media_type="text/x-python",
            collection={"id": "c2", "name": "Contracts"},
            changed_at=now - timedelta(days=400),
        ),
    ]


def _knowledge(now: datetime) -> dict[str, Page]:
    index: Context = {
        "documents": documents(now),
        "next": "/knowledge?cursor=x",
        "query": {"q": "", "collection": "", "state": ""},
        "collections": COLLECTIONS,
        "targets": COLLECTIONS,
        "may_write": True,
        "accepted": ".pdf,.md,.docx",
        "limit": "50 MB",
        "total": 1204,
    }
    shown = document(
        now,
        category="People",
        tags=["leave", "policy"],
        author="People team",
        created_at=now - timedelta(days=90),
        space="words and meaning",
    )
    view: Context = {
        "document": shown,
        "parts": [
            {"text": TEXT_BEFORE, "marked": False},
            {"text": TEXT_MARKED, "marked": True},
            {"text": TEXT_AFTER * 6, "marked": False},
        ],
        "passage": {"index": 2, "of": 14},
        "newest": 3,
        "page": {"previous": None, "next": "/knowledge/documents/d1?from=20000"},
        "related": [{"id": "d2", "title": "Part-time work", "score": 0.8}],
        "may_write": True,
    }
    versions: Context = {
        "document": shown,
        "versions": [
            {
                "number": n,
                "at": now - timedelta(days=9 * (3 - n)),
                "by": "ada",
                "note": "read again" if n == 2 else "",
                "current": n == 3,
                "size": 18_000 + n,
            }
            for n in (3, 2, 1)
        ],
        "compared": {"old": 2, "new": 3},
        "diff": DIFF,
        "may_write": True,
    }
    collections: Context = {
        "collections": [
            {
                "id": "c1",
                "name": "Handbook",
                "description": "How we work, rest and travel.",
                "visibility": "everybody",
                "readers": "Everybody here",
                "documents": 24,
                "passages": 391,
                "space": "words and meaning",
                "mine": True,
                "changed_at": now,
            },
            {
                "id": "c2",
                "name": "Contracts",
                "description": "",
                "visibility": "private",
                "readers": "Only me",
                "documents": 1180,
                "passages": 38_520,
                "space": "words only",
                "mine": True,
                "changed_at": now - timedelta(days=3),
            },
        ],
        "collection_form": {
            "name": "",
            "description": "",
            "visibility": "private",
            "visibilities": [("private", "Only me"), ("everybody", "Everybody here")],
            "errors": {},
        },
        "may_write": True,
    }
    hit: Context = {
        "title": "Time off",
        "source": "handbook/people/time-off.md",
        "href": "/knowledge/documents/d1?chunk=c7",
        "parts": [
            {"text": "Full-time staff have 30 days of paid ", "marked": False},
            {"text": "leave", "marked": True},
            {"text": " a year; part-time staff in proportion.", "marked": False},
        ],
        "score": 0.0328,
        "why": ["words", "meaning"],
    }
    search: Context = {
        "query": {"q": "leave", "collection": ""},
        "collections": COLLECTIONS,
        "searched": True,
        "hits": [hit, hit | {"title": "Part-time work", "why": ["meaning"]}],
        "mode": "Words and meaning (MiniLM), 14 ms",
    }
    nothing: Context = index | {"documents": [], "next": None, "total": 0}
    return {
        "knowledge": ("/knowledge", "knowledge/index.html", index),
        "knowledge-new": ("/knowledge?new", "knowledge/index.html", nothing),
        "document": ("/knowledge/documents/d1", "knowledge/document.html", view),
        "versions": ("/knowledge/documents/d1/versions", "knowledge/versions.html", versions),
        "collections": ("/knowledge/collections", "knowledge/collections.html", collections),
        "search": ("/knowledge/search", "knowledge/search.html", search),
        "search-new": (
            "/knowledge/search?new",
            "knowledge/search.html",
            search | {"searched": False, "hits": [], "query": {"q": "", "collection": ""}},
        ),
    }


DIFF: list[Context] = [
    {"kind": "gap", "old": None, "new": None, "text": "@@ Leave"},
    {"kind": "same", "old": 7, "new": 7, "text": "## Leave"},
    {"kind": "del", "old": 8, "new": None, "text": "Full-time staff have 28 days of paid leave."},
    {"kind": "add", "old": None, "new": 8, "text": "Full-time staff have 30 days of paid leave."},
    {"kind": "same", "old": 9, "new": 9, "text": ""},
    {"kind": "same", "old": 10, "new": 10, "text": "Ask your lead two weeks before."},
]


def pages(now: datetime) -> dict[str, Page]:
    return _knowledge(now)
