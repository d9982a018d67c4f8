"""The pages of the catalog as an administrator's browser uses them."""

import asyncio
import re
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.features.catalog.service.test_usage import ran
from tests.fixtures.people import People

from menon.core.audit import AuditRecord
from menon.core.auth import Role
from menon.core.runs.log import RunLog
from menon.core.runtime import Runtime
from menon.features.catalog.service import Models
from menon.kit.clock import FixedClock
from menon.testing.fake_llm import FakeLLM


@pytest.fixture
async def browser(people: People) -> httpx2.AsyncClient:
    return await people.client("ada", Role.ADMIN, by="cookie")


@pytest.mark.parametrize(
    "path", ["/admin/models", "/admin/models/health", "/admin/usage", "/admin/models/pulled?run=x"]
)
async def test_only_administrators_see_them(people: People, path: str) -> None:
    viewer = await people.client("vera", Role.VIEWER, by="cookie")
    assert (await viewer.get(path)).status_code == 403


class TestModels:
    async def test_the_page_says_what_automatic_means(self, browser: httpx2.AsyncClient) -> None:
        await browser.get("/admin/models/health")
        page = await browser.get("/admin/models")

        assert page.status_code == 200
        assert "“Automatic” is" in page.text
        assert "offline:extractive" not in page.text

    async def test_every_server_and_its_models_are_shown(self, browser: httpx2.AsyncClient) -> None:
        fragment = (await browser.get("/admin/models/health")).text

        assert fragment.count("dot-good") == 4
        assert "fake-embed" in fragment
        assert "version 0.0.0-fake" in fragment
        assert 'hx-post="/admin/models/pull"' in fragment

    async def test_looking_again_finds_what_is_new(
        self, browser: httpx2.AsyncClient, fake: FakeLLM
    ) -> None:
        await browser.get("/admin/models/health")
        fake.pulled.add("fresh:1b")

        assert "fresh:1b" in (await browser.post("/admin/models/refresh")).text

    async def test_the_badge_names_the_engine_on_every_page(
        self, browser: httpx2.AsyncClient
    ) -> None:
        page = (await browser.get("/profile")).text
        badge = re.search(r'class="engine".*?</a>', page, re.DOTALL)
        assert badge
        assert "/admin/models" in badge[0]


class TestWithoutServers:
    @pytest.fixture
    def servers(self) -> dict[str, Any]:
        return {}

    async def test_the_page_says_what_to_set(self, browser: httpx2.AsyncClient) -> None:
        fragment = (await browser.get("/admin/models/health")).text

        assert "OLLAMA_BASE_URL=http://127.0.0.1:11434" in fragment
        assert fragment.count("dot-off") == 3
        assert "offline:extractive" in (await browser.get("/admin/models")).text


class TestPull:
    @pytest.fixture
    def overrides(self, servers: dict[str, Any]) -> dict[str, Any]:
        return {
            "models": {"look_seconds": 10.0, **servers},
            "jobs": {"worker": True, "drain_seconds": 0.2},
        }

    async def ended(self, browser: httpx2.AsyncClient, runtime: Runtime, model: str) -> str:
        line = (await browser.post("/admin/models/pull", data={"model": model})).text
        found = re.search(r'data-run-progress="([^"]+)"', line)
        assert found, line
        async with asyncio.timeout(60):
            async for _ in runtime[RunLog].follow(found[1]):
                pass
        return (await browser.get(f"/admin/models/pulled?run={found[1]}")).text

    async def test_a_model_arrives(
        self, browser: httpx2.AsyncClient, runtime: Runtime, fake: FakeLLM
    ) -> None:
        assert "tiny:1b is there." in await self.ended(browser, runtime, "tiny:1b")
        assert fake.pulled == {"tiny:1b"}

    async def test_an_unknown_run_is_not_found(self, browser: httpx2.AsyncClient) -> None:
        assert (await browser.get("/admin/models/pulled?run=%00")).status_code == 404

    async def test_a_failure_says_why(self, browser: httpx2.AsyncClient, runtime: Runtime) -> None:
        assert "cannot pull" in await self.ended(browser, runtime, "missing")


class TestUsage:
    async def test_an_empty_page_explains_itself(self, browser: httpx2.AsyncClient) -> None:
        assert "Nothing used yet" in (await browser.get("/admin/usage")).text

    @pytest.mark.parametrize(("days", "shown"), [("7", 1), ("30", 2)])
    async def test_the_latest_days_are_summed_up(
        self,
        browser: httpx2.AsyncClient,
        people: People,
        runtime: Runtime,
        clock: FixedClock,
        *,
        days: str,
        shown: int,
    ) -> None:
        vera = await people.person("vera", Role.VIEWER)

        def used(session: Session) -> None:
            ran(session, vera.id, "openai:gpt", clock)
            long_ago = FixedClock(clock.at)
            long_ago.advance(days=-10)
            ran(session, "gone", "ollama:old", long_ago)

        await runtime.db.write(used)
        page = (await browser.get(f"/admin/usage?days={days}")).text

        assert "openai:gpt" in page
        assert "vera" in page
        assert ("ollama:old" in page, "somebody who is gone" in page) == (shown == 2, shown == 2)
        assert page.count('<tr><th scope="row" data-label') == int(days)


class TestKeys:
    @pytest.fixture
    def servers(self, fake: FakeLLM) -> dict[str, Any]:
        return {"anthropic_base_url": fake.url, "openai_api_key": "sk-of-the-environment"}

    async def store(self, browser: httpx2.AsyncClient, key: str) -> httpx2.Response:
        return await browser.post("/admin/models/keys/anthropic", data={"secret": key})

    async def test_a_key_is_stored_masked_and_used(
        self, browser: httpx2.AsyncClient, runtime: Runtime
    ) -> None:
        page = await self.store(browser, " sk-of-an-administrator-1234 ")

        assert page.status_code == 200, page.text
        assert "••••1234" in page.text
        assert "sk-of-an" not in page.text
        assert "Replace" in page.text
        source = runtime[Models].source("anthropic")
        assert source.endpoint.api_key == "sk-of-an-administrator-1234"

    async def test_another_key_takes_its_place(
        self, browser: httpx2.AsyncClient, runtime: Runtime
    ) -> None:
        await self.store(browser, "sk-the-first-of-all-1111")
        page = await self.store(browser, "sk-the-second-of-all-2222")

        assert "••••2222" in page.text
        assert "1111" not in page.text
        assert runtime[Models].source("anthropic").endpoint.api_key == "sk-the-second-of-all-2222"

    async def test_a_deleted_key_is_gone(
        self, browser: httpx2.AsyncClient, runtime: Runtime
    ) -> None:
        await self.store(browser, "sk-of-an-administrator-1234")
        page = await browser.delete("/admin/models/keys/anthropic")

        assert "••••" not in page.text
        assert not runtime[Models].source("anthropic").endpoint.api_key
        assert (await browser.delete("/admin/models/keys/anthropic")).status_code == 404

    async def test_each_change_is_audited_by_name(
        self, browser: httpx2.AsyncClient, runtime: Runtime, people: People
    ) -> None:
        await self.store(browser, "sk-of-an-administrator-1234")
        await browser.delete("/admin/models/keys/anthropic")

        def recorded(session: Session) -> list[tuple[str, str]]:
            found = session.execute(
                select(AuditRecord.action, AuditRecord.actor)
                .where(AuditRecord.action.startswith("secret."))
                .order_by(AuditRecord.id)
            )
            return [(row[0], row[1]) for row in found]

        ada = (await people.person("ada")).id
        wanted = [("secret.stored", ada), ("secret.deleted", ada)]
        assert await runtime.db.read(recorded) == wanted

    async def test_the_page_says_that_the_environment_wins(
        self, browser: httpx2.AsyncClient
    ) -> None:
        page = (await browser.get("/admin/models/health")).text
        assert page.count("The environment sets a key, which wins.") == 1
        assert "sk-of-the-environment" not in page

    @pytest.mark.parametrize("key", ["", " ", "two words", "schlüssel", "line\nbreak", "x" * 4097])
    async def test_what_cannot_be_a_key_is_refused(
        self, browser: httpx2.AsyncClient, key: str
    ) -> None:
        assert (await self.store(browser, key)).status_code == 422

    @pytest.mark.parametrize("provider", ["offline", "ollama", "nobody", "%00"])
    async def test_others_take_no_key(self, browser: httpx2.AsyncClient, provider: str) -> None:
        answer = await browser.post(f"/admin/models/keys/{provider}", data={"secret": "sk-x"})
        assert answer.status_code == 404

    async def test_only_administrators_store_them(self, people: People) -> None:
        developer = await people.client("dora", by="cookie")
        assert (await self.store(developer, "sk-x")).status_code == 403
        assert (await developer.delete("/admin/models/keys/anthropic")).status_code == 403
