"""Palette, menus, dialogs, notes, uploads: what every page shares, by mouse and keyboard."""

from playwright.async_api import FilePayload, Page, expect
from tests.fixtures.browser import IN_BROWSER

pytestmark = IN_BROWSER


async def test_the_palette_goes_anywhere_by_keyboard(page: Page) -> None:
    await page.goto("/runs")
    await page.keyboard.press("Control+k")
    chosen = page.locator('.palette-option[aria-selected="true"]')
    await page.keyboard.type("age")
    await expect(chosen).to_have_text("Agents")
    await expect(page.locator("[data-found] a")).to_have_text("Passage about ageHandbook")
    await page.keyboard.press("ArrowDown")
    await expect(chosen).to_contain_text("Passage about age")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/agents")


async def test_the_palette_says_when_nothing_fits_and_gives_the_focus_back(page: Page) -> None:
    await page.goto("/runs")
    await page.focus("#kind")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("z")
    await expect(page.get_by_text("Nothing found")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#kind")).to_be_focused()


async def test_a_menu_is_walked_by_arrows_and_closes_by_escape(page: Page) -> None:
    await page.goto("/knowledge")
    button = page.locator('[popovertarget="menu-document-d8"]')
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Open")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="Versions")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(button).to_be_focused()


async def test_a_menu_stays_inside_the_window(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 600})
    await page.goto("/knowledge")
    await page.locator('[popovertarget="user-menu"]').click()
    box = await page.locator("#user-menu").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


async def test_nothing_is_deleted_before_it_was_named_and_confirmed(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.url) if r.method == "DELETE" else None)
    await page.goto("/knowledge")
    await page.locator('[popovertarget="menu-document-d8"]').click()
    await page.locator("#menu-document-d8 .bad").click()
    dialog = page.locator("#confirm")
    await expect(dialog.locator("h2")).to_have_text("Delete “Minutes of the board.docx”?")
    await expect(dialog.get_by_text("Cancel")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    assert sent == []
    await page.locator('[popovertarget="menu-document-d8"]').click()
    await page.locator("#menu-document-d8 .bad").click()
    await dialog.get_by_role("button", name="Delete").click()
    await expect(page.locator("#document-d8")).to_have_count(0)
    assert len(sent) == 1


async def test_a_refusal_is_told_with_its_code_and_trace(page: Page, complaints: list[str]) -> None:
    await page.goto("/chat/s0")
    await page.hover("#session-s1")
    await page.locator('[popovertarget="menu-s1"]').click()
    await page.get_by_role("menuitem", name="Archive").click()
    note = page.locator(".note")
    await expect(note).to_contain_text("The conversation was changed elsewhere.")
    await expect(note).to_contain_text("CONFLICT_001")
    await expect(page.locator("#session-s1")).to_be_visible()
    complaints.clear()


async def test_a_note_vanishes_after_five_seconds_but_waits_under_the_pointer(page: Page) -> None:
    await page.clock.install()
    await page.goto("/profile")
    note = page.locator(".note")
    await expect(note).to_contain_text("Saved.")
    await note.hover()
    await page.clock.run_for(20_000)
    await expect(note).to_be_visible()
    await page.mouse.move(0, 0)
    await page.clock.run_for(4_900)
    await expect(note).to_be_visible()
    await page.clock.run_for(1_000)
    await expect(note).to_have_count(0)


async def test_times_stay_fresh(page: Page) -> None:
    await page.clock.install(time="2026-11-20T16:00:10Z")
    await page.goto("/")
    await page.evaluate(
        """() => {
            const node = document.createElement('time');
            node.dateTime = '2026-11-20T16:00:00Z';
            node.setAttribute('data-ago', '');
            document.body.append(node);
        }"""
    )
    await expect(page.locator("body > time")).to_have_text("just now")
    await page.clock.run_for(180_000)
    await expect(page.locator("body > time")).to_have_text("3 min ago")


async def test_files_are_uploaded_each_with_its_progress(page: Page) -> None:
    await page.goto("/knowledge")
    files: list[FilePayload] = [
        {"name": f"page-{n}.pdf", "mimeType": "application/pdf", "buffer": b"x" * 2000}
        for n in range(3)
    ]
    await page.set_input_files("#files", files)
    lines = page.locator("#uploads > li")
    await expect(lines).to_have_count(3)
    await expect(page.locator("#uploads").get_by_text("ready to be asked about")).to_have_count(3)


async def test_files_may_be_dropped_anywhere(page: Page) -> None:
    await page.goto("/knowledge")
    await page.evaluate(
        """() => {
            const files = new DataTransfer();
            files.items.add(new File(['text'], 'dropped.md'));
            const how = {dataTransfer: files, bubbles: true, cancelable: true};
            document.body.dispatchEvent(new DragEvent('dragenter', how));
            document.body.dispatchEvent(new DragEvent('drop', how));
        }"""
    )
    await expect(page.locator("#uploads > li")).to_have_count(1)


async def test_what_cannot_be_loaded_says_so_in_its_place(
    page: Page, complaints: list[str]
) -> None:
    await page.route("**/admin/models/health", lambda route: route.abort())
    await page.goto("/admin/models")
    await expect(page.locator("#health .fault")).to_contain_text("The server cannot be reached")
    await page.unroute("**/admin/models/health")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("heading", name="Ollama")).to_be_visible()
    complaints.clear()


async def test_the_next_page_of_a_list_is_appended(page: Page) -> None:
    await page.goto("/knowledge")
    rows = page.locator("#document-rows > tr")
    before = await rows.count()
    await page.get_by_role("button", name="Show more").click()
    await expect(rows).to_have_count(before + 1)
    await expect(page.get_by_role("button", name="Show more")).to_have_count(0)


async def test_a_run_is_followed_on_its_page(page: Page) -> None:
    await page.goto("/runs")
    await page.get_by_role("link", name="Read Handbook 2026").click()
    await expect(page.locator("[data-count]")).to_have_text("88 / 96")
