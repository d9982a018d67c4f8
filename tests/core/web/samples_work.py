"""Sample agents, runs and approvals."""

from datetime import datetime, timedelta
from typing import Any

from menon.core.web import values
from menon.engine.tools.policy import Verdict
from menon.engine.tools.tool import Effect
from menon.features.agents.policy.schemas import GrantOut, PolicyRule

Context = dict[str, Any]
Page = tuple[str, str, Context]

STILL = "0199a000-0000-7000-8000-0000000000r1"  # a run that goes on while somebody looks

TOOLS: list[Context] = [
    {
        "name": "search_knowledge",
        "description": "Find passages in the documents.",
        "effect": "read",
    },
    {"name": "calculator", "description": "Work out an expression.", "effect": "read"},
    {"name": "send_webhook", "description": "Post a message to a webhook.", "effect": "egress"},
]


def _agents(now: datetime, diff: list[Context]) -> dict[str, Page]:
    agent: Context = {
        "id": "ag1",
        "slug": "contracts",
        "name": "Contract reader",
        "description": "Answers questions about contracts, with the clause and its page.",
        "instructions": "You read contracts.\n\nName the clause for every claim. Say so when "
        "a contract does not answer the question.",
        "model": "auto",
        "temperature": 0.2,
        "version": 4,
        "state": "active",
        "tools": ["search_knowledge", "calculator"],
        "collections": ["c2"],
        "builtin": False,
        "mine": True,
        "changed_at": now - timedelta(days=2),
        "runs": 1312,
        "pending": False,
        "agent_type": "custom",
        "capabilities": ["read_contracts"],
        "visibility": "shared",
        "limits": {"tokens": 50_000, "steps": 12, "seconds": 120, "cost": 0.5},
        "uses": [
            {"label": "API model", "value": "agent:contracts"},
            {"label": "REST", "value": "/api/v1/agents/ag1/run"},
        ],
    }
    builtin = agent | {
        "id": "ag0",
        "name": "Assistant",
        "builtin": True,
        "description": "Answers from everything that you may read.",
        "model": "auto",
    }
    listed: Context = {
        "agents": [
            builtin,
            agent,
            agent | {"id": "ag2", "name": "Sales", "state": "paused"},
            agent | {"id": "ag3", "name": "Imported", "pending": True},
        ],
        "query": {"q": ""},
        "may_write": True,
        "total": 9,
    }
    edit: Context = {
        "agent": agent,
        "errors": {},
        "error": "",
        "models": [("auto", "Automatic"), ("openai:gpt-5", "gpt-5")],
        "tools": TOOLS,
        "types": [("custom", "None: instructions and tools")],
        "collections": [("c1", "Handbook"), ("c2", "Contracts")],
        "may_write": True,
        "samples": ["When does the lease of the workshop end?"],
        "has_secrets": True,
    }
    blank = agent | {
        "id": None,
        "slug": "",
        "name": "",
        "description": "",
        "instructions": "",
        "tools": ["search_knowledge"],
        "collections": [],
        "uses": [],
        "version": 0,
    }
    versions: Context = {
        "agent": agent,
        "versions": [
            {
                "number": n,
                "at": now - timedelta(days=3 * (4 - n)),
                "by": "ada",
                "model": "auto",
                "note": "",
                "labels": ["stable"] if n == 3 else [],
                "current": n == 4,
            }
            for n in (4, 3, 2, 1)
        ],
        "compared": {
            "old": 3,
            "new": 4,
            "settings": [{"name": "Model", "before": "auto", "after": "openai:gpt-5"}],
            "lines": [],
        },
        "diff": diff,
        "may_write": True,
        "has_secrets": True,
    }
    trial: Context = {
        "agent": agent,
        "versions": [("4", "Version 4, current"), ("3", "Version 3")],
        "samples": ["When does the lease of the workshop end?", "Who may terminate early?"],
        "has_secrets": False,
    }
    rule = PolicyRule(verdict=Verdict.DENY, tool="mail_*", args={"to": "*@example.com"})
    grant = GrantOut(
        id="g1",
        tool="http_request",
        effect="egress",
        exact=True,
        args={"url": "https://example.com/"},
        args_hash="",
        approval_id="a1",
        created_at=now,
    )
    policy: Context = {
        "agent": agent,
        "rules": [rule, PolicyRule(verdict=Verdict.ONCE, effect=Effect.EXEC, reason="Look first")],
        "operator": [rule],
        "tools": ["http_request", "run_python"],
        "grants": [grant, grant.model_copy(update={"id": "g2", "exact": False})],
        "form": {
            "tool": "",
            "effect": "",
            "verdict": "once",
            "argument": "",
            "pattern": "",
            "reason": "",
        },
        "errors": {},
        "error": "",
        "may_change": True,
        "has_secrets": True,
    }
    wrong = {"name": "Another agent of yours has this name."}
    return {
        "agents": ("/agents", "agents/index.html", listed),
        "agents-new": (
            "/agents?none",
            "agents/index.html",
            listed | {"agents": [], "total": 0},
        ),
        "agent": ("/agents/ag1", "agents/edit.html", edit),
        "agent-new": ("/agents/new", "agents/edit.html", edit | {"agent": blank, "errors": wrong}),
        "agent-versions": ("/agents/ag1/versions", "agents/versions.html", versions),
        "agent-policy": ("/agents/ag1/policy", "agents/policy.html", policy),
        "agent-try": ("/agents/ag1/try", "agents/try.html", trial),
    }


def _runs(now: datetime) -> dict[str, Page]:
    run: Context = {
        "id": STILL,
        "kind": "ingest",
        "title": "Read Handbook 2026, all chapters.pdf",
        "state": "running",
        "owner": "ada",
        "model": None,
        "started_at": now - timedelta(minutes=1),
        "ended_at": None,
        "seconds": None,
        "attempts": 1,
        "epoch": 1,
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        "parent": None,
        "note": "Embedding passages",
        "done": 31,
        "total": 96,
        "error": None,
        "usage": None,
        "input": values.shown({"document": "d9", "pages": [1, 2]}),
        "output": None,
        "origin": {"label": "Handbook 2026, all chapters.pdf", "href": "/knowledge/documents/d9"},
        "cancellable": True,
        "continuable": False,
    }
    ended = run | {
        "id": "r2",
        "kind": "chat",
        "title": "Leave days for part-time work",
        "state": "completed",
        "model": "openai:gpt-5",
        "seconds": 3.4,
    }
    failed = run | {
        "id": "r3",
        "kind": "sync",
        "title": "Nightly sync of the wiki",
        "state": "failed",
        "seconds": 61.0,
        "cancellable": False,
        "continuable": True,
        "error": {
            "code": "INTEGRATION_001",
            "detail": "The wiki refused the credentials. Store new ones under Connections.",
        },
        "usage": {"input_tokens": 100, "output_tokens": 4, "cost": 0.0},
    }
    rows = [run, ended, failed, run | {"id": "r4", "state": "interrupted", "title": "Travel"}]
    events: list[Context] = [
        {
            "id": f"1.{n}",
            "at": now + timedelta(seconds=n),
            "type": "state",
            "icon": icon,
            "text": text,
            "detail": detail,
            "bad": icon == "exclamation-circle",
        }
        for n, (icon, text, detail) in enumerate(
            [
                ("play", "Started", ""),
                ("tools", "Called fetch_page", '{\n  "url": "https://wiki.example.org"\n}'),
                ("arrow-repeat", "Trying again in 2 s: 503", ""),
                ("exclamation-circle", "Failed: INTEGRATION_001", ""),
            ]
        )
    ]
    index: Context = {
        "runs": rows,
        "next": None,
        "query": {"kind": "", "state": "", "days": ""},
        "live": True,
        "periods": [("", "Any time"), ("1", "Last 24 hours")],
        "kinds": [("chat", "Chat"), ("ingest", "Reading")],
        "states": [("running", "Running"), ("failed", "Failed")],
        "total": 4,
    }
    approval: Context = {
        "id": "ap1",
        "what": "Post “Calibration is due” to https://hooks.example.org/lab",
        "tool": "send_webhook",
        "effect": "egress",
        "args": '{\n  "url": "https://hooks.example.org/lab",\n  "text": "Calibration is due"\n}',
        "args_hash": "sha256:9f86d081884c7d65",
        "run_id": "r1",
        "run_title": "Monthly reminder",
        "asked_at": now - timedelta(minutes=4),
        "expires_at": now + timedelta(hours=1),
        "state": "waiting",
        "by": None,
        "comment": "",
        "delegated": False,
        "tainted": True,
        "why": "It sends something out, and the answer rests on pages of others.",
        "remember": [],
        "remembered": "",
    }
    decided = approval | {"id": "ap2", "state": "approved", "by": "ada", "remembered": "run"}
    return {
        "runs": ("/runs", "runs/index.html", index),
        "runs-new": ("/runs?none", "runs/index.html", index | {"runs": [], "total": 0}),
        "run": (
            f"/runs/{STILL}",
            "runs/run.html",
            {
                "run": run,
                "events": [],
                "approvals": [approval],
                "children": [ended],
                "may_act": True,
            },
        ),
        "run-failed": (
            "/runs/r3",
            "runs/run.html",
            {"run": failed, "events": events, "approvals": [], "children": [], "may_act": True},
        ),
        "approvals": (
            "/approvals",
            "runs/approvals.html",
            {"approvals": [approval, decided]},
        ),
        "approvals-none": ("/approvals?none", "runs/approvals.html", {"approvals": []}),
    }


def work(now: datetime, diff: list[Context]) -> dict[str, Page]:
    return {**_agents(now, diff), **_runs(now)}
