"""The sample pages in a real headless Chromium."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, Page
from tests.core.web import preview
from tests.fixtures.browser import listen
from tests.fixtures.server import serve


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site() -> AsyncIterator[str]:
    async with serve(preview.app(pause=0.004)) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser, site: str, complaints: list[str]) -> AsyncIterator[Page]:
    """A page 1280 wide; an error, a warning or a breach of the policy in its console fails."""
    context = await chromium.new_context(
        base_url=site, viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
    )
    opened = await context.new_page()
    listen(opened, complaints)
    yield opened
    await context.close()
    assert complaints == []
