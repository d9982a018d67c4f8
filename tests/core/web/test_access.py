"""Every sample page can be read and used by those who see little or nothing."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser
from tests.core.web import samples
from tests.fixtures.browser import IN_BROWSER

pytestmark = IN_BROWSER

LOOK = (Path(__file__).parents[2] / "fixtures" / "access.js").read_text()
BAD = """
() => {
  document.querySelector("main").append(
    Object.assign(document.createElement("h5"), { textContent: "Deep" }),
    document.createElement("input"),
    Object.assign(document.createElement("p"), { textContent: "Pale", style: "color: #aaa" }),
  );
}
"""


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
async def test_nobody_stumbles(chromium: Browser, site: str, *, width: int, scheme: Any) -> None:
    context = await chromium.new_context(
        base_url=site,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = await context.new_page()
    stumbled: dict[str, list[str]] = {}
    for name, (path, _, _) in samples.PAGES.items():
        await page.goto(path)
        await page.wait_for_function("() => document.readyState === 'complete'")
        if found := await page.evaluate(LOOK):
            stumbled[name] = found
    await context.close()
    assert stumbled == {}


async def test_the_look_finds_what_it_looks_for(chromium: Browser, site: str) -> None:
    context = await chromium.new_context(base_url=site, color_scheme="light")
    page = await context.new_page()
    await page.goto("/projects")
    await page.evaluate(BAD)
    found = " ".join(await page.evaluate(LOOK))
    await context.close()
    for what in ("rank 5 below", "no name: <input", "contrast 2."):
        assert what in found
