"""Everything that the eight agents promise is there, and does what it says through the router."""

import asyncio
import itertools
from typing import Any

import httpx2
import pytest
from tests.apps.socratic.conftest import API, STRANGE, Lead
from tests.apps.socratic.specs import BOOKS
from tests.apps.socratic.test_agents import ask, done
from tests.fixtures.people import People

from menon.core.auth import Role

PROMISED = {
    "socratic_counselor": """generate_questions analyze_responses detect_conflicts
        suggest_improvements manage_session start_session get_questions submit_response
        facilitate_session extract_insights role_based_questioning context_aware_questioning
        conflict_mediation session_guidance learning_adaptation get_user_sessions
        resume_session""",
    "project_manager": """create_project get_project get_capabilities update_project
        archive_project manage_modules assign_tasks track_progress manage_collaborators
        generate_reports risk_assessment resource_allocation timeline_management""",
    "code_generator": """generate_project_files generate_component design_architecture
        create_tests analyze_code_quality optimize_performance generate_documentation
        setup_deployment validate_code extract_requirements estimate_complexity
        get_specification save_specification list_specifications""",
    "system_monitor": """get_system_status check_health track_usage monitor_performance
        analyze_costs generate_analytics alert_management resource_monitoring
        api_usage_tracking database_health""",
    "user_manager": """create_user authenticate_user update_profile manage_roles
        assign_permissions track_activity team_management list_users deactivate_user
        get_user_info check_permissions""",
    "context_analyzer": """analyze_context detect_conflicts generate_insights
        pattern_recognition risk_assessment technology_compatibility recommendation_engine
        analyze_conversation assess_project_health""",
    "document_processor": """process_files analyze_repository extract_knowledge
        chunk_documents store_vectors search_knowledge generate_summaries
        extract_code_structure create_documentation""",
    "services": """git_operations export_project generate_summary ide_integration
        deploy_application backup_project sync_files container_setup environment_config""",
}


@pytest.fixture
def overrides() -> dict[str, Any]:
    return {"jobs": {"worker": True, "drain_seconds": 0.2}}


@pytest.fixture
def database_url(sqlite_only_url: str) -> str:
    """One store is enough: the queries behind are tested on both where they live."""
    return sqlite_only_url


async def test_each_agent_can_all_that_is_promised(lead: Lead):
    listed = (await lead.client.get(f"{API}/agents/capabilities")).json()["capabilities"]
    able = {(one["agent_id"], name) for name, found in listed.items() for one in found}
    wanted = {(agent, name) for agent, names in PROMISED.items() for name in names.split()}
    assert wanted - able == set()


class TestPlanning:
    """Work is laid on people."""

    async def test_resources_are_laid_on_people(self, lead: Lead, people: People):
        project = await lead.project()
        await people.client("max", Role.DEVELOPER)
        await lead.invite(project, "max", "collaborator")
        told = [
            {"kind": "deadline", "text": "In 2 weeks.", "value": 2, "unit": "weeks"},
            {"kind": "budget", "text": "9,000 EUR.", "value": 9_000, "unit": "EUR"},
        ]
        extra = {**BOOKS["features"][0], "id": "FR-002", "priority": "P3", "entities": ["Book"]}
        spec = BOOKS | {"constraints": told, "features": [*BOOKS["features"], extra]}
        place = f"{API}/projects/{project}/specifications"
        assert (await lead.client.post(place, json=spec)).status_code == 201
        found = await done(
            lead.client, "project_manager", "resource_allocation", project_id=project
        )
        assert (found["effort_points"], found["effort_days"], found["team"]) == (4, 8.0, 2)
        assert (found["available_days"], found["fits"], found["people_needed"]) == (10.0, True, 1)
        assert {one["username"]: one["requirements"] for one in found["people"]} == {
            "max": ["FR-001"],
            "mona": ["FR-002"],
        }
        assert [(one["name"], one["budget"]) for one in found["modules"]] == [
            ("Loan", 6_750.0),
            ("Book", 2_250.0),
        ]


@pytest.mark.parametrize(
    ("agent", "action", "data"),
    [
        ("socratic_counselor", "facilitate_session", {"session_id": STRANGE}),
        ("socratic_counselor", "extract_insights", {"session_id": STRANGE}),
        ("socratic_counselor", "context_aware_questioning", {"session_id": STRANGE}),
        ("socratic_counselor", "learning_adaptation", {"project_id": STRANGE}),
        ("project_manager", "resource_allocation", {"project_id": STRANGE}),
        ("code_generator", "optimize_performance", {"codebase_id": STRANGE}),
        ("services", "sync_files", {"project_id": STRANGE}),
        ("services", "export_project", {"project_id": STRANGE, "format": "docker"}),
    ],
)
async def test_what_is_not_there_is_not_found(
    lead: Lead, agent: str, action: str, data: dict[str, Any]
):
    assert (await ask(lead.client, agent, action, **data))["error_code"] == "NOT_FOUND_001"


async def test_without_code_there_is_nothing_to_build(lead: Lead):
    project = await lead.project()
    refused = await ask(
        lead.client, "services", "export_project", project_id=project, format="docker"
    )
    assert (refused["error_code"], "generate it first" in refused["error"]) == (
        "CONFLICT_001",
        True,
    )
    assert (await ask(lead.client, "services", "sync_files", project_id=project))["error_code"] == (
        "NOT_FOUND_001"
    )


@pytest.mark.parametrize("operation", ["push", "pull", "clone"])
async def test_what_needs_something_outside_names_the_remedy(lead: Lead, operation: str):
    project = await lead.project()
    refused = await ask(
        lead.client, "services", "git_operations", project_id=project, operation=operation
    )
    assert refused["error_code"] == "INTEGRATION_001"
    assert "download" in refused["error"]


async def test_texts_are_stored_with_their_vectors_and_found(lead: Lead):
    texts = ["A small boat sails in the harbour.", "Income tax is due in March."]
    found = await done(
        lead.client, "document_processor", "store_vectors", title="Notes", texts=texts
    )
    assert (found["vectors"], found["dimensions"]) == (2, 384)
    assert [one["status"] for one in found["documents"]] == ["ready", "ready"]
    hits = await done(
        lead.client, "document_processor", "search_knowledge", query="little ship", limit=1
    )
    assert hits["items"][0]["title"] == "Notes (1 of 2)"
    for bad in ([], ["x"] * 51, [" "]):
        refused = await ask(
            lead.client, "document_processor", "store_vectors", title="Notes", texts=bad
        )
        assert refused["error_code"] == "VALID_001"


async def test_texts_are_cut_as_promised(lead: Lead):
    text = " ".join(f"Sentence number {n} ends here." for n in range(300))
    cut = (await done(lead.client, "document_processor", "chunk_documents", text=text))["items"]
    assert max(one["characters"] for one in cut) <= 1_000
    assert all(b["span"][0] < a["span"][1] for a, b in itertools.pairwise(cut))


async def test_what_somebody_did_is_told_to_them_and_to_administrators(
    lead: Lead, people: People, as_admin: httpx2.AsyncClient
):
    await lead.project()
    mine = await done(lead.client, "user_manager", "track_activity")
    assert mine["acts"]["project.created"] == 1
    assert mine["latest"][0]["action"]
    mona = (await people.person("mona")).id
    assert mine["user_id"] == mona
    others = await done(as_admin, "user_manager", "track_activity", user_id=mona, days=1)
    assert others["acts"] == mine["acts"]
    assert any(one["action"] == "track_activity" for one in others["agents"])
    ned = await people.client("ned", Role.DEVELOPER)
    refused = await ask(ned, "user_manager", "track_activity", user_id=mona)
    assert refused["error_code"] == "AUTH_003"


async def test_activities_carry_what_went_in_and_what_came_out(lead: Lead):
    project = await lead.project()
    await done(lead.client, "project_manager", "get_project", project_id=project)
    await ask(lead.client, "project_manager", "get_project", project_id=STRANGE)
    listed = (await lead.client.get(f"{API}/agents/activities")).json()["items"]
    failed, well = listed[:2]
    assert well["activity_id"] == well["id"]
    assert well["input_data"] == {"project_id": project}
    assert well["output_data"]["project_id"] == project
    assert well["execution_time"] >= 0
    assert (well["success"], well["error_message"]) == (True, None)
    assert (failed["success"], failed["output_data"]) == (False, None)
    assert STRANGE in failed["error_message"]


async def test_many_ask_at_the_same_time(lead: Lead):
    project = await lead.project()
    answers = await asyncio.gather(
        *(ask(lead.client, "project_manager", "get_project", project_id=project) for _ in range(10))
    )
    assert all(one["success"] for one in answers)


async def test_projects_and_rights_are_kept(lead: Lead, people: People):
    project = await lead.project()
    changed = await done(
        lead.client, "project_manager", "update_project", project_id=project, description="New."
    )
    assert changed["description"] == "New."
    max_ = await people.client("max", Role.DEVELOPER)
    given = await done(
        lead.client,
        "user_manager",
        "assign_permissions",
        project_id=project,
        username="max",
        role="guest",
    )
    assert given["role"] == "guest"
    read = await ask(max_, "project_manager", "get_project", project_id=project)
    assert read["success"]
    refused = await ask(max_, "project_manager", "archive_project", project_id=project)
    assert refused["error_code"] == "AUTH_003"
    gone = await done(lead.client, "project_manager", "archive_project", project_id=project)
    assert gone["status"] == "archived"
    named = await done(max_, "user_manager", "update_profile", name="Max the Great")
    assert named["name"] == "Max the Great"


async def test_a_text_is_processed_and_found(lead: Lead):
    made = await done(
        lead.client,
        "document_processor",
        "process_files",
        title="Gulls",
        content="Gulls nest on cliffs.",
    )
    assert made["id"]
