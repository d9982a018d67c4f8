"""The pages of schedules as a browser uses them."""

from typing import Any

import httpx2
import pytest
from tests.features.workflows.conftest import Desk
from tests.features.workflows.test_pages import HTMX, sound
from tests.fixtures.people import People

from menon.core.auth import Role

PLACE = "/workflows/schedules"


@pytest.fixture
async def browser(people: People) -> httpx2.AsyncClient:
    return await people.client("dora", Role.DEVELOPER, by="cookie")


@pytest.fixture
async def workflow(desk: Desk) -> str:
    made = await desk.create({"a": {"type": "transform", "config": {"value": 1}}}, name="Report")
    return made["id"]


def form(workflow: str, **more: Any) -> dict[str, Any]:
    return {
        "workflow_id": workflow,
        "name": "Morning report",
        "trigger_type": "cron",
        "cron_expression": "0 7 * * 1-5",
        "timezone": "Europe/Berlin",
        "parameters": "{}",
        **more,
    }


async def test_an_empty_list_offers_the_first_step(browser: httpx2.AsyncClient):
    page = await browser.get(PLACE)
    sound(page)
    assert "Nothing is scheduled" in page.text
    assert "There is no workflow yet" in (await browser.get(f"{PLACE}/new")).text


async def test_viewers_are_not_let_in(people: People, browser: httpx2.AsyncClient, workflow: str):
    viewer = await people.client("vera", Role.VIEWER, by="cookie")
    made = await browser.post(PLACE, data=form(workflow))
    for path in (PLACE, f"{PLACE}/new", made.headers["location"]):
        assert (await viewer.get(path)).status_code == 403, path
    assert "Schedules" not in (await viewer.get("/workflows")).text


async def test_is_made_by_cron_paused_resumed_run_and_deleted(
    browser: httpx2.AsyncClient, workflow: str, desk: Desk
):
    page = await browser.get(f"{PLACE}/new?workflow={workflow}")
    sound(page)
    assert f'value="{workflow}" selected' in page.text
    answer = await browser.post(PLACE, data=form(workflow), headers=HTMX)
    place = answer.headers["HX-Redirect"]
    shown = await browser.get(place)
    sound(shown)
    assert "Mon 23 Nov 2026" in shown.text
    assert "07:00" in shown.text
    assert (await browser.post(f"{place}/pause")).headers["location"] == place
    paused = await browser.get(place)
    assert "paused by dora" in paused.text
    assert "Resume" in paused.text
    await browser.post(f"{place}/resume")
    assert "Pause" in (await browser.get(place)).text
    started = (await browser.post(f"{place}/trigger")).headers["location"]
    await desk.ended(started.rpartition("/")[2])
    ran = await browser.get(place)
    sound(ran)
    assert started in ran.text
    assert "by hand" in ran.text
    listed = await browser.get(PLACE)
    sound(listed)
    assert "Morning report" in listed.text
    assert (await browser.post(f"{place}/delete")).headers["location"] == PLACE
    assert (await browser.get(place)).status_code == 404


async def test_an_interval_is_a_number_and_its_unit(browser: httpx2.AsyncClient, workflow: str):
    given = form(workflow, trigger_type="interval", every="90", unit="minutes")
    place = (await browser.post(PLACE, data=given)).headers["location"]
    assert "every 90 minutes" in (await browser.get(place)).text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cron_expression": "7"}, "has not five fields"),
        ({"cron_expression": ""}, "Fill this in."),
        ({"timezone": "Mars/Olympus"}, "is no time zone"),
        ({"trigger_type": "interval"}, "Fill this in."),
        ({"trigger_type": "interval", "every": "9999", "unit": "days"}, "At most 366 days."),
        ({"parameters": "{"}, "This is not JSON"),
        ({"name": "x" * 101}, "At most 100 characters."),
    ],
)
async def test_mistakes_come_back_in_the_form(
    browser: httpx2.AsyncClient, workflow: str, change: dict[str, Any], said: str
):
    answer = await browser.post(PLACE, data=form(workflow, **change), headers=HTMX)
    assert answer.status_code == 422
    assert answer.text.lstrip().startswith("<form")
    assert said in answer.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("trigger_type=cron&cron_expression=0+9+*+*+1&timezone=Europe/Berlin", "Mon 23 Nov 2026"),
        ("trigger_type=cron&cron_expression=nonsense", "has not five fields"),
        ("trigger_type=interval&every=2&unit=days", "Sun 22 Nov 2026"),
        ("trigger_type=interval&every=0", "Say how many."),
        ("trigger_type=interval&every=999999999", "Say how many."),
    ],
)
async def test_the_next_times_are_told_while_one_types(
    browser: httpx2.AsyncClient, typed: str, said: str
):
    answer = await browser.get(f"{PLACE}/next?{typed}", headers=HTMX)
    assert answer.status_code == 200
    assert said in answer.text


async def test_what_is_others_does_not_exist(
    people: People, browser: httpx2.AsyncClient, workflow: str
):
    place = (await browser.post(PLACE, data=form(workflow))).headers["location"]
    neighbour = await people.client("ned", Role.DEVELOPER, by="cookie")
    assert (await neighbour.get(place)).status_code == 404
    for action in ("pause", "resume", "trigger", "delete"):
        assert (await neighbour.post(f"{place}/{action}")).status_code == 404, action
