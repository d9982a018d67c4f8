"""The pages of webhooks and incoming hooks as a browser uses them."""

import re
from typing import Any

import httpx2
import pytest
from tests.features.integrations.webhooks import push
from tests.features.workflows.test_pages import HTMX, sound
from tests.fixtures.people import People

from menon.core.auth import Role
from menon.testing.receiver import Receiver

SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{40,}")


@pytest.fixture
async def browser(people: People) -> httpx2.AsyncClient:
    return await people.client("dora", Role.DEVELOPER, by="cookie")


def form(receiver: Receiver, **more: Any) -> dict[str, Any]:
    return {"url": receiver.url, "events": ["queue.message"], "description": "Mail", **more}


async def made(browser: httpx2.AsyncClient, receiver: Receiver) -> str:
    """The path of a webhook that was made on the page."""
    answer = await browser.post("/webhooks", data=form(receiver))
    assert answer.status_code == 201, answer.text
    found = re.search(r'href="(/webhooks/[0-9a-f-]{36})"', answer.text)
    assert found
    return found[1]


async def test_empty_lists_offer_the_first_step(browser: httpx2.AsyncClient):
    for path, said in (
        ("/webhooks", "Nobody is told anything"),
        ("/webhooks/incoming", "No address is open"),
        ("/webhooks/new", "queue.message"),
    ):
        page = await browser.get(path)
        sound(page)
        assert said in page.text


async def test_viewers_are_not_let_in(people: People, browser: httpx2.AsyncClient):
    viewer = await people.client("vera", Role.VIEWER, by="cookie")
    for path in ("/webhooks", "/webhooks/new", "/webhooks/incoming"):
        assert (await viewer.get(path)).status_code == 403, path
    assert 'href="/webhooks"' not in (await viewer.get("/runs")).text
    assert 'href="/webhooks"' in (await browser.get("/runs")).text


async def test_the_secret_is_shown_once(browser: httpx2.AsyncClient, receiver: Receiver):
    answer = await browser.post("/webhooks", data=form(receiver), headers=HTMX)
    assert answer.status_code == 201
    assert answer.text.lstrip().startswith("<section")
    (secret,) = set(SECRET.findall(answer.text))
    place = await made(browser, receiver)
    rotated = await browser.post(f"{place}/rotate")
    sound(rotated)
    assert set(SECRET.findall(rotated.text)) != {secret}
    shown = await browser.get(place)
    sound(shown)
    assert not SECRET.search(shown.text)
    assert "Old secret" in shown.text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"url": ""}, "Fill this in."),
        ({"url": "http://10.0.0.1/x"}, "alert-danger"),
        ({"events": []}, "Choose at least one."),
        ({"events": ["weather.changed"]}, "There is no event"),
        ({"queues": "No Queue!"}, "invalid-feedback"),
    ],
)
async def test_mistakes_come_back_in_the_form(
    browser: httpx2.AsyncClient, receiver: Receiver, change: dict[str, Any], said: str
):
    answer = await browser.post("/webhooks", data=form(receiver, **change), headers=HTMX)
    assert answer.status_code == 422
    assert answer.text.lstrip().startswith("<form")
    assert said in answer.text
    assert 'value="Mail"' in answer.text


async def test_deliveries_are_shown_with_their_answers_and_replayed(
    browser: httpx2.AsyncClient, as_developer: httpx2.AsyncClient, receiver: Receiver
):
    place = await made(browser, receiver)
    await push(as_developer, payload={"to": "Zoë"})
    await receiver.until(lambda: len(receiver.messages) == 1)
    page = await browser.get(place)
    while "thanks" not in page.text:
        page = await browser.get(place)
    sound(page)
    assert "Zoë" in page.text
    found = re.search(rf'action="({place}/deliveries/[0-9a-f-]+/replay)"', page.text)
    assert found
    assert (await browser.post(found[1])).headers["location"] == place
    await receiver.until(lambda: len(receiver.messages) == 2)
    assert len({message.id for message in receiver.messages}) == 1
    part = await browser.get(f"{place}?state=dead", headers=HTMX)
    assert "Nothing was told yet" in part.text


async def test_a_test_message_says_what_came_of_it(browser: httpx2.AsyncClient, receiver: Receiver):
    place = await made(browser, receiver)
    await browser.post(f"{place}/test")
    assert "The receiver took the test message (status 200)." in (await browser.get(place)).text
    receiver.answer = lambda _message: None
    await browser.post(f"{place}/test")
    assert "The test message did not arrive." in (await browser.get(place)).text


async def test_is_switched_off_and_on_and_deleted(browser: httpx2.AsyncClient, receiver: Receiver):
    place = await made(browser, receiver)
    await browser.post(f"{place}/disable")
    off = await browser.get(place)
    sound(off)
    assert "Switched off by dora." in off.text
    assert f'action="{place}/test"' not in off.text
    await browser.post(f"{place}/enable")
    assert "Switched off" not in (await browser.get(place)).text
    listed = await browser.get("/webhooks")
    sound(listed)
    assert place in listed.text
    assert (await browser.post(f"{place}/delete")).headers["location"] == "/webhooks"
    assert (await browser.get(place)).status_code == 404


async def test_what_is_others_does_not_exist(
    people: People, browser: httpx2.AsyncClient, receiver: Receiver
):
    place = await made(browser, receiver)
    neighbour = await people.client("ned", Role.DEVELOPER, by="cookie")
    assert (await neighbour.get(place)).status_code == 404
    for action in ("test", "rotate", "enable", "disable", "delete", "deliveries/x/replay"):
        assert (await neighbour.post(f"{place}/{action}")).status_code == 404, action
    opened = await browser.post("/webhooks/incoming", data={"name": "Shop"})
    assert opened.status_code == 201
    hook = re.search(r"/incoming/([0-9a-f-]{36})", opened.text)
    assert hook
    closed = await neighbour.post(f"/webhooks/incoming/{hook[1]}/delete")
    assert closed.status_code == 404


async def test_an_address_is_opened_with_a_secret_and_closed(browser: httpx2.AsyncClient):
    opened = await browser.post("/webhooks/incoming", data={"name": "Shop"}, headers=HTMX)
    assert SECRET.search(opened.text)
    page = await browser.get("/webhooks/incoming?workflow=w1")
    sound(page)
    assert "Shop" in page.text
    assert 'value="w1"' in page.text
    assert not SECRET.search(page.text)
    found = re.search(r'action="(/webhooks/incoming/[0-9a-f-]+/delete)"', page.text)
    assert found
    assert (await browser.post(found[1])).headers["location"] == "/webhooks/incoming"
    assert "Shop" not in (await browser.get("/webhooks/incoming")).text
    for headers in (HTMX, {}):
        wrong = await browser.post("/webhooks/incoming", data={"name": ""}, headers=headers)
        assert wrong.status_code == 422
        assert "Fill this in." in wrong.text
