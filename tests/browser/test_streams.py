"""Answers that arrive slowly: growing, reloaded, stopped, and followed from another process."""

import re

from playwright.async_api import Locator, expect
from tests.browser.conftest import ENDLESS, SLOW, Browsing, Site, ask
from tests.fixtures.browser import IN_BROWSER

pytestmark = IN_BROWSER

LAST = "~159"

LENGTHS = """() => {
    window.lengths = [];
    new MutationObserver(() => {
        const length = document.querySelector('.live')?.textContent.length ?? 0;
        if (length > (window.lengths.at(-1) ?? 0)) window.lengths.push(length);
    }).observe(document.getElementById('thread'), {childList: true, subtree: true,
        characterData: true});
}"""
"""Remembers how long the text of a live answer was, each time it grew."""


async def test_an_answer_grows_and_goes_on_after_a_reload(browsing: Browsing, site: Site) -> None:
    page = await browsing.admin(site)
    await page.goto("/chat")
    await page.evaluate(LENGTHS)
    await ask(page, "Count.", model=f"openai:{SLOW}")
    await expect(page.locator(".live")).to_contain_text("~12")
    assert await page.evaluate("window.lengths.length") > 3
    await page.reload()
    await expect(page.locator(".turn-answer")).to_have_attribute("aria-busy", "true")
    await expect(page.locator(".live")).to_contain_text("~1")
    await _is_whole(page.locator("[data-answer]"))


async def test_a_second_process_follows_the_run_that_the_first_makes(
    browsing: Browsing, site: Site, second_site: Site
) -> None:
    there = await browsing.admin(second_site)
    here = await browsing.admin(site)
    await here.goto("/chat")
    await ask(here, "Count.", model=f"openai:{SLOW}")
    await expect(here).to_have_url(re.compile(r"/chat/\w+"))
    await there.goto(re.sub(r"^https?://[^/]+", "", here.url))
    await there.evaluate(LENGTHS)
    await expect(there.locator(".turn-answer")).to_have_attribute("aria-busy", "true")
    await _is_whole(there.locator("[data-answer]"))
    assert await there.evaluate("window.lengths.length") > 3
    await _is_whole(here.locator("[data-answer]"))


async def test_escape_stops_an_answer_that_can_be_run_again(browsing: Browsing, site: Site) -> None:
    page = await browsing.admin(site)
    await page.goto("/chat")
    await ask(page, "Count for ever.", model=f"openai:{ENDLESS}")
    stopped = page.get_by_text("You stopped this answer.")
    await expect(page.locator(".live")).to_contain_text("~3")
    await page.keyboard.press("Escape")
    await expect(stopped).to_be_visible()
    await expect(page.locator("[data-answer]")).to_contain_text("~3")
    await page.get_by_role("button", name="Run again").click()
    await expect(page.locator(".live")).to_contain_text("~3")
    await page.get_by_role("button", name="Stop").click()
    await expect(stopped).to_be_visible()
    await expect(page.locator(".turn-answer")).to_have_count(1)


async def test_a_question_asked_anew_opens_a_branch(browsing: Browsing, site: Site) -> None:
    page = await browsing.admin(site)
    await page.goto("/chat")
    await ask(page, "One?", model="openai:fake")
    await expect(page.locator("[data-answer]")).to_contain_text("~31")
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_label("Message", exact=True)).to_have_value("One?")
    await page.get_by_label("Message", exact=True).fill("Two?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".turn-user .bubble")).to_have_text("Two?")
    await expect(page.locator("[data-answer]")).to_contain_text("~31")


async def _is_whole(answer: Locator) -> None:
    await expect(answer).to_contain_text(LAST)
    numbers = re.findall(r"~(\d+)", await answer.inner_text())
    assert numbers == [str(number) for number in range(int(LAST[1:]) + 1)]
