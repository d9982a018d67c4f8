"""What can be said of a session or a project as it stands: read, unsure, missing, risky."""

from collections import Counter
from typing import Any

from menon.apps.socratic.agreements import findings
from menon.apps.socratic.agreements import service as agreements
from menon.apps.socratic.agreements.schemas import SpecificationOut
from menon.apps.socratic.codebases import service as codebases
from menon.apps.socratic.insights import standing
from menon.apps.socratic.projects.schemas import ProgressOut
from menon.apps.socratic.sessions import service as sessions
from menon.apps.socratic.sessions.schemas import QuestionOut
from menon.core.auth import Principal
from menon.core.http import Page
from menon.core.runtime import Runtime

_MOST = Page(200)
UNSURE = 2
"""A confidence up to this asks for another look."""


async def responses(runtime: Runtime, who: Principal, session_id: str) -> dict[str, Any]:
    """What was read from a session's answers, and how sure people were."""
    listed = await sessions.questions(runtime, who, session_id, _MOST)
    given = [one for one in listed.items if one.response is not None]
    levels = [int((one.response or {})["confidence_level"]) for one in given]
    parses = [parse for one in given for parse in (one.response or {})["parses"]]
    return {
        "session_id": session_id,
        "answered": len(given),
        "confidence": {
            "mean": round(sum(levels) / len(levels), 2) if levels else None,
            "by_level": {str(level): count for level, count in sorted(Counter(levels).items())},
        },
        "by_role": dict(Counter(one.role_type for one in given)),
        "by_status": dict(Counter(str(parse["status"]).lower() for parse in parses)),
        "insights": [
            {"slot": parse["slot"], "value": parse["value"], "shown": parse["shown"]}
            for parse in parses
        ],
        "unread": [
            {"question": one.question_text, "notes": (one.response or {})["notes"]}
            for one in given
            if (one.response or {})["notes"]
        ],
    }


async def improvements(runtime: Runtime, who: Principal, session_id: str) -> dict[str, Any]:
    """What would make a session's specification better, the most useful first."""
    status = await sessions.status(runtime, who, session_id)
    listed = await sessions.questions(runtime, who, session_id, _MOST)
    contradictions = await sessions.conflicts(runtime, who, session_id, _MOST)
    found: list[dict[str, Any]] = [
        {"what": "resolve", "conflict_id": one.id, "grade": one.grade, "text": one.why}
        for one in sorted(contradictions.items, key=lambda one: one.grade != "hard")
        if one.state == "open"
    ]
    found += [_look_again(one) for one in listed.items if _is_unsure(one)]
    found += [
        {
            "what": "clarify",
            "question_id": one.question_id,
            "text": f"Nothing could be read from the answer to: {one.question_text}",
        }
        for one in listed.items
        if one.response is not None and not one.response["parses"]
    ]
    if status.status != "completed" and status.total_questions > status.answered_questions:
        still = status.total_questions - status.answered_questions
        found.append({"what": "answer", "text": f"About {still} more questions wait."})
    return {"session_id": session_id, "coverage": status.coverage, "suggestions": found}


async def guidance(runtime: Runtime, who: Principal, session_id: str) -> dict[str, Any]:
    """Where a session stands and what to do next in it."""
    found = await sessions.get(runtime, who, session_id)
    if found.status == "completed":
        step = "make_specification"
    elif found.status == "paused":
        step = "resume"
    elif found.hard_conflicts:
        step = "resolve_conflicts"
    else:
        step = "answer"
    return {"step": step, **found.model_dump(mode="json")}


async def risks(runtime: Runtime, who: Principal, project_id: str) -> dict[str, Any]:
    """What may go wrong with a project, by what is known of it, the gravest first."""
    progress = await standing.progress(runtime, who, project_id)
    contradictions = await findings.of_project(runtime, who, project_id, _MOST, state="open")
    found: list[dict[str, Any]] = [
        {
            "severity": one.severity,
            "kind": f"{one.type} conflict",
            "text": one.why,
            "remedy": [each.text for each in one.resolutions],
        }
        for one in contradictions.items
    ]
    spec = await newest(runtime, who, project_id)
    if spec is not None:
        found += [
            {
                "severity": "medium",
                "kind": "assumption",
                "text": one["text"],
                "remedy": ["Ask the people who know."],
            }
            for one in spec.specification["assumptions"]
        ]
    found += _of_progress(progress)
    order = {"critical": 0, "high": 1, "medium": 2, "low": 3}
    found.sort(key=lambda one: order.get(str(one["severity"]), 4))
    return {"project_id": project_id, "risks": found}


async def health(runtime: Runtime, who: Principal, project_id: str) -> dict[str, Any]:
    """How well a project stands, 0 to 100, and why."""
    progress = await standing.progress(runtime, who, project_id)
    listed = (await risks(runtime, who, project_id))["risks"]
    counted = Counter(str(one["severity"]) for one in listed)
    costs = {"critical": 25, "high": 15, "medium": 3, "low": 1}
    lost = sum(min(count, 5) * costs.get(severity, 1) for severity, count in counted.items())
    return {
        "project_id": project_id,
        "score": max(100 - lost, 0),
        "by_severity": dict(counted),
        "percent": progress.percent,
        "reached": progress.reached,
    }


async def newest(runtime: Runtime, who: Principal, project_id: str) -> SpecificationOut | None:
    """The newest version of a project's specification, approved or not."""
    listed = await agreements.listing(runtime, who, project_id, Page(1))
    if not listed.items:
        return None
    return await agreements.get(runtime, who, listed.items[0].id)


async def newest_code(runtime: Runtime, who: Principal, project_id: str) -> str | None:
    """The id of a project's newest codebase."""
    listed = await codebases.listing(runtime, who, project_id, Page(1))
    return listed.items[0].id if listed.items else None


def _of_progress(progress: ProgressOut) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if progress.coverage < 0.5:
        found.append(
            {
                "severity": "high",
                "kind": "coverage",
                "text": f"Only {progress.coverage:.0%} of what matters is answered.",
                "remedy": ["Go on with a session."],
            }
        )
    if progress.codebase and progress.codebase["status"] == "failed":
        found.append(
            {
                "severity": "high",
                "kind": "code",
                "text": "The newest generated code did not pass its gates.",
                "remedy": ["Look at its test results."],
            }
        )
    return found


def _is_unsure(one: QuestionOut) -> bool:
    return one.response is not None and int(one.response["confidence_level"]) <= UNSURE


def _look_again(one: QuestionOut) -> dict[str, Any]:
    return {
        "what": "confirm",
        "question_id": one.question_id,
        "text": f"Somebody was not sure about: {one.question_text}",
    }
