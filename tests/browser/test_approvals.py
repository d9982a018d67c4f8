"""An approval asked for in a chat: a card in the stream, decided there, also after a reload."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from tests.browser.conftest import Browsing, Site, sign_in
from tests.features.agents.acting import MODEL, Acts
from tests.fixtures.browser import IN_BROWSER
from tests.fixtures.people import PASSWORD
from tests.fixtures.server import CHEAP_HASHES, KEYS, serve

from menon.core.auth import Role
from menon.core.settings import load
from menon.entry.http import create_app
from menon.entry.parts import features, sections
from menon.entry.runtime import open_runtime
from menon.features.accounts import service as accounts
from menon.features.accounts.schemas import UserIn
from menon.features.agents import service as agents
from menon.features.agents.schemas import AgentIn, Configuration
from menon.testing.fake_llm import FakeLLM

pytestmark = IN_BROWSER


@pytest.fixture
def acts() -> Acts:
    return Acts()


@pytest_asyncio.fixture(loop_scope="session")
async def acting(acts: Acts, llm: FakeLLM, tmp_path: Path) -> AsyncIterator[Site]:
    """A server with an agent whose tools have effects."""
    chosen = [*features(), acts.feature()]
    settings = load(
        sections(chosen),
        environ={},
        data_dir=tmp_path / "data",
        secret_key=KEYS["secret_key"],
        vault_key=KEYS["vault_key"],
        accounts=CHEAP_HASHES,
        jobs={"worker": False},
        limits={"enabled": False},
        models={"openai_base_url": f"{llm.url}/v1", "openai_api_key": "x"},
    )
    async with open_runtime(settings, among=chosen) as runtime:
        body = UserIn(username="dora", password=PASSWORD, roles=[Role.DEVELOPER])
        await accounts.create_user(runtime, body)
        who = await accounts.principal_named(runtime, "dora")
        made = Configuration(model=MODEL, tools=["send_mail"])
        await agents.create(runtime, who, AgentIn(name="Actor", configuration=made))
        async with serve(create_app(settings, among=chosen, runtime=runtime)) as url:
            yield Site(url=url, password=PASSWORD)


async def _asked(browsing: Browsing, site: Site, *, width: int = 1280) -> Page:
    page = await browsing.open(site, width=width)
    await sign_in(page, "dora", site.password)
    await page.goto("/chat?agent=actor")
    await page.get_by_label("Message", exact=True).fill("Send it.")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Actor wants to use send_mail", exact=True)).to_be_visible()
    return page


async def test_a_card_in_the_stream_is_approved_there(
    browsing: Browsing, acting: Site, acts: Acts
) -> None:
    page = await _asked(browsing, acting)
    await page.evaluate("window.stayed = true")
    assert acts.done == []
    await expect(page.locator("[data-approval] pre")).to_contain_text('"to": "x"')
    await page.get_by_role("button", name="Approve").click()
    await expect(page.locator("[data-answer]")).to_contain_text("~2")
    await expect(page.locator("[data-approval]")).to_have_count(0)
    assert await page.evaluate("window.stayed"), "the page is never loaded again"
    assert acts.names == ["send_mail"]


async def test_the_card_is_there_after_a_reload_and_a_no_is_heard(
    browsing: Browsing, acting: Site, acts: Acts
) -> None:
    page = await _asked(browsing, acting, width=390)
    await page.reload()
    await page.get_by_role("button", name="Deny").click()
    await expect(page.locator("[data-answer]")).to_contain_text("~2")
    await page.reload()
    await expect(page.locator("[data-answer]")).to_contain_text("~2")
    await expect(page.locator("[data-approval]")).to_have_count(0)
    assert acts.done == []
