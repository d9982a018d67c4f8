"""The whole way in a browser: from registering to downloaded code."""

import asyncio
import io
import os
import re
import tempfile
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from tests.browser.conftest import Browsing, Site, serving, sign_in
from tests.fixtures.browser import IN_BROWSER

from menon.apps.socratic import generator
from menon.apps.socratic.proof.environment import prepare

pytestmark = IN_BROWSER

PASSWORD = "Geometry-is-4-all"
REQUIREMENTS = Path(generator.__file__).with_name("requirements.txt")


@pytest.fixture(scope="module")
def environments() -> Path:
    """Where generated code finds its packages; made once on a machine and kept."""
    kept = Path(tempfile.gettempdir()) / f"menon-test-environments-{os.getuid()}"
    asyncio.run(prepare(kept, REQUIREMENTS.read_text()))
    return kept


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def studio(
    chromium: Browser, environments: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    """A server on which those who register may lead projects."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MENON_")} | {
        "MENON_DATA_DIR": str(tmp_path_factory.mktemp("studio") / "data"),
        "MENON_LIMITS__ENABLED": "false",
        "MENON_ACCOUNTS__REGISTRATION_ROLE": "project_manager",
        "MENON_STUDIO__ENVIRONMENTS": str(environments),
    }
    async with serving(environment) as (url, _):
        yield Site(url=url, password=PASSWORD)


@pytest_asyncio.fixture(loop_scope="session")
async def browsing(chromium: Browser, complaints: list[str]) -> AsyncIterator[Browsing]:
    opened = Browsing(chromium, complaints)
    yield opened
    await opened.close()
    assert complaints == []


ANSWERS = (
    "Members of the town library cannot find out whether a book is there.",
    "Book: title required, isbn unique, pages number; Loan: due date required",
)


async def test_from_registering_to_downloaded_code(browsing: Browsing, studio: Site) -> None:
    page = await browsing.open(studio)
    await _register(page)
    await _begin(page)
    await _answer_everything(page)
    await _agree(page)
    await _generate(page)
    await _read(page)
    await _download(page)


async def _register(page: Page) -> None:
    await page.goto("/register")
    await page.fill("#username", "paula")
    await page.fill("#email", "paula@example.org")
    await page.fill("#password", PASSWORD)
    await page.get_by_role("button", name="Register").click()
    await expect(page.get_by_text("Your account is ready")).to_be_visible()
    await sign_in(page, "paula", PASSWORD)
    await expect(page.locator("#dashboard")).to_be_visible()


async def _begin(page: Page) -> None:
    await page.get_by_role("navigation", name="Main").get_by_role("link", name="Studio").click()
    await page.locator("#new-project-btn").click()
    await page.fill("#project-name", "Town library")
    await page.fill("#project-description", "Members lend books.")
    await page.get_by_role("button", name="Create project").click()
    card = page.locator(".project-card")
    await expect(card).to_contain_text("Town library")
    await expect(page.locator("#new-project")).to_be_hidden()
    await card.locator(".start-session-btn").click()
    await expect(page.locator(".question-text")).to_be_visible()


async def _answer_everything(page: Page) -> None:
    """Answer what asks for entities, skip the rest, until there is no question any more."""
    for n in range(40):
        if await page.locator(".session-complete").count():
            break
        question = await page.locator("[data-question]").get_attribute("data-question")
        asked = await page.locator(".question-text").inner_text()
        await page.fill("#response-text", _reply(asked, n))
        if n % 2:
            await page.keyboard.press("Control+Enter")
        else:
            await page.locator("#submit-response-btn").click()
        following = page.locator(f"[data-question='{question}']")
        await expect(following).to_have_count(0)
        await expect(page.locator(".question-text, .session-complete")).to_be_visible()
        if n == 1:
            await _change_the_first_answer(page)
    await expect(page.locator(".session-complete")).to_be_visible()
    await expect(page.locator("#session-status")).to_contain_text("completed")
    bar = page.locator("#session-status .progress-bar")
    await expect(bar).to_have_attribute("style", re.compile("width: 100%"))
    await expect(page.locator("#answers")).to_contain_text(ANSWERS[0])
    await expect(page.locator("#session-actions")).to_be_hidden()


def _reply(question: str, n: int) -> str:
    if re.search(r"record|entit|keep track|data|things", question, re.IGNORECASE) and n < 20:
        return ANSWERS[1]
    return ANSWERS[0] if n == 0 else "skip"


async def _change_the_first_answer(page: Page) -> None:
    """What was answered can be changed beside the question, without losing what one types."""
    await page.fill("#response-text", "half an ans")
    first = page.locator("#answers li").last
    await first.locator("summary").click()
    await first.get_by_label("New answer").fill(f"{ANSWERS[0]} Really.")
    await first.get_by_role("button", name="Change the answer").click()
    await expect(page.locator("#answers")).to_contain_text("Really.")
    await expect(page.locator("#response-text")).to_have_value("half an ans")


async def _agree(page: Page) -> None:
    await page.locator("#make-specification").click()
    await expect(page).to_have_url(re.compile(r"/specifications/"))
    await expect(page.locator(".spec")).to_contain_text("Town library")
    await page.locator("#approve-btn").click()
    reason = page.locator("#approve-reason")
    if await reason.count():
        await reason.fill("Nobody is in a hurry.")
    await page.locator("#confirm-approve").click()
    await expect(page.locator("#generate-btn")).to_be_visible()


async def _generate(page: Page) -> None:
    await page.locator("#generate-btn").click()
    await expect(page).to_have_url(re.compile(r"/codebases/"))
    await expect(page.locator(".step.completed")).to_have_count(6, timeout=400_000)
    await expect(page.locator("#download-btn")).to_be_visible(timeout=400_000)
    await expect(page.locator(".page-head")).to_contain_text("completed")


async def _read(page: Page) -> None:
    place = page.url
    await page.get_by_role("link", name="main.py", exact=True).first.click()
    panel = page.get_by_role("complementary", name="Details")
    await expect(panel.locator(".file-viewer .hljs-keyword").first).to_be_visible()
    await page.go_back()
    await expect(panel).to_be_hidden()
    await page.goto(f"{place}?view=tests")
    await expect(page.locator("#test-results")).to_contain_text("pytest")
    await page.goto(f"{place}?view=trace")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Code, version 1")
    await page.goto(place)


async def _download(page: Page) -> None:
    async with page.expect_download() as waiting:
        await page.locator("#download-btn").click()
    path = await (await waiting.value).path()
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        names = archive.namelist()
    assert "town-library/app/main.py" in names
    assert any("book" in name for name in names)
