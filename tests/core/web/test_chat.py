"""The chat page with its keys, while an answer arrives over a line that drops once."""

import re
from typing import Any, cast

from playwright.async_api import Page, expect
from tests.fixtures.browser import IN_BROWSER

pytestmark = IN_BROWSER


async def test_a_question_is_answered_piece_by_piece_and_then_rendered(page: Page) -> None:
    await page.goto("/chat")
    lengths: list[int] = []

    def saw(length: int) -> None:
        lengths.append(length)

    await cast("Any", page).expose_function("seen", saw)
    await page.evaluate(
        """() => new MutationObserver(() => {
            const live = document.querySelector('.live');
            if (live) seen(live.textContent.length);
        }).observe(document.getElementById('thread'), {childList: true, subtree: true})"""
    )
    await page.keyboard.type("How do I run the deployment script?")
    await page.keyboard.press("Enter")
    answer = page.locator("#message-live")
    await expect(answer).to_have_attribute("aria-busy", "true")
    await expect(page.locator(".composer-stop")).to_be_visible()
    await expect(answer.locator("[data-answer]")).to_be_visible()
    assert len(set(lengths)) > 2
    await expect(answer.locator(".cite").first).to_be_visible()
    await expect(page.locator(".composer-go")).to_be_visible()
    assert page.url.endswith("/chat/s1")
    await expect(page.locator(".session.is-current")).to_contain_text("Calibration")
    await expect(page).to_have_title("Calibration of the balance · Menon")
    assert await page.input_value("#message") == ""
    assert await page.input_value("#session-id") == "s1"


async def test_an_answer_that_runs_goes_on_after_a_reload(page: Page) -> None:
    await page.goto("/chat/s2")
    await expect(page.locator("#message-live .live")).to_be_attached()
    await page.reload()
    await expect(page.locator("#message-live [data-answer]")).to_be_visible()


async def test_shift_enter_breaks_the_line_and_the_composer_grows(page: Page) -> None:
    await page.goto("/chat")
    before = await page.locator("#message").bounding_box()
    for word in ("one", "two", "three"):
        await page.keyboard.type(word)
        await page.keyboard.press("Shift+Enter")
    after = await page.locator("#message").bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"]
    assert await page.input_value("#message") == "one\ntwo\nthree\n"


async def test_up_edits_the_last_question_and_escape_lets_it_be(page: Page) -> None:
    await page.goto("/chat/s0")
    await page.focus("#message")
    await page.keyboard.press("ArrowUp")
    assert (await page.input_value("#message")).startswith("How many days of leave")
    assert await page.input_value('[name="replaces"]') == "q1"
    await page.keyboard.press("Escape")
    assert await page.input_value("#message") == ""
    assert await page.input_value('[name="replaces"]') == ""


async def test_escape_stops_the_answer(page: Page) -> None:
    await page.goto("/chat/s2")
    await expect(page.locator(".composer-stop")).to_be_visible()
    async with page.expect_request(re.compile("/runs/run-live/cancel")) as asked:
        await page.keyboard.press("Escape")
    request = await asked.value
    assert request.method == "POST"
    assert request.headers["x-csrf-token"] == "sample-token"


async def test_a_citation_opens_its_passage_beside_the_chat(page: Page) -> None:
    await page.goto("/chat/s0")
    await page.locator(".md .cite").first.click()
    passage = page.locator("#panel .passage")
    await expect(passage).to_be_in_viewport()
    assert "panel=" in page.url
    await page.reload()
    await expect(passage).to_be_in_viewport()
    await page.keyboard.press("Escape")
    await expect(page.locator("#panel")).to_be_hidden()
    assert page.url.endswith("/chat/s0")
    await page.go_back()
    await expect(passage).to_be_in_viewport()


async def test_a_thumb_asks_for_a_word_and_thanks_for_it(page: Page) -> None:
    await page.goto("/chat/s0")
    await page.click('#tools-a1 [aria-label="Bad answer"]')
    await page.keyboard.type("The table is old.")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Thank you, noted.")).to_be_visible()


async def test_code_has_its_language_colours_and_a_copy_button(page: Page) -> None:
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.goto("/chat/s0")
    box = page.locator(".code-box")
    await expect(box.locator(".hljs-keyword").first).to_be_visible()
    await expect(box.locator(".code-head span").first).to_have_text("python")
    await box.get_by_label("Copy code").click()
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("def leave(days_a_week: int) -> float:\n")


async def test_reading_above_is_not_disturbed_by_new_text(page: Page) -> None:
    await page.set_viewport_size({"width": 1280, "height": 420})
    await page.goto("/chat/s0")
    await page.evaluate("document.getElementById('thread').scrollTop = 0")
    await expect(page.locator(".to-end")).to_be_visible()
    await page.evaluate(
        """() => {
            const turn = document.querySelector('#message-a1').cloneNode(true);
            turn.id = 'message-more';
            document.getElementById('thread').append(turn);
        }"""
    )
    assert await page.evaluate("document.getElementById('thread').scrollTop") == 0
