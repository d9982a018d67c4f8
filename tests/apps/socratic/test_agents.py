"""The eight agents through `/agents/route`: the envelope, and what each does."""

from typing import Any

import httpx2
import pytest
from tests.apps.socratic.agreements.test_specifications import keep
from tests.apps.socratic.conftest import API, STRANGE, Lead
from tests.apps.socratic.specs import BOOKS
from tests.fixtures.people import People

from menon.core.auth import Role

AGENTS = {
    "socratic_counselor",
    "project_manager",
    "code_generator",
    "system_monitor",
    "user_manager",
    "context_analyzer",
    "document_processor",
    "services",
}
WANTED = {
    "socratic_counselor": "generate_questions analyze_responses detect_conflicts "
    "suggest_improvements manage_session start_session get_questions submit_response",
    "project_manager": "create_project get_project get_capabilities",
    "code_generator": "generate_project_files generate_component",
    "system_monitor": "get_system_status",
}


@pytest.fixture
def overrides() -> dict[str, Any]:
    return {"jobs": {"worker": True, "drain_seconds": 0.2}}


async def ask(client: httpx2.AsyncClient, agent: str, action: str, **data: Any) -> dict[str, Any]:
    """The envelope of an action."""
    body = {"agent_id": agent, "action": action, "data": data}
    answer = await client.post(f"{API}/agents/route", json=body)
    assert answer.status_code == 200, answer.text
    envelope = answer.json()
    assert envelope.keys() == {
        "success",
        "data",
        "error",
        "error_code",
        "agent_id",
        "timestamp",
    }
    return envelope


async def done(client: httpx2.AsyncClient, agent: str, action: str, **data: Any) -> dict[str, Any]:
    """What an action gave."""
    envelope = await ask(client, agent, action, **data)
    assert envelope["success"], envelope
    assert envelope["agent_id"] == agent
    return envelope["data"]


async def test_the_eight_can_what_is_promised(lead: Lead):
    listed = (await lead.client.get(f"{API}/agents/capabilities")).json()["capabilities"]
    agents = {one["agent_id"] for found in listed.values() for one in found}
    assert agents >= AGENTS
    for agent, names in WANTED.items():
        for name in names.split():
            assert agent in {one["agent_id"] for one in listed[name]}, name


async def test_from_a_project_to_a_question_through_the_orchestrator(lead: Lead):
    route = f"{API}/agents/route"
    body: dict[str, Any] = {"capability": "create_project", "data": {"name": "Library"}}
    project = (await lead.client.post(route, json=body)).json()["data"]
    assert project["project_id"]
    body = {
        "agent_id": "socratic_counselor",
        "action": "start_session",
        "data": {"project_id": project["project_id"], "questioning_mode": "sequential"},
    }
    session = (await lead.client.post(route, json=body)).json()["data"]
    assert session["questioning_mode"] == "sequential"
    assert session["active_roles"] == ["project_manager", "technical_lead", "developer"]
    asked = await done(
        lead.client, "socratic_counselor", "generate_questions", session_id=session["session_id"]
    )
    assert len(asked["questions"]) > 0
    counselor = ("socratic_counselor", "submit_response")
    session_id = session["session_id"]
    text = "The project must be completed in 2 weeks."
    await done(lead.client, *counselor, session_id=session_id, response_text=text)
    text = "Development takes at least 6 weeks."
    answered = await done(lead.client, *counselor, session_id=session_id, response_text=text)
    assert any("timeline" in one["type"] for one in answered["conflicts"])
    found = await done(lead.client, "socratic_counselor", "detect_conflicts", session_id=session_id)
    assert len(found["conflicts"]) >= 1
    read = await done(lead.client, "socratic_counselor", "analyze_responses", session_id=session_id)
    assert read["answered"] == 2
    better = await done(
        lead.client, "socratic_counselor", "suggest_improvements", session_id=session_id
    )
    assert better["suggestions"][0]["what"] == "resolve"
    paused = await done(
        lead.client, "socratic_counselor", "manage_session", session_id=session_id, status="paused"
    )
    assert paused["status"] == "paused"
    acts = (await lead.client.get(f"{API}/agents/activities")).json()["items"]
    assert "start_session" in {one["action"] for one in acts}


async def test_an_unknown_session_is_not_found(lead: Lead):
    envelope = await ask(lead.client, "socratic_counselor", "get_questions", session_id=STRANGE)
    assert (envelope["success"], envelope["error_code"]) == (False, "NOT_FOUND_001")
    assert "not found" in envelope["error"]


async def test_code_is_made_with_its_files(lead: Lead):
    project = await lead.project()
    refused = await ask(lead.client, "code_generator", "generate_project_files", project_id=project)
    assert refused["error_code"] == "CONFLICT_001"
    made = await keep(lead.client, project, BOOKS)
    await lead.client.post(f"{API}/specifications/{made['id']}/approve")
    found = await done(lead.client, "code_generator", "generate_project_files", project_id=project)
    assert found["codebase_id"]
    assert found["file_count"] == len(found["files"]) > 20
    part = await done(
        lead.client,
        "code_generator",
        "generate_component",
        project_id=project,
        component="book",
    )
    assert any("book" in one["path"] for one in part["files"])
    unknown = await ask(
        lead.client, "code_generator", "generate_component", project_id=project, component="Ship"
    )
    assert unknown["error_code"] == "NOT_FOUND_001"
    repository = await done(
        lead.client,
        "document_processor",
        "analyze_repository",
        codebase_id=found["codebase_id"],
    )
    assert repository["files"] == found["file_count"]
    log = await done(lead.client, "services", "git_operations", project_id=project, operation="log")
    assert len(log["items"]) >= 2


@pytest.mark.parametrize(
    ("agent", "action", "key"),
    [
        ("project_manager", "get_project", "project_id"),
        ("project_manager", "track_progress", "percent"),
        ("project_manager", "generate_reports", "report"),
        ("project_manager", "risk_assessment", "risks"),
        ("project_manager", "manage_modules", "modules"),
        ("project_manager", "timeline_management", "milestones"),
        ("project_manager", "assign_tasks", "tasks"),
        ("project_manager", "manage_collaborators", "collaborators"),
        ("code_generator", "extract_requirements", "functional"),
        ("code_generator", "estimate_complexity", "complexity"),
        ("code_generator", "list_specifications", "specifications"),
        ("code_generator", "get_specification", "specification"),
        ("context_analyzer", "analyze_context", "health"),
        ("context_analyzer", "detect_conflicts", "conflicts"),
        ("context_analyzer", "generate_insights", "strong"),
        ("context_analyzer", "pattern_recognition", "shared_fields"),
        ("context_analyzer", "risk_assessment", "risks"),
        ("context_analyzer", "recommendation_engine", "recommendations"),
        ("context_analyzer", "assess_project_health", "score"),
        ("document_processor", "create_documentation", "text"),
        ("user_manager", "team_management", "team"),
        ("user_manager", "check_permissions", "rights"),
        ("services", "export_project", "project"),
        ("services", "backup_project", "specifications"),
        ("services", "generate_summary", "report"),
    ],
)
async def test_what_is_known_of_a_project_is_told(
    lead: Lead, as_neighbour: httpx2.AsyncClient, agent: str, action: str, key: str
):
    project = await lead.project()
    await keep(lead.client, project, BOOKS)
    assert key in await done(lead.client, agent, action, project_id=project)
    refused = await ask(as_neighbour, agent, action, project_id=project)
    assert (refused["success"], refused["error_code"]) == (False, "NOT_FOUND_001")


@pytest.mark.parametrize(
    ("agent", "action", "data", "key"),
    [
        ("project_manager", "get_capabilities", {}, "capabilities"),
        ("code_generator", "validate_code", {"code": "eval(x)"}, "findings"),
        ("context_analyzer", "analyze_conversation", {"text": "Good news for all."}, "summary"),
        ("context_analyzer", "technology_compatibility", {"technologies": ["sqlite"]}, "conflicts"),
        ("document_processor", "chunk_documents", {"text": "One. Two."}, "items"),
        ("document_processor", "generate_summaries", {"text": "One. Two."}, "sentences"),
        ("document_processor", "extract_knowledge", {"text": "Ada met Bob."}, "entities"),
        ("document_processor", "extract_code_structure", {"code": "import os"}, "imports"),
        ("user_manager", "get_user_info", {}, "username"),
        ("user_manager", "check_permissions", {}, "rights"),
        ("system_monitor", "check_health", {}, "status"),
        ("system_monitor", "track_usage", {}, "by_day"),
        ("system_monitor", "api_usage_tracking", {"days": 7}, "by_model"),
        ("system_monitor", "analyze_costs", {}, "total"),
    ],
)
async def test_what_needs_no_project_works_alone(
    lead: Lead, agent: str, action: str, data: dict[str, Any], key: str
):
    assert key in await done(lead.client, agent, action, **data)


@pytest.mark.parametrize(
    ("agent", "action", "data", "code"),
    [
        ("services", "deploy_application", {"codebase_id": "x"}, "INTEGRATION_001"),
        ("services", "git_operations", {"project_id": "x", "operation": "push"}, "INTEGRATION_001"),
        ("user_manager", "list_users", {}, "AUTH_003"),
        ("system_monitor", "get_system_status", {}, "AUTH_003"),
        ("system_monitor", "database_health", {}, "AUTH_003"),
        ("system_monitor", "resource_monitoring", {}, "AUTH_003"),
        ("project_manager", "create_project", {"name": "!"}, "VALID_001"),
        ("project_manager", "create_project", {}, "VALID_001"),
        ("document_processor", "generate_summaries", {"text": " "}, "VALID_001"),
        ("document_processor", "extract_code_structure", {"code": "def f(:"}, "VALID_001"),
    ],
)
async def test_what_cannot_be_done_says_why(
    lead: Lead, agent: str, action: str, data: dict[str, Any], code: str
):
    envelope = await ask(lead.client, agent, action, **data)
    assert (envelope["success"], envelope["error_code"]) == (False, code)
    assert envelope["error"]


async def test_viewers_change_nothing(people: People):
    viewer = await people.client("vera", Role.VIEWER)
    refused = await ask(viewer, "project_manager", "create_project", name="Library")
    assert (refused["success"], refused["error_code"]) == (False, "AUTH_003")


async def test_administrators_keep_users(as_admin: httpx2.AsyncClient):
    made = await done(
        as_admin, "user_manager", "create_user", username="nina", password="Geometry-is-4-all"
    )
    listed = await done(as_admin, "user_manager", "list_users", words="nin")
    assert [one["id"] for one in listed["users"]] == [made["id"]]
    raised = await done(
        as_admin, "user_manager", "manage_roles", user_id=made["id"], roles=["developer"]
    )
    assert raised["roles"] == ["developer"]
    proven = await done(
        as_admin,
        "user_manager",
        "authenticate_user",
        username="nina",
        password="Geometry-is-4-all",
    )
    assert proven["authenticated"] is True
    wrong = await ask(
        as_admin, "user_manager", "authenticate_user", username="nina", password="Wrong-1-word"
    )
    assert wrong["error_code"] == "AUTH_001"
    gone = await done(as_admin, "user_manager", "deactivate_user", user_id=made["id"])
    assert gone["is_active"] is False


@pytest.mark.parametrize(
    ("action", "key"),
    [
        ("get_system_status", "runs"),
        ("database_health", "healthy"),
        ("resource_monitoring", "memory_peak_bytes"),
    ],
)
async def test_administrators_see_how_the_server_is(
    as_admin: httpx2.AsyncClient, action: str, key: str
):
    assert (await done(as_admin, "system_monitor", action))[key]
