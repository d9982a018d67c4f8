"""The pages of knowledge as a browser uses them."""

import re
from typing import Any

import httpx2
import pytest
from tests.features.knowledge.conftest import Library
from tests.fixtures.people import People

from menon.core.auth import Role
from menon.features.knowledge import reading

HTMX = {"HX-Request": "true"}


@pytest.fixture
async def browser(people: People) -> httpx2.AsyncClient:
    return await people.client("dora", Role.DEVELOPER, by="cookie")


async def test_an_empty_page_says_what_belongs_here(browser: httpx2.AsyncClient):
    page = await browser.get("/knowledge")
    assert page.status_code == 200
    assert "Nothing to answer from yet" in page.text
    assert ".pdf" in page.text


async def test_viewers_see_no_form(people: People):
    viewer = await people.client("vera", Role.VIEWER, by="cookie")
    page = await viewer.get("/knowledge")
    assert page.status_code == 200
    assert "data-upload" not in page.text
    assert (
        await viewer.post("/knowledge/notes", data={"title": "a", "text": "b"})
    ).status_code == (403)


async def test_an_upload_is_a_line_that_follows_its_run(browser: httpx2.AsyncClient, mine: Library):
    answer = await browser.post(
        "/knowledge/documents", files={"file": ("gulls.md", b"# Gulls\n\nGulls nest.")}
    )
    assert answer.status_code == 201, answer.text
    found = re.search(r'id="upload-([0-9a-f-]{36})"', answer.text)
    assert found
    assert "data-run-progress" in answer.text
    await mine.settled(found[1])
    assert "1 passage, ready" in (await browser.get(f"/knowledge/documents/{found[1]}/upload")).text
    row = await browser.get(f"/knowledge/documents/{found[1]}/row")
    assert row.text.lstrip().startswith("<tr")
    fragment = await browser.get("/knowledge", params={"q": "gull"}, headers=HTMX)
    assert "<html" not in fragment.text
    assert found[1] in fragment.text
    assert "Nothing fits" in (await browser.get("/knowledge?state=failed", headers=HTMX)).text


async def test_notes_and_addresses_are_taken_in(browser: httpx2.AsyncClient, mine: Library):
    note = await browser.post("/knowledge/notes", data={"title": "Terns", "text": "Terns dive."})
    assert note.status_code == 201
    found = re.search(r'id="upload-([0-9a-f-]{36})"', note.text)
    assert found
    assert (await mine.settled(found[1]))["title"] == "Terns"
    page = await browser.post("/knowledge/urls", data={"url": "http://127.0.0.1:9/x"})
    assert page.status_code == 201
    empty = await browser.post("/knowledge/urls", data={"url": ""})
    assert empty.status_code == 422


async def test_a_citation_opens_at_its_passage(
    browser: httpx2.AsyncClient, mine: Library, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reading, "WINDOW", 4_000)  # to embed 60,000 characters took 5 s
    monkeypatch.setattr(reading, "_LEAD", 1_000)
    body = "\n\n".join(f"Paragraph {n} of the gull. " + "Waves roll. " * 40 for n in range(12))
    await mine.text(body + "\n\nThe xylophone lies in the cellar.", title="Gulls")
    (hit, *_) = await mine.search("xylophone cellar")
    query = {"chunk": hit["chunk_id"], "start": hit["span"][0], "end": hit["span"][1]}
    page = await browser.get(f"/knowledge/documents/{hit['document_id']}", params=query)
    marked = re.search(r'<mark class="passage" id="passage">(.*?)</mark>', page.text, re.DOTALL)
    assert marked
    assert marked[1] == hit["text"]
    assert "Earlier text" in page.text
    first = await browser.get(f"/knowledge/documents/{hit['document_id']}")
    assert "xylophone" not in first.text
    assert "Later text" in first.text


async def test_a_citation_of_an_older_version_opens_that_version(
    browser: httpx2.AsyncClient, mine: Library
):
    found = await mine.file("a.md", "The old lighthouse is white.")
    (hit,) = await mine.search("lighthouse")
    await mine.file("a.md", "The new lighthouse is red.")
    query = {"start": hit["span"][0], "end": hit["span"][1], "version": 1}
    page = await browser.get(f"/knowledge/documents/{found['id']}", params=query)
    assert "The old lighthouse is white." in page.text
    assert "Read version 2" in page.text


async def test_versions_are_compared_and_restored(browser: httpx2.AsyncClient, mine: Library):
    found = await mine.file("a.md", "Same line.\nOld line.\n")
    await mine.file("a.md", "Same line.\nNew line.\n")
    path = f"/knowledge/documents/{found['id']}/versions"
    page = await browser.get(path, params={"from": 1, "to": 2})
    assert re.search(r'class="del".*Old line', page.text)
    assert re.search(r'class="add".*New line', page.text)
    restored = await browser.post(f"{path}/1/restore", follow_redirects=False)
    assert (restored.status_code, restored.headers["location"]) == (303, path)
    again = await mine.settled(found["id"])
    assert (again["version"], again["content"]) == (3, "Same line.\nOld line.\n")


async def test_documents_are_read_again_and_deleted(browser: httpx2.AsyncClient, mine: Library):
    found = await mine.file("a.md", "Gulls.")
    path = f"/knowledge/documents/{found['id']}"
    own = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{path}"}
    assert "<tr" in (await browser.post(f"{path}/read", headers=HTMX)).text
    await mine.settled(found["id"])
    anew = await browser.post(f"{path}/read", headers=own)
    assert anew.headers["hx-redirect"] == path
    await mine.settled(found["id"])
    gone = await browser.delete(path, headers=own)
    assert gone.headers["hx-redirect"] == "/knowledge"
    assert (await browser.get(path)).status_code == 404


async def test_collections_are_made_and_deleted(browser: httpx2.AsyncClient, mine: Library):
    sent = {"name": "Birds", "description": "", "visibility": "everybody"}
    made = await browser.post("/knowledge/collections", data=sent, headers=HTMX)
    assert made.headers["hx-redirect"] == "/knowledge/collections"
    twice = await browser.post("/knowledge/collections", data=sent, headers=HTMX)
    assert twice.status_code in {409, 422}
    assert "already" in twice.text
    page = await browser.get("/knowledge/collections")
    assert "Everybody here" in page.text
    found = re.search(r'id="collection-([0-9a-f-]{36})"', page.text)
    assert found
    await mine.text("Gulls.", collection=found[1])
    assert (await browser.delete(f"/knowledge/collections/{found[1]}")).status_code == 200
    assert await mine.search("gulls") == []


async def test_search_shows_marked_passages(browser: httpx2.AsyncClient, mine: Library):
    await mine.text("The <b>gull</b> nests on cliffs.", title="Gulls & terns")
    page = await browser.get("/knowledge/search", params={"q": "nest cliffs"})
    assert "<mark>nests</mark>" in page.text
    assert "&lt;b&gt;" in page.text
    fragment = await browser.get("/knowledge/search", params={"q": "nest"}, headers=HTMX)
    assert "<html" not in fragment.text
    assert "Ask for a passage" in (await browser.get("/knowledge/search")).text


@pytest.mark.parametrize(
    "query",
    [
        {"chunk": "x" * 400},
        {"chunk": "ffffffff-ffff-7fff-bfff-ffffffffffff"},
        {"start": 2**30, "end": 2**31 - 1},
        {"start": 5, "end": 2},
        {"from": 2**30},
        {"chunk": "\x00"},
    ],
)
async def test_hostile_places_open_the_document(
    browser: httpx2.AsyncClient, mine: Library, query: dict[str, Any]
):
    found = await mine.text("Gulls.")
    page = await browser.get(f"/knowledge/documents/{found['id']}", params=query)
    assert page.status_code == 200


@pytest.mark.parametrize(
    ("length", "passage", "at", "wanted"),
    [
        (10, None, None, (0, 10)),
        (100_000, None, None, (0, 40_000)),
        (100_000, None, 40_000, (40_000, 80_000)),
        (100_000, (50_000, 50_100), None, (40_000, 80_000)),
        (100_000, (500, 600), None, (0, 40_000)),
        (100_000, None, 99_000, (99_000, 100_000)),
        (0, None, 5, (0, 0)),
    ],
)
def test_the_window_holds_the_passage(
    length: int, passage: tuple[int, int] | None, at: int | None, wanted: tuple[int, int]
):
    assert reading.window("x" * length, passage, at) == wanted


def test_an_excerpt_reads_as_text_and_not_as_mark_up() -> None:
    found = reading.excerpt("## Budgets\n\nEach team has one.\n### Late\n\n#fine stays", "team")
    said = "".join(part.text for part in found)
    assert said == "Budgets Each team has one. Late #fine stays"
