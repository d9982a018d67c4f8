"""Two real servers on one data directory, a fake model server, and people who open pages."""

import asyncio
import contextlib
import os
import re
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect
from tests.fixtures.browser import listen
from tests.fixtures.ports import free_port

from menon.testing.fake_llm import FakeLLM

SLOW, ENDLESS = "fake-n160-d50", "fake-n6000-d50"
"""An answer of 8 s, and one of 5 minutes that a test has to stop."""
HANDBOOK = Path(__file__).parents[2] / "examples" / "handbook"
READY_S = 120

expect.set_options(timeout=30_000)


@dataclass(frozen=True, kw_only=True)
class Site:
    """A server, and the first user's password."""

    url: str
    password: str


class Browsing:
    """Opens pages, each with cookies of its own, and listens to their consoles."""

    def __init__(self, chromium: Browser, complaints: list[str]) -> None:
        self._chromium = chromium
        self._complaints = complaints
        self._contexts: list[BrowserContext] = []

    async def open(self, site: Site, *, width: int = 1280, scheme: Any = "light") -> Page:
        """A page of somebody who is not signed in."""
        context = await self._chromium.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 844},
            reduced_motion="reduce",
            color_scheme=scheme,
        )
        context.set_default_timeout(30_000)
        self._contexts.append(context)
        page = await context.new_page()
        listen(page, self._complaints)
        return page

    async def admin(self, site: Site, *, width: int = 1280, scheme: Any = "light") -> Page:
        """A page of the first user, signed in."""
        page = await self.open(site, width=width, scheme=scheme)
        await sign_in(page, "admin", site.password)
        await page.wait_for_load_state("load")  # keys pressed before the scripts run go nowhere
        return page

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()


# They end with this folder: servers that idle until the end of the suite took 0.1 of a core.
@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def llm() -> AsyncIterator[FakeLLM]:
    """A model server that offers the slow ones as well."""
    async with FakeLLM() as fake:
        fake.pulled |= {SLOW, ENDLESS}
        yield fake


@pytest.fixture(scope="package")
def environment(llm: FakeLLM, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What both server processes are told."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MENON_")}
    return {
        **kept,
        "MENON_DATA_DIR": str(tmp_path_factory.mktemp("served") / "data"),
        "MENON_LIMITS__ENABLED": "false",
        "OPENAI_BASE_URL": f"{llm.url}/v1",
        "OPENAI_API_KEY": "x",
    }


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def site(chromium: Browser, environment: Mapping[str, str]) -> AsyncIterator[Site]:
    """The first server; it has made the data directory and the first user."""
    async with serving(environment) as (url, said):
        found = re.search(r"^Password: +(\S+)$", said, re.MULTILINE)
        assert found, said
        yield Site(url=url, password=found[1])


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def second_site(site: Site, environment: Mapping[str, str]) -> AsyncIterator[Site]:
    """Another server process over the same data."""
    async with serving(environment) as (url, said):
        assert "Password" not in said
        yield Site(url=url, password=site.password)


@pytest_asyncio.fixture(loop_scope="session")
async def browsing(chromium: Browser, complaints: list[str]) -> AsyncIterator[Browsing]:
    """Pages that are closed after the test; what a console complained about fails it."""
    opened = Browsing(chromium, complaints)
    yield opened
    await opened.close()
    assert complaints == []


@contextlib.asynccontextmanager
async def serving(environment: Mapping[str, str]) -> AsyncGenerator[tuple[str, str]]:
    """Run `menon serve` until the block ends; gives its address and what it printed by then."""
    port = free_port()
    command = [Path(sys.executable).with_name("menon"), "serve", "--port", str(port)]
    log = Path(environment["MENON_DATA_DIR"]).with_name(f"{port}.log")
    with log.open("wb") as out:
        server = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=out, stderr=out, cwd=log.parent
        )
    try:
        async with asyncio.timeout(READY_S):
            while not await answers(port):
                assert server.returncode is None, log.read_text()
        yield f"http://127.0.0.1:{port}", log.read_text()
    finally:
        if server.returncode is None:
            server.terminate()
        await server.wait()


async def answers(port: int) -> bool:
    """Whether a server listens there; looks for a twentieth of a second."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        await asyncio.sleep(0.05)
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def sign_in(page: Page, username: str, password: str) -> None:
    """Fill in the login page and wait for the page after it."""
    await page.goto("/login")
    await page.get_by_label("Username or email").fill(username)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("navigation", name="Breadcrumb")).to_be_visible()


async def ask(page: Page, question: str, *, model: str) -> None:
    """Ask in the conversation that is open, of a model chosen in the composer."""
    await page.get_by_label("Model", exact=True).select_option(model)
    await page.get_by_label("Message", exact=True).fill(question)
    await page.keyboard.press("Enter")
