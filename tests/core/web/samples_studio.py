"""Sample projects, questions, specifications and generated code."""

from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup
from tests.core.web.samples_code import codes

Context = dict[str, Any]
Page = tuple[str, str, Context]

ROLES = [("project_manager", "Project manager"), ("developer", "Developer")]


def studio(now: datetime) -> dict[str, Page]:
    return {**_projects(now), **_sessions(), **_specifications(now), **codes()}


def _projects(now: datetime) -> dict[str, Page]:
    card: Context = {
        "id": "p1",
        "name": "Town library",
        "description": "Members lend books, librarians see what is overdue.",
        "phase": "design",
        "status": "active",
        "owner": "ada",
        "role": "owner",
        "percent": 45,
        "hard": 1,
        "technologies": ["python"],
        "changed_at": now - timedelta(hours=3),
        "may_ask": True,
    }
    form: Context = {"name": "", "description": "", "technologies": "", "errors": {}, "error": ""}
    listed: Context = {
        "projects": [card, card | {"id": "p2", "name": "Shop", "hard": 0, "status": "paused"}],
        "next": "/projects?cursor=x",
        "archived": False,
        "may_work": True,
        "form": form,
        "q": "",
    }
    conflict = _conflict() | {"session_id": "s1", "specification_id": None}
    project: Context = {
        "project": card
        | {"updated_at": now, "technology_stack": ["python", "postgresql"], "project_id": "p1"},
        "progress": {
            "percent": 45,
            "answered_questions": 12,
            "coverage": 0.62,
            "reached": "development",
        },
        "next": {
            "text": "5 of about 18 questions are answered.",
            "action": "Go on with the questions",
            "href": "/sessions/s1",
        },
        "form": form | {"name": "Town library"},
        "phases": [
            {"name": "discovery", "done": True},
            {"name": "design", "done": False},
            {"name": "development", "done": False},
        ],
        "sessions": [
            {
                "id": "s1",
                "questioning_mode": "dynamic",
                "answered_questions": 12,
                "total_questions": 20,
                "coverage": 0.62,
                "initiated_by": "ada",
                "updated_at": now,
                "status": "active",
            }
        ],
        "specifications": [_row(now)],
        "codebases": [
            {
                "id": "c1",
                "version": 1,
                "architecture_type": "modular_monolith",
                "files": 64,
                "specification_version": 2,
                "created_at": now,
                "status": "testing",
            }
        ],
        "conflicts": [conflict],
        "team": [{"username": "ada", "role": "owner"}, {"username": "ned", "role": "reviewer"}],
        "roles": ROLES,
        "modes": [("dynamic", "What matters most next"), ("custom", "The roles chosen below")],
        "project_roles": [("collaborator", "Collaborator")],
        "may_ask": True,
        "may_answer": True,
        "may_lead": True,
        "may_archive": True,
        "may_restore": False,
    }
    empty: Context = {"sessions": [], "specifications": [], "codebases": [], "conflicts": []}
    wrong = form | {"name": "x", "errors": {"name": "At least 2 characters."}}
    return {
        "projects": ("/projects", "studio/projects.html", listed),
        "projects-new": (
            "/projects?none",
            "studio/projects.html",
            listed | {"projects": [], "next": None, "form": wrong},
        ),
        "project": ("/projects/p1", "studio/project.html", project),
        "project-new": ("/projects/p2", "studio/project.html", project | empty),
    }


def _sessions() -> dict[str, Page]:
    session: Context = {
        "id": "s1",
        "project_id": "p1",
        "status": "active",
        "mode": "dynamic",
        "answered": 5,
        "total": 18,
        "percent": 28,
        "coverage": 35,
        "roles": [
            {"name": "Project manager", "css": "project-manager", "current": True},
            {"name": "Developer", "css": "developer", "current": False},
        ],
        "open_conflicts": 1,
        "hard_conflicts": 1,
    }
    question: Context = {
        "id": "q6",
        "text": "By when does the first version have to be in use?",
        "original": "When does it have to be ready?",
        "role": "Project manager",
        "css": "project-manager",
        "why": "The deadline decides what can be in the first version, and what has to wait.",
        "options": ["In 4 weeks", "In 3 months"],
        "recommended": "In 3 months",
        "category": "Plan",
        "decides": False,
        "response": None,
    }
    answered = question | {
        "id": "q5",
        "text": "What problem does it solve?",
        "response": {"response_text": "Nobody knows where a book is.", "confidence_level": 4},
    }
    page: Context = {
        "project": {"id": "p1", "name": "Town library"},
        "session": session,
        "question": question,
        "answers": [answered],
        "conflicts": [_conflict()],
        "error": "",
        "typed": "",
        "may_answer": True,
        "may_edit": True,
    }
    done = {"session": session | {"status": "completed", "percent": 100}, "question": None}
    paused: Context = {"session": session | {"status": "paused"}, "answers": [], "conflicts": []}
    return {
        "session": ("/sessions/s1", "studio/session.html", page),
        "session-complete": ("/sessions/s2", "studio/session.html", page | done),
        "session-paused": ("/sessions/s3", "studio/session.html", page | paused),
    }


def _specifications(now: datetime) -> dict[str, Page]:
    page: Context = {
        "project": {"id": "p1", "name": "Town library"},
        "specification": _row(now),
        "view": "spec",
        "views": [("spec", "Specification"), ("er", "Data model (Mermaid)")],
        "document": Markup("<h2>User scenarios</h2><p>As a member I want to lend a book.</p>"),
        "text": "",
        "language": "",
        "records": None,
        "compared": {
            "before": 1,
            "after": 2,
            "differences": [
                {"kind": "added", "path": "/entities/Loan", "text": "Entity Loan: added."},
                {"kind": "removed", "path": "/entities/Fee", "text": "Entity Fee: removed."},
                {"kind": "changed", "path": "/nfr/SC-001", "text": "SC-001: 300 to 200."},
            ],
            "more": 2,
        },
        "conflicts": [_conflict()],
        "error": "",
        "may_approve": True,
        "may_generate": True,
        "may_answer": True,
    }
    approved = _row(now) | {
        "state": "approved",
        "approved": True,
        "approved_by": "ada",
        "approved_at": now,
        "conflicts": {"open": 0, "hard": 0},
    }
    agreed: Context = {
        "specification": approved,
        "view": "er",
        "document": None,
        "text": "erDiagram",
        "language": "er",
        "records": {
            "entities": [
                {
                    "name": "Loan",
                    "description": "A book at home.",
                    "fields": [{"name": "due", "type": "date", "facts": ["required"]}],
                    "relations": [
                        {"name": "loan", "target": "Loan", "words": "belongs to", "required": True}
                    ],
                }
            ],
            "hidden": 1,
        },
        "conflicts": [],
    }
    return {
        "specification": ("/specifications/v2", "studio/specification.html", page),
        "specification-approved": (
            "/specifications/v3",
            "studio/specification.html",
            page | agreed,
        ),
    }


def _row(now: datetime) -> Context:
    return {
        "id": "v2",
        "version": 2,
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "origin": "session",
        "session_id": "s1",
        "state": "draft",
        "approved": False,
        "approved_by": None,
        "approved_at": None,
        "conflicts": {"open": 1, "hard": 1},
        "created_by": "ada",
        "created_at": now - timedelta(hours=1),
    }


def _conflict() -> Context:
    return {
        "id": "k1",
        "type": "timeline",
        "grade": "hard",
        "why": "It is to be done in 2 weeks, and takes 6 weeks at least.",
        "witness": "14 days < 42 days",
        "statements": [
            {"id": "a", "role": "project_manager", "text": "Completed in 2 weeks."},
            {"id": "b", "role": "technical_lead", "text": "At least 6 weeks."},
        ],
        "resolutions": [
            {"id": "keep:a", "text": "Keep the 2 weeks and leave something out."},
            {"id": "keep:b", "text": "Take the 6 weeks."},
        ],
        "verdict": {"verdict": "unsure", "why": "It may be about two parts.", "model": "ollama:m"},
    }
