"""Sample contexts of the pages, empty and full, in the shapes that the templates declare."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.core.web import samples_admin, samples_chat, samples_knowledge, samples_studio

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)

Context = dict[str, Any]


def ago(**delta: float) -> datetime:
    return NOW - timedelta(**delta)


def frame(path: str, *, theme: str = "auto") -> Context:
    nav = [
        ("Chat", "/chat", "chat-left-text"),
        ("Knowledge", "/knowledge", "book"),
        ("Agents", "/agents", "cpu"),
        ("Runs", "/runs", "activity"),
        ("Studio", "/studio", "bounding-box"),
        ("Library", "/library", "newspaper"),
        ("Insights", "/insights", "bar-chart"),
        ("Admin", "/admin/users", "sliders"),
    ]
    return {
        "nav": [
            {
                "label": label,
                "href": href,
                "icon": icon,
                "active": path.split("?", maxsplit=1)[0].startswith(href.rsplit("/users", 1)[0]),
                "count": None,
            }
            for label, href, icon in nav
        ],
        "user": {
            "name": "Ada Admin",
            "username": "admin",
            "email": "ada@example.org",
            "initials": "AA",
            "roles": ["admin"],
        },
        "engine": {
            "model": "offline:extractive",
            "state": "warn",
            "detail": "No language model is connected; answers are picked from your documents.",
            "href": "/admin/models",
        },
        "approvals": 2,
        "commands": [
            {"label": label, "href": href, "icon": icon, "group": "Go to", "hint": ""}
            for label, href, icon in nav
        ]
        + [
            {
                "label": "Ask a question",
                "href": "/chat",
                "icon": "plus-lg",
                "group": "Do",
                "hint": "",
            },
            {
                "label": "Add documents",
                "href": "/knowledge",
                "icon": "upload",
                "group": "Do",
                "hint": "",
            },
            {
                "label": "Make an API key",
                "href": "/profile#keys",
                "icon": "key",
                "group": "Do",
                "hint": "",
            },
        ],
        "flashes": [{"kind": "success", "text": "Saved."}] if path == "/profile" else [],
        "theme": theme,
        "csrf": "sample-token",
        "version": "0.1.0",
        "path": path,
    }


DASHBOARD_STEPS: list[Context] = [
    {
        "done": True,
        "title": "Ask the demo handbook",
        "text": "",
        "href": "/chat",
        "action": "Ask",
        "icon": "chat-left-text",
        "setting": None,
    },
    {
        "done": False,
        "title": "Add your documents",
        "text": "Drop files, add a page from the web, or write a note.",
        "href": "/knowledge",
        "action": "Add documents",
        "icon": "upload",
        "setting": None,
    },
    {
        "done": False,
        "title": "Connect a model",
        "text": "Answers are picked from your documents now. A language model writes them. "
        "Set one of these and start Menon again:",
        "href": "/admin/models",
        "action": "Models",
        "icon": "plug",
        "setting": "OLLAMA_BASE_URL=http://127.0.0.1:11434",
    },
    {
        "done": False,
        "title": "Start a project",
        "text": "Turn an idea into a specification by questions, then into tested code.",
        "href": "/studio",
        "action": "Start",
        "icon": "bounding-box",
        "setting": None,
    },
]

QUESTIONS: list[Context] = [
    {"question": "How many days of leave do I have?", "about": "Handbook, time off"},
    {"question": "What must be calibrated each month?", "about": "Workshop, a table"},
    {"question": "How do I run the deployment script?", "about": "Engineering, code"},
]

DASHBOARD_NEW: Context = {
    "greeting": "Good afternoon, Ada",
    "samples": QUESTIONS,
    "steps": DASHBOARD_STEPS,
    "chats": [],
    "documents": [],
    "runs": [],
    "figures": [],
}

DASHBOARD_FULL: Context = DASHBOARD_NEW | {
    "steps": [step | {"done": True} for step in DASHBOARD_STEPS],
    "chats": [
        {"id": f"c{n}", "title": title, "at": ago(hours=n * 7 + 0.2)}
        for n, title in enumerate(
            ["Leave days for part-time work", "Calibration of the balance", "Deployment, step 4"]
        )
    ],
    "documents": [
        {"id": f"d{n}", "title": title, "state": "ready", "at": ago(days=n)}
        for n, title in enumerate(["Handbook.pdf", "Travel policy.docx", "Price list 2026.xlsx"])
    ],
    "runs": [
        {"id": "r1", "title": "Read Handbook.pdf", "kind": "ingest", "state": "running", "at": NOW},
        {
            "id": "r2",
            "title": "Leave days for part-time work",
            "kind": "chat",
            "state": "completed",
            "at": NOW,
        },
        {"id": "r3", "title": "Nightly sync", "kind": "sync", "state": "failed", "at": NOW},
    ],
    "figures": [
        {"label": "Documents", "value": "1,204", "href": "/knowledge"},
        {"label": "Passages", "value": "38,911", "href": "/knowledge"},
        {"label": "Questions this week", "value": "312", "href": "/insights"},
        {"label": "Helpful answers", "value": "94 %", "href": "/insights"},
    ],
}

ERROR: Context = {
    "error": {
        "status": 404,
        "title": "Not found",
        "detail": "There is nothing at this address, or it is not yours to see.",
        "code": "NOT_FOUND_001",
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    }
}

LOGIN: Context = {"form": {"username": "", "next": "/", "error": ""}, "registration": True}
LOGIN_REFUSED: Context = {
    "form": {
        "username": "ada",
        "next": "/",
        "error": "The name or the password is wrong. Try again, or ask an administrator.",
    },
    "registration": False,
}
REGISTER: Context = {
    "form": {
        "username": "ada",
        "email": "ada@",
        "error": "",
        "errors": {"email": "This is not an email address."},
    }
}

PAGES: dict[str, tuple[str, str, Context]] = {
    "login": ("/login", "accounts/login.html", LOGIN),
    "login-refused": ("/login?refused", "accounts/login.html", LOGIN_REFUSED),
    "register": ("/register", "accounts/register.html", REGISTER),
    "dashboard-new": ("/", "dashboard/dashboard.html", DASHBOARD_NEW),
    "dashboard": ("/?full", "dashboard/dashboard.html", DASHBOARD_FULL),
    "error": ("/missing", "error.html", ERROR),
    **samples_chat.pages(NOW, QUESTIONS),
    **samples_knowledge.pages(NOW),
    **samples_admin.pages(NOW),
    **samples_studio.studio(NOW),
}
"""By name: path, template, context."""
