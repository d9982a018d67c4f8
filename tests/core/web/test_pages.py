"""Every sample page in a browser, wide and narrow, by day and by night."""

from typing import Any, cast

import pytest
from playwright.async_api import Browser, Page
from tests.core.web import samples
from tests.fixtures.browser import IN_BROWSER, listen

pytestmark = IN_BROWSER

WIDTH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
async def test_no_page_breaks_the_policy_or_the_width(
    chromium: Browser, site: str, complaints: list[str], *, width: int, scheme: Any
) -> None:
    context = await chromium.new_context(
        base_url=site, viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    page = await context.new_page()
    listen(page, complaints)
    for name, (path, _, _) in samples.PAGES.items():
        if name == "error":
            continue  # its 404 is a complaint of the console
        await page.goto(path)
        await page.wait_for_function("() => document.readyState === 'complete'")
        assert await page.evaluate(WIDTH) <= 0, name
    await context.close()
    assert complaints == []


@pytest.mark.parametrize("name", ["login", "dashboard-new", "chat-new", "knowledge-new"])
async def test_a_first_page_weighs_at_most_100_kb(page: Page, name: str) -> None:
    client = cast("Any", await page.context.new_cdp_session(page))
    await client.send("Network.enable")
    received: list[float] = []

    def finished(event: dict[str, Any]) -> None:
        received.append(event["encodedDataLength"])

    client.on("Network.loadingFinished", finished)
    await page.goto(samples.PAGES[name][0])
    await page.wait_for_load_state("networkidle")
    assert 20_000 < sum(received) <= 100_000


async def test_the_theme_is_chosen_without_a_flash_and_kept(page: Page) -> None:
    await page.emulate_media(color_scheme="light")
    await page.goto("/login")
    for expected in ("light", "dark"):
        await page.click("[data-theme-toggle]")
        assert await page.evaluate("document.documentElement.dataset.theme") == expected
    night = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    response = await page.goto("/chat")
    assert response is not None
    assert 'data-theme="dark"' in await response.text()
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == night


async def test_the_rail_is_a_drawer_on_the_phone(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 800})
    await page.goto("/knowledge")
    assert not await page.is_visible("#rail")
    await page.click('[popovertarget="rail"]')
    assert await page.is_visible("#rail")
    await page.keyboard.press("Escape")
    assert not await page.is_visible("#rail")


async def test_the_first_tab_stop_skips_to_the_content(page: Page) -> None:
    await page.goto("/runs")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "content"


async def test_a_chart_has_its_table(page: Page) -> None:
    await page.goto("/admin/usage")
    await page.wait_for_function(
        "() => globalThis.Chart?.getChart(document.querySelector('canvas'))"
    )
    drawn = await page.evaluate(
        "Chart.getChart(document.querySelector('canvas')).data.datasets[0].data"
    )
    cells = await page.eval_on_selector_all(
        "#by-day tbody td:nth-child(3)", "cells => cells.map(cell => Number(cell.dataset.value))"
    )
    assert drawn == cells
