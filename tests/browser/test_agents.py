"""The editor of agents: a draft is tried beside its form, saved, changed, compared, taken back."""

import re

from playwright.async_api import Page, expect
from tests.browser.conftest import Browsing, Site
from tests.fixtures.browser import IN_BROWSER

pytestmark = IN_BROWSER


async def test_an_agent_is_made_tried_changed_and_taken_back(browsing: Browsing, site: Site):
    page = await browsing.admin(site)
    await page.goto("/agents/new")
    await page.get_by_label("Name", exact=True).fill("Reckoner")
    await page.get_by_label("Instructions").fill("Reckon.")
    await page.get_by_label("Model", exact=True).select_option("offline:extractive")
    await page.get_by_label("calculator", exact=True).check()
    await expect(page.locator("[data-picked]")).to_contain_text("of")
    await _try(page)
    await page.get_by_role("button", name="Create agent").click()
    await expect(page.get_by_text("Reckoner is saved as version 1.")).to_be_visible()
    await page.get_by_label("Instructions").fill("Reckon carefully.")
    await _try(page)
    await page.get_by_role("button", name="Save as version 2").click()
    await expect(page.get_by_text("Reckoner is saved as version 2.")).to_be_visible()
    await _compare_and_go_back(page)
    await _keep_a_secret(page)


async def _try(page: Page) -> None:
    """Ask the draft; nothing is saved by that."""
    address = page.url
    await page.get_by_label("Message to the draft").fill("What is 15 * 23?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".turn-answer [data-answer]").last).to_contain_text("345")
    assert page.url == address


async def _compare_and_go_back(page: Page) -> None:
    await page.get_by_role("link", name="Versions").click()
    await page.get_by_role("link", name=re.compile("Compare")).click()
    sides = page.get_by_role("region", name="Instructions beside each other")
    await expect(sides.locator(".del")).to_have_text("Reckon.")
    await expect(sides.locator(".add")).to_have_text("Reckon carefully.")
    await page.get_by_role("button", name="Labels of version 1").click()
    await page.get_by_role("menuitem", name="Add a label").click()
    await page.get_by_role("dialog").get_by_label("Label").fill("stable")
    await page.get_by_role("button", name="Set label").click()
    await expect(page.locator("#label-stable")).to_be_visible()
    await page.get_by_role("button", name="Make current").click()
    await page.get_by_role("button", name="Make it current").click()
    await expect(page.locator("#version-1")).to_contain_text("current")


async def _keep_a_secret(page: Page) -> None:
    await page.get_by_role("link", name="Secrets").click()
    await page.get_by_role("button", name="New secret").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill("SHOP_KEY")
    await dialog.get_by_label("Value").fill("canary-in-the-mine")
    await dialog.get_by_role("button", name="Store").click()
    row = page.locator(".rows > li", has_text="SHOP_KEY")
    await expect(row).not_to_contain_text("canary")
    await row.get_by_role("button", name="Show").click()
    await page.get_by_role("button", name="Show it").click()
    await expect(row).to_contain_text("canary-in-the-mine")
