"""The list of conversations: renamed, found, put away and brought back, deleted."""

from uuid import uuid4

from playwright.async_api import Locator, Page, expect
from tests.browser.conftest import Browsing, Site, ask
from tests.fixtures.browser import IN_BROWSER

pytestmark = IN_BROWSER


async def test_a_conversation_is_renamed_and_found(browsing: Browsing, site: Site) -> None:
    page = await browsing.admin(site)
    name = await _named(page)
    await page.reload()
    await expect(page).to_have_title(f"{name} · Menon")
    await page.get_by_label("Search conversations").fill("no such words")
    await expect(page.get_by_text("No conversation matches")).to_be_visible()
    await page.get_by_label("Search conversations").fill(name[:12])
    await expect(page.locator(".session")).to_have_count(1)
    await expect(_row(page, name)).to_be_visible()


async def test_an_archived_conversation_can_be_taken_back(browsing: Browsing, site: Site) -> None:
    page = await browsing.admin(site)
    name = await _named(page)
    await page.goto("/chat")
    await _choose(page, name, "Archive")
    await expect(_row(page, name)).to_have_count(0)
    await page.get_by_role("button", name="Undo").click()
    await expect(_row(page, name)).to_be_visible()


async def test_a_conversation_is_deleted_once_that_is_confirmed(
    browsing: Browsing, site: Site
) -> None:
    page = await browsing.admin(site)
    name = await _named(page)
    await _choose(page, name, "Delete")
    dialog = page.get_by_role("dialog", name=f"Delete “{name}”?")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(_row(page, name)).to_be_visible()
    await _choose(page, name, "Delete")
    await dialog.get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("The conversation is deleted.")).to_be_visible()
    await expect(page).to_have_url(f"{site.url}/chat")
    await expect(_row(page, name)).to_have_count(0)


async def _named(page: Page) -> str:
    """A conversation with an answer and a name of its own, open on the page."""
    name = f"Tides {uuid4()}"
    await page.goto("/chat")
    await ask(page, "High water?", model="openai:fake")
    await expect(page.locator("[data-answer]")).to_contain_text("~31")
    current = page.locator(".session.is-current")
    await expect(current).to_contain_text("High water?")
    await _choose(page, "High water?", "Rename", row=current)
    field = page.get_by_label("Title")
    await expect(field).to_be_focused()
    await field.fill(name)
    await page.keyboard.press("Enter")
    await expect(_row(page, name)).to_be_visible()
    return name


async def _choose(page: Page, name: str, what: str, *, row: Locator | None = None) -> None:
    """Choose from the menu of a conversation."""
    row = row or _row(page, name)
    await row.hover()
    await row.get_by_label(f"Actions for {name}").click()
    await row.get_by_role("menuitem", name=what).click()


def _row(page: Page, name: str) -> Locator:
    return page.locator(".session", has_text=name)
