"""People who register themselves, and what a viewer is not shown."""

from uuid import uuid4

from playwright.async_api import expect
from tests.browser.conftest import Browsing, Site, sign_in
from tests.fixtures.browser import IN_BROWSER

pytestmark = IN_BROWSER

PASSWORD = "Brackish-Tide-7"


async def test_who_registers_can_only_look(
    browsing: Browsing, site: Site, complaints: list[str]
) -> None:
    page = await browsing.open(site)
    name = f"reader{uuid4().hex[:8]}"
    await page.goto("/login")
    await page.get_by_role("link", name="Register").click()
    await page.get_by_label("Username").fill(name)
    await page.get_by_label("Email").fill(f"{name}@example.org")
    await page.get_by_label("Password", exact=True).fill("brackish-tide")
    await page.get_by_role("button", name="Register").click()
    await expect(page.get_by_text("The password needs an upper-case letter")).to_be_visible()
    await expect(page.get_by_label("Username")).to_have_value(name)
    complaints.clear()  # the browser notes the refusal as an error
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Register").click()
    await expect(page.get_by_text("Your account is ready")).to_be_visible()
    await sign_in(page, name, PASSWORD)
    rail = page.get_by_role("navigation", name="Main")
    await expect(rail.get_by_role("link", name="Knowledge")).to_be_visible()
    await expect(rail.get_by_role("link", name="Admin")).to_have_count(0)
    await page.goto("/knowledge")
    await expect(page.get_by_role("heading", name="Knowledge")).to_be_visible()
    await expect(page.locator("input[type=file]")).to_have_count(0)
    await page.goto("/admin/users")
    await expect(page.get_by_role("heading", name="Forbidden")).to_be_visible()
    complaints.clear()


async def test_who_logs_out_has_to_log_in_again(browsing: Browsing, site: Site) -> None:
    page = await browsing.admin(site)
    await page.get_by_label("Account of").click()
    await page.get_by_role("menuitem", name="Log out").click()
    await expect(page.get_by_text("You are logged out.")).to_be_visible()
    await page.goto("/chat")
    await expect(page.get_by_role("button", name="Log in")).to_be_visible()
