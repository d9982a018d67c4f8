"""Workflows in a browser: written, run, followed live, approved; schedules and webhooks."""

import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from tests.browser.conftest import Browsing, Site, serving
from tests.fixtures.browser import IN_BROWSER

from menon.testing.receiver import Receiver, receiving

pytestmark = IN_BROWSER

TOO_WIDE = "document.scrollingElement.scrollWidth - window.innerWidth"
LETTER = """{
  "inputs": {"name": {"type": "string", "description": "Who gets the letter."}},
  "steps": {
    "draft": {"type": "transform", "config": {"value": "Dear {{ input.name }}"}},
    "check": {
      "type": "condition",
      "config": {"expression": "input.name != ''", "then": ["ask"], "else": ["stop"]},
      "dependencies": ["draft"]
    },
    "stop": {"type": "transform", "config": {"value": "Nobody to write to."}},
    "ask": {
      "type": "approval",
      "config": {"what": "Send the letter?", "arguments": {"text": "{{ steps.draft.output }}"}},
      "dependencies": ["draft"]
    },
    "send": {
      "type": "transform",
      "config": {"value": {"sent": "{{ steps.draft.output }}"}},
      "dependencies": ["ask"]
    }
  }
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as here:
        yield here


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def durable(
    chromium: Browser,
    environment: Mapping[str, str],
    receiver: Receiver,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Site]:
    """A server of its own, whose operator lets it call the receiver."""
    told = {
        **environment,
        "MENON_DATA_DIR": str(tmp_path_factory.mktemp("durable") / "data"),
        "MENON_OUTBOUND__ALLOW": f'["{receiver.endpoint}"]',
    }
    async with serving(told) as (url, said):
        found = re.search(r"^Password: +(\S+)$", said, re.MULTILINE)
        assert found, said
        yield Site(url=url, password=found[1])


async def test_a_workflow_is_written_run_followed_approved_and_read(
    browsing: Browsing, durable: Site
) -> None:
    page = await browsing.admin(durable)
    await _write(page)
    await page.get_by_role("link", name="Run", exact=True).click()
    await page.get_by_label("name").fill("Ada")
    await page.get_by_role("button", name="Run version 1").click()
    await expect(page).to_have_url(re.compile("/workflows/executions/"))
    steps = page.locator("#execution-steps")
    await expect(steps.locator("#step-ask")).to_have_class(re.compile("is-waiting"))
    await expect(page.locator(".graph-box.is-waiting")).to_contain_text("ask")
    listed = await page.context.new_page()
    await listed.goto("/runs")
    await expect(listed.locator("#run-rows tr").first).to_contain_text("waiting")
    # What follows happens on the pages as they are open: they are never loaded again.
    await page.evaluate("window.stayed = true")
    await steps.locator("#step-draft").get_by_text("Output").click()
    await page.get_by_role("button", name="Approve once").click()
    await expect(page.locator("#execution-head")).to_contain_text("completed")
    await expect(steps.locator("#step-send")).to_have_class(re.compile("is-completed"))
    await expect(steps.locator("#step-stop")).to_contain_text("skipped")
    await expect(steps.locator("#step-draft-output")).to_contain_text("Dear Ada")
    await expect(steps.locator("#step-draft-output .value-box")).to_be_visible()
    output = page.locator("#execution-output")
    await expect(output.locator("dt", has_text="Sent")).to_be_visible()
    await expect(output.locator(".value-box")).to_contain_text("Dear Ada")
    await expect(output.locator("pre")).to_be_hidden()
    await output.get_by_text("As JSON").click()
    await expect(output.locator("pre")).to_contain_text('"sent": "Dear Ada"')
    assert await page.evaluate("window.stayed")
    await expect(listed.locator("#run-rows tr").first).to_contain_text("completed")
    await _fork(page)


async def _write(page: Page) -> None:
    """Make the workflow in the editor, with a mistake on the way."""
    await page.goto("/workflows")
    await page.get_by_role("link", name="New workflow").first.click()
    await page.get_by_label("Name").fill("Letters")
    definition = page.get_by_label("Definition", exact=True)
    await definition.fill(
        LETTER.replace('"transform", "config": {"value": "Dear', '"x", "config": {"value": "Dear')
    )
    checked = page.locator("#checked")
    await expect(checked).to_contain_text("there is no kind 'x'")
    await expect(page.locator(".code-lines .is-wrong")).to_have_text("4")
    await checked.get_by_role("button", name="Line 4").first.click()
    await expect(definition).to_be_focused()
    await definition.fill(LETTER)
    await expect(checked).to_contain_text("It can run")
    await expect(checked.locator(".graph-box")).to_have_count(5)
    await page.get_by_role("button", name="Create workflow").click()
    await expect(page).to_have_url(re.compile("/workflows/[0-9a-f-]{36}$"))
    await expect(page.get_by_text("Letters is saved as version 1.")).to_be_visible()


async def _fork(page: Page) -> None:
    """Run it anew from a step, and stop it there."""
    await page.locator("#step-ask").get_by_role("link", name="Fork here").click()
    await page.get_by_role("button", name="Fork", exact=True).click()
    await expect(page.locator("#step-ask")).to_have_class(re.compile("is-waiting"))
    await page.get_by_role("button", name="Pause").click()
    await expect(page.locator("#execution-head")).to_contain_text("paused")
    await page.get_by_role("button", name="Resume").click()
    await expect(page.locator("#execution-head")).to_contain_text("waiting")
    await page.get_by_role("button", name="Cancel", exact=True).click()
    await page.locator("#confirm").get_by_role("button", name="Cancel", exact=True).last.click()
    await expect(page.locator("#execution-head")).to_contain_text("cancelled")


async def test_a_step_is_added_by_its_button(browsing: Browsing, durable: Site) -> None:
    page = await browsing.admin(durable)
    await page.goto("/workflows/new")
    await page.locator("summary", has_text="Wait for some seconds").click()
    await page.locator('[data-add-step="wait"]').click()
    await expect(page.locator("#checked .graph-box")).to_have_count(4)
    text = await page.get_by_label("Definition", exact=True).input_value()
    assert '"wait": {' in text
    assert '"finish"\n      ]' in text


async def test_the_next_times_follow_what_is_typed(browsing: Browsing, durable: Site) -> None:
    page = await browsing.admin(durable)
    await _write(page)
    await page.get_by_role("link", name="Schedule", exact=True).click()
    await expect(page.locator("#coming li")).to_have_count(5)
    await page.get_by_label("Cron expression").fill("nonsense")
    await expect(page.locator("#coming")).to_contain_text("has not five fields")
    await page.get_by_label("Cron expression").fill("15 6 * * *")
    await expect(page.locator("#coming li").first).to_contain_text("06:15")
    await page.get_by_label("Input as JSON").fill('{"name": "Ada"}')
    await page.get_by_role("button", name="Create schedule").click()
    await expect(page.get_by_text("The schedule is active.")).to_be_visible()
    await page.get_by_role("button", name="Run now").click()
    await expect(page.locator("#step-ask")).to_have_class(re.compile("is-waiting"))


async def test_a_webhook_is_made_tested_and_shows_its_delivery(
    browsing: Browsing, durable: Site, receiver: Receiver
) -> None:
    page = await browsing.admin(durable)
    await page.goto("/webhooks/new")
    await page.get_by_label("Address").fill(receiver.url)
    await page.get_by_label("queue.message").check()
    await page.get_by_role("button", name="Make webhook").click()
    await expect(page.locator(".secret")).to_contain_text("whsec_")
    await page.get_by_role("link", name="I have kept it").click()
    await page.get_by_role("button", name="Send a test").click()
    await expect(page.get_by_text("The receiver took the test message")).to_be_visible()
    delivery = page.locator("#delivery-rows li")
    await expect(delivery).to_contain_text("delivered")
    await delivery.get_by_text("What was said").click()
    await expect(delivery).to_contain_text("thanks")
    await delivery.get_by_role("button", name="Replay").click()
    await expect(page.get_by_text("It is delivered again")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_no_page_is_wider_than_its_window(
    browsing: Browsing, durable: Site, tmp_path: Path, *, width: int, scheme: Any
) -> None:
    page = await browsing.admin(durable, width=width, scheme=scheme)
    for path in (
        "/workflows",
        "/workflows/new",
        "/workflows/schedules",
        "/workflows/schedules/new",
        "/webhooks",
        "/webhooks/new",
        "/webhooks/incoming",
        "/runs",
    ):
        await page.goto(path)
        await _fits(page, tmp_path, path)
    for listed in ("/workflows", "/workflows/schedules", "/webhooks", "/runs?kind=workflow"):
        await page.goto(listed)
        opened = page.locator("#content .rows a.title, #run-rows th a").first
        if await opened.count():
            await opened.click()
            await page.wait_for_load_state()
            await _fits(page, tmp_path, f"{listed}-one")


async def _fits(page: Page, shots: Path, name: str) -> None:
    await expect(page.locator("#content")).to_be_visible()
    assert await page.evaluate(TOO_WIDE) <= 0, name
    file = re.sub(r"\W+", "-", name)
    await page.screenshot(path=shots / f"{file}.png", full_page=True)
