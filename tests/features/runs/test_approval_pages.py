"""Pages of approvals."""

import httpx2
import pytest
from tests.features.runs.waiting import inbox_of, reply, until, waiting_run
from tests.fixtures.people import People

from menon.core.runtime import Runtime


class TestPages:
    """The inbox works with scripts and without."""

    @pytest.fixture
    async def browser(self, people: People) -> httpx2.AsyncClient:
        return await people.client("dora", by="cookie")

    async def test_the_bell_counts_and_the_inbox_shows(
        self, runtime: Runtime, people: People, browser: httpx2.AsyncClient
    ):
        assert "1 waiting" not in (await browser.get("/approvals")).text
        await waiting_run(runtime, people)
        page = (await browser.get("/approvals")).text
        assert "Approvals: 1 waiting" in page
        assert "Post to the hook for send" in page

    async def test_a_form_without_scripts_leads_back_to_the_inbox(
        self, runtime: Runtime, people: People, browser: httpx2.AsyncClient
    ):
        run_id = await waiting_run(runtime, people)
        [asked] = await inbox_of(browser)
        place = f"/approvals/{asked['id']}"
        answer = await browser.post(place, data=reply(asked, "approve"))
        assert (answer.status_code, answer.headers["location"]) == (303, "/approvals")
        assert await until(runtime, run_id, "completed") == {"send": ["approved", True]}
        assert "approved" in (await browser.get(place)).text

    async def test_the_page_of_the_run_asks_too(
        self, runtime: Runtime, people: People, browser: httpx2.AsyncClient
    ):
        run_id = await waiting_run(runtime, people)
        [asked] = await inbox_of(browser)
        for place in (f"/runs/{run_id}", f"/runs/{run_id}/approvals"):
            page = (await browser.get(place)).text
            assert f'action="/approvals/{asked["id"]}"' in page
            assert "every 2s" not in page
        await browser.post(f"/approvals/{asked['id']}", data=reply(asked, "deny"))
        await until(runtime, run_id, "completed")
        assert "denied" in (await browser.get(f"/runs/{run_id}/approvals")).text

    async def test_htmx_gets_the_card_again(
        self, runtime: Runtime, people: People, browser: httpx2.AsyncClient
    ):
        await waiting_run(runtime, people)
        [asked] = await inbox_of(browser)
        await people.person("ned")
        place, htmx = f"/approvals/{asked['id']}", {"HX-Request": "true"}
        given = await browser.post(f"{place}/delegate", data={"user": "ned"}, headers=htmx)
        assert "delegated" in given.text
        answer = await browser.post(place, data=reply(asked, "deny"), headers=htmx)
        assert answer.status_code == 200
        assert "denied" in answer.text
        assert "<html" not in answer.text
