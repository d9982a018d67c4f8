"""The agent of the monitor through `/agents/route`: figures, analytics, alerts."""

from typing import Any

import httpx2
import pytest
from tests.fixtures.people import People

from menon.core.auth import Role

API = "/api/v1"


async def ask(client: httpx2.AsyncClient, action: str, **data: Any) -> dict[str, Any]:
    """The envelope of an action."""
    body = {"agent_id": "system_monitor", "action": action, "data": data}
    answer = await client.post(f"{API}/agents/route", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def done(client: httpx2.AsyncClient, action: str, **data: Any) -> dict[str, Any]:
    """What an action gave."""
    envelope = await ask(client, action, **data)
    assert envelope["success"], envelope
    return envelope["data"]


async def test_operations_are_measured_for_those_whose_they_are(people: People):
    one, other = [await people.client(name, Role.DEVELOPER) for name in ("dora", "egon")]
    for _ in range(3):
        await done(one, "check_health")
    failed = await ask(one, "get_system_status")
    assert failed["error_code"] == "AUTH_003"
    found = await done(one, "monitor_performance")
    by_name = {each["action"]: each for each in found["operations"]}
    assert by_name["check_health"]["count"] == 3
    assert by_name["check_health"]["success_rate"] == 1
    assert by_name["get_system_status"]["success_rate"] == 0
    assert by_name["check_health"]["p95_seconds"] >= by_name["check_health"]["min_seconds"] >= 0
    assert found["total"]["count"] == 4
    assert (await done(other, "monitor_performance"))["operations"] == []


async def test_what_was_done_is_counted(people: People, as_admin: httpx2.AsyncClient):
    one = await people.client("dora", Role.DEVELOPER)
    await done(one, "check_health")
    mine = await done(one, "generate_analytics")
    assert mine["by_agent"] == [{"agent_id": "system_monitor", "runs": 2}]
    assert mine["users"] == 1
    assert mine["success_rate"] == 1
    assert "by_event" not in mine
    assert sum(each["runs"] for each in mine["by_day"]) == 2
    everybody = await done(as_admin, "generate_analytics", days=1)
    assert everybody["users"] == 2
    assert "by_event" in everybody


class TestAlerts:
    """What is out of bounds is listed, acknowledged, and reopened."""

    @pytest.fixture
    def overrides(self) -> dict[str, Any]:
        return {"alerts": {"least": 3, "memory_warning_mb": 1, "memory_critical_mb": 1_000_000}}

    async def test_it_is_acknowledged_and_reopened(self, as_admin: httpx2.AsyncClient):
        for _ in range(3):
            assert not (await ask(as_admin, "track_usage", days="many"))["success"]
        found = await done(as_admin, "alert_management")
        assert {each["name"] for each in found["alerts"]} == {"memory", "errors.actions"}
        assert (found["open"], found["status"]) == (2, "critical")
        seen = await done(
            as_admin, "alert_management", operation="acknowledge", name="memory", reason="Known."
        )
        held = next(each for each in seen["alerts"] if each["name"] == "memory")
        assert held["acknowledged"]["why"] == "Known."
        assert seen["open"] == 1
        again = await done(as_admin, "alert_management", operation="reopen", name="memory")
        assert again["open"] == 2

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            ({"operation": "acknowledge", "name": "flood"}, "there are: "),
            ({"operation": "dance"}, "list, acknowledge, reopen"),
        ],
    )
    async def test_what_there_is_not_is_refused(
        self, as_admin: httpx2.AsyncClient, data: dict[str, Any], told: str
    ):
        refused = await ask(as_admin, "alert_management", **data)
        assert refused["error_code"] == "VALID_001"
        assert told in refused["error"]

    async def test_it_is_for_administrators(self, people: People):
        one = await people.client("dora", Role.PROJECT_MANAGER)
        assert (await ask(one, "alert_management"))["error_code"] == "AUTH_003"
