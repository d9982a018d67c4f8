"""The main pages, wide and narrow, by day and by night: nothing runs off the side."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect
from tests.browser.conftest import Browsing, Site
from tests.fixtures.browser import IN_BROWSER

pytestmark = IN_BROWSER

PAGES = [
    "/",
    "/chat",
    "/knowledge",
    "/knowledge/collections",
    "/knowledge/search?q=reminder+fee",
    "/agents",
    "/agents/new",
    "/agents/import",
    "/agent-types",
    "/agent-types/new",
    "/runs",
    "/approvals",
    "/projects",
    "/projects?archived=true",
    "/tools",
    "/tools/new",
    "/webhooks",
    "/webhooks/new",
    "/workflows",
    "/workflows/new",
    "/profile",
    "/admin/users",
    "/admin/roles",
    "/admin/models",
    "/admin/usage",
    "/admin/mcp",
]

NAME = re.compile(r"\W+")
TOO_WIDE = "document.scrollingElement.scrollWidth - window.innerWidth"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_no_page_is_wider_than_its_window(
    browsing: Browsing, site: Site, tmp_path: Path, *, width: int, scheme: Any
) -> None:
    page = await browsing.admin(site, width=width, scheme=scheme)
    for path in PAGES:
        await page.goto(path)
        await expect(page.locator("#content")).to_be_visible()
        assert await page.evaluate(TOO_WIDE) <= 0, path
        await page.screenshot(path=tmp_path / f"{NAME.sub('-', path)}.png")
