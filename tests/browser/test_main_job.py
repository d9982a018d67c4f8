"""The main job: log in, add a document, ask, read the passage an answer rests on, judge it."""

import re

from playwright.async_api import Locator, Page, expect
from tests.browser.conftest import HANDBOOK, Browsing, Site, ask, sign_in
from tests.fixtures.browser import IN_BROWSER

pytestmark = IN_BROWSER

QUESTION = "What is the fee of the second reminder of an overdue invoice?"

NOTES = """() => {
    window.notes = [];
    const look = () => document.querySelectorAll('#uploads [data-note]').forEach((note) => {
        if (window.notes.at(-1) !== note.textContent) window.notes.push(note.textContent);
    });
    new MutationObserver(look).observe(document.getElementById('uploads'),
        {childList: true, subtree: true, characterData: true});
}"""
"""Remembers each thing that the progress line of an upload said."""


async def test_from_the_login_to_a_judged_answer(browsing: Browsing, site: Site) -> None:
    page = await browsing.open(site)
    await page.goto("/knowledge")
    await expect(page).to_have_url(re.compile(r"/login\?next="))
    await sign_in(page, "admin", site.password)
    await _upload(page)
    await page.goto("/chat")
    await ask(page, QUESTION, model="offline:extractive")
    answer = page.locator(".turn-answer")
    await expect(answer.locator("[data-answer]")).to_contain_text("€40")
    await expect(page).to_have_url(re.compile(r"/chat/\w+"))
    await _open_citation(page, answer)
    await _judge(page, answer)
    await _regenerate(page, answer)


async def _upload(page: Page) -> None:
    await page.goto("/knowledge")
    await page.evaluate(NOTES)
    await page.set_input_files("#files", HANDBOOK / "finance" / "invoicing.pdf")
    line = page.locator("#uploads li")
    await expect(line).to_contain_text("ready to be asked about")
    assert await page.evaluate("window.notes.length") > 0
    await expect(line).to_contain_text("Terms of invoicing")
    row = page.locator("#document-rows tr", has_text="Terms of invoicing")
    await expect(row.locator('[data-label="Passages"]')).to_have_text(re.compile(r"[1-9]"))


async def _open_citation(page: Page, answer: Locator) -> None:
    chip = answer.locator("[data-answer] .cite").first
    said = await chip.evaluate("chip => chip.closest('p, li, blockquote, td').textContent")
    await chip.click()
    passage = page.locator("#panel mark.passage")
    await expect(passage).to_be_in_viewport()
    marked = " ".join((await passage.inner_text()).split())
    assert "€40" in said
    assert "fee of €40" in marked
    await page.keyboard.press("Escape")
    await expect(page.locator("#panel")).to_be_hidden()


async def _judge(page: Page, answer: Locator) -> None:
    await answer.get_by_label("Good answer").click()
    await answer.get_by_label(re.compile("What was good")).fill("The right table.")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Thank you, noted.")).to_be_visible()
    await page.reload()
    await expect(answer.get_by_label("Good answer")).to_have_attribute("aria-pressed", "true")


async def _regenerate(page: Page, answer: Locator) -> None:
    before = await answer.get_attribute("data-message")
    await answer.get_by_label("Regenerate").click()
    await expect(answer).not_to_have_attribute("data-message", before or "")
    await expect(answer.locator("[data-answer]")).to_contain_text("€40")
    await expect(page.locator(".turn-user")).to_have_count(1)
