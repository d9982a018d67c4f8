"""Sample users, models, agents and runs."""

from datetime import date, datetime, timedelta
from typing import Any

from tests.core.web.samples_knowledge import DIFF

Context = dict[str, Any]
Page = tuple[str, str, Context]

ROLES = [
    ("viewer", "Viewer"),
    ("developer", "Developer"),
    ("project_manager", "Project manager"),
    ("admin", "Administrator"),
]


def _accounts(now: datetime) -> dict[str, Page]:
    key: Context = {
        "id": "k1",
        "name": "Laptop",
        "prefix": "mnn_a1b2",
        "scopes": ["read", "chat"],
        "enabled": True,
        "created_at": now,
        "last_used_at": now - timedelta(minutes=12),
        "expires_at": now + timedelta(days=60),
    }
    profile: Context = {
        "profile": {
            "username": "admin",
            "email": "ada@example.org",
            "name": "Ada Admin",
            "roles": ["admin", "developer"],
            "created_at": now - timedelta(days=30),
        },
        "keys": [
            key,
            key
            | {
                "id": "k2",
                "name": "Nightly job",
                "enabled": False,
                "last_used_at": None,
                "expires_at": None,
            },
        ],
        "new_key": "mnn_5f1c9e0b7a6d4c3e8f2a1b0c9d8e7f60a1b2c3",
        "scopes": [
            ("read", "read"),
            ("chat", "ask and chat"),
            ("write", "change documents, agents and workflows"),
            ("run", "run agents and workflows"),
            ("admin", "administer"),
        ],
        "password": {"error": "", "errors": {"current": "This is not your password."}},
        "profile_form": {"errors": {}},
    }
    user: Context = {
        "id": "0199a000-0000-7000-8000-0000000000u1",
        "username": "ada",
        "name": "Ada Admin",
        "email": "ada@example.org",
        "initials": "AA",
        "roles": ["admin"],
        "active": True,
        "created_at": now - timedelta(days=30),
        "last_seen_at": now - timedelta(minutes=2),
        "self": True,
    }
    users: Context = {
        "users": [
            user,
            user
            | {
                "id": "u2",
                "username": "boris",
                "name": "Boris Boole",
                "initials": "BB",
                "email": "boris@example.org",
                "roles": ["developer", "project_manager"],
                "self": False,
            },
            user
            | {
                "id": "u3",
                "username": "carla",
                "name": "",
                "initials": "CA",
                "email": "carla.with.a.very.long.address@subsidiary.example.org",
                "roles": ["viewer"],
                "active": False,
                "self": False,
                "last_seen_at": None,
            },
        ],
        "next": "/admin/users?cursor=x",
        "query": {"q": "", "role": ""},
        "roles": ROLES,
        "user_form": {"username": "", "email": "", "roles": ["viewer"], "errors": {}},
    }
    roles: Context = {
        "roles": [{"name": name, "text": text} for name, text in ROLES],
        "permissions": [
            {"what": "Chat, search, ask", "allowed": {name: "yes" for name, _ in ROLES}},
            {
                "what": "Create and change own documents, agents and workflows",
                "allowed": {"developer": "own", "project_manager": "own", "admin": "any"},
            },
            {"what": "Users, roles, limits, audit", "allowed": {"admin": "yes"}},
        ],
    }
    return {
        "profile": ("/profile", "accounts/profile.html", profile),
        "profile-new": (
            "/profile?new",
            "accounts/profile.html",
            profile | {"keys": [], "new_key": "", "password": {"error": "", "errors": {}}},
        ),
        "users": ("/admin/users", "accounts/users.html", users),
        "users-none": ("/admin/users?q=x", "accounts/users.html", users | {"users": []}),
        "user": (
            "/admin/users/u1",
            "accounts/user.html",
            {"user": user, "roles": ROLES, "errors": {}},
        ),
        "roles": ("/admin/roles", "accounts/roles.html", roles),
    }


def _catalog() -> dict[str, Page]:
    days = [date(2026, 11, 20) - timedelta(days=n) for n in range(29, -1, -1)]
    by_day: list[Context] = [
        {
            "day": day,
            "requests": 12 + n % 7 * 9,
            "input_tokens": 21_000 + (n * 7919) % 40_000,
            "output_tokens": 4_000 + (n * 3571) % 9_000,
            "cost": 0.12 * (n % 5),
        }
        for n, day in enumerate(days)
    ]
    usage: Context = {
        "days": 30,
        "totals": {
            "requests": 1204,
            "input_tokens": 1_260_400,
            "output_tokens": 208_911,
            "cost": 7.31,
        },
        "by_day": by_day,
        "by_model": [
            {
                "model": "openai:gpt-5",
                "requests": 904,
                "input_tokens": 1_100_000,
                "output_tokens": 180_000,
                "cost": 7.31,
                "seconds": 3.21,
            },
            {
                "model": "offline:extractive",
                "requests": 300,
                "input_tokens": 160_400,
                "output_tokens": 28_911,
                "cost": 0.0,
                "seconds": 0.043,
            },
        ],
        "by_user": [{"user": "ada", "requests": 1000, "tokens": 1_400_000, "cost": 7.0}],
    }
    none = usage | {"totals": usage["totals"] | {"requests": 0}}
    models: Context = {
        "policy": {
            "automatic": "offline:extractive",
            "why": "no language model is connected, so answers are picked from the documents.",
        },
        "may_write": True,
    }
    return {
        "models": ("/admin/models", "catalog/models.html", models),
        "usage": ("/admin/usage", "catalog/usage.html", usage),
        "usage-none": ("/admin/usage?none", "catalog/usage.html", none),
    }


PROVIDERS: list[Context] = [
    {
        "name": "offline",
        "title": "Offline",
        "state": "good",
        "detail": "Always there: picks sentences from your documents and cites them.",
        "setting": None,
        "latency": 0.004,
        "pull": False,
        "key": None,
        "models": [
            {
                "name": "extractive",
                "qualified": "offline:extractive",
                "size": "",
                "context": None,
                "abilities": ["chat", "tools"],
                "default": True,
                "price_in": None,
                "price_out": None,
            }
        ],
    },
    {
        "name": "ollama",
        "title": "Ollama",
        "state": "bad",
        "detail": "No answer at 127.0.0.1:11434. Is it running?",
        "setting": "OLLAMA_BASE_URL=http://127.0.0.1:11434",
        "latency": None,
        "pull": True,
        "key": {"masked": "sk-…cdef", "is_set": False},
        "models": [],
    },
    {
        "name": "openai",
        "title": "OpenAI compatible",
        "state": "good",
        "detail": "Answers.",
        "setting": None,
        "latency": 0.31,
        "pull": False,
        "key": {"masked": "", "is_set": True},
        "models": [
            {
                "name": "gpt-5",
                "qualified": "openai:gpt-5",
                "size": "",
                "context": 400_000,
                "abilities": ["chat", "tools", "vision"],
                "default": False,
                "price_in": 1.25,
                "price_out": 10.0,
            }
        ],
    },
]


def pages(now: datetime) -> dict[str, Page]:
    from tests.core.web.samples_work import work

    return {**_accounts(now), **_catalog(), **work(now, DIFF)}
