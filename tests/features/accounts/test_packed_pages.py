"""Pages that carry a token are packed all the same."""

import httpx2
from tests.features.accounts.test_pages import csrf_of, log_in
from tests.fixtures.people import People


async def test_a_page_is_packed_and_never_tells_its_token_twice_alike(
    browser: httpx2.AsyncClient, people: People
) -> None:
    await people.person("dora")
    await log_in(browser, "dora")
    one, two = [await browser.get("/profile") for _ in range(2)]
    assert one.headers["content-encoding"] == "gzip"
    assert csrf_of(one) != csrf_of(two)
    for page in (one, two):
        form = {"csrf_token": csrf_of(page), "name": "Dora"}
        assert (await browser.post("/profile", data=form)).status_code != 403
