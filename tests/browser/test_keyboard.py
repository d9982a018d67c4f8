"""Everything by keyboard, and the drawers of the phone."""

import re

from playwright.async_api import expect
from tests.browser.conftest import Browsing, Site
from tests.fixtures.browser import IN_BROWSER

pytestmark = IN_BROWSER


async def test_shift_enter_breaks_the_line_and_enter_sends(browsing: Browsing, site: Site) -> None:
    page = await browsing.admin(site)
    await page.goto("/chat")
    await page.get_by_label("Model", exact=True).select_option("openai:fake")
    message = page.get_by_label("Message", exact=True)
    await message.press_sequentially("One")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    await expect(message).to_have_value("One\ntwo")
    await page.keyboard.press("Enter")
    await expect(page.locator(".turn-user .bubble")).to_have_text("One\ntwo")
    await expect(message).to_have_value("")
    await expect(page.locator("[data-answer]")).to_contain_text("~31")


async def test_up_takes_the_last_question_back_and_escape_leaves_it(
    browsing: Browsing, site: Site
) -> None:
    page = await browsing.admin(site)
    await page.goto("/chat")
    await page.get_by_label("Model", exact=True).select_option("openai:fake")
    message = page.get_by_label("Message", exact=True)
    await message.fill("Neap or spring?")
    await message.press("Enter")
    await expect(page.locator("[data-answer]")).to_contain_text("~31")
    await message.press("ArrowUp")
    await expect(message).to_have_value("Neap or spring?")
    await expect(page.get_by_text("Asking this question anew opens a branch")).to_be_visible()
    await message.press("Escape")
    await expect(message).to_have_value("")
    await expect(page.get_by_text("Asking this question anew opens a branch")).to_be_hidden()


async def test_the_palette_opens_and_goes_to_a_page(browsing: Browsing, site: Site) -> None:
    page = await browsing.admin(site)
    await page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search or run a command")
    await expect(palette.get_by_role("combobox")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(palette).to_be_hidden()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("know")
    await expect(palette.get_by_role("option", selected=True)).to_contain_text("Knowledge")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/knowledge$"))


async def test_the_palette_finds_what_only_the_server_knows(browsing: Browsing, site: Site) -> None:
    page = await browsing.admin(site)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("assist")
    found = page.get_by_role("option", name="Assistant")
    await expect(found).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("agent=assistant"))
    await expect(page.get_by_label("Message", exact=True)).to_be_focused()


async def test_the_first_tab_skips_to_the_content(browsing: Browsing, site: Site) -> None:
    page = await browsing.admin(site)
    await page.goto("/knowledge")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#content")).to_be_focused()


async def test_the_rail_is_a_drawer_on_the_phone(browsing: Browsing, site: Site) -> None:
    page = await browsing.admin(site, width=390)
    rail = page.get_by_role("navigation", name="Main")
    await expect(rail).to_be_hidden()
    await page.get_by_role("button", name="Menu", exact=True).click()
    await expect(rail.get_by_role("link", name="Chat")).to_be_in_viewport()
    await rail.get_by_role("link", name="Chat").click()
    await expect(page).to_have_url(re.compile("/chat$"))
    await expect(rail).to_be_hidden()
    await page.get_by_role("button", name="Conversations").click()
    await expect(page.get_by_label("Search conversations")).to_be_in_viewport()
