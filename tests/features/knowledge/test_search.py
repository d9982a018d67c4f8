"""Search: filters, scopes that nobody leaves, and both databases alike."""

from typing import Any

import pytest
from tests.features.knowledge.conftest import API, Library

from menon.features.knowledge.desk import Desk

FRONT = {
    "norway.md": (
        "---\ncountry: Norway\nyear: 2026\nrate: 1.5\nbinding: true\naudience: [staff, board]\n"
        "category: people/leave\ntags: [leave, rest]\n---\nGulls rest in spring."
    ),
    "canada.md": (
        "---\ncountry: Canada\nyear: 2025\nrate: 2.5\nbinding: false\naudience: [guests]\n"
        "category: people/pay\ntags: [pay]\n---\nGulls rest in autumn."
    ),
}

FILTERS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "a string": ({"country": "Norway"}, {"norway.md"}),
    "a whole number": ({"year": 2025}, {"canada.md"}),
    "a fraction": ({"rate": 1.5}, {"norway.md"}),
    "true": ({"binding": True}, {"norway.md"}),
    "false": ({"binding": False}, {"canada.md"}),
    "a value of a list": ({"audience": "board"}, {"norway.md"}),
    "any of several": ({"country": ["Norway", "Canada"]}, {"norway.md", "canada.md"}),
    "the category": ({"category": "people/pay"}, {"canada.md"}),
    "a tag": ({"tags": "rest"}, {"norway.md"}),
    "any tag": ({"tag": ["rest", "pay"]}, {"norway.md", "canada.md"}),
    "the source": ({"source": "canada.md"}, {"canada.md"}),
    "two at once": ({"country": "Norway", "year": 2025}, set()),
    "an unknown value": ({"country": "Atlantis"}, set()),
    "an unknown key": ({"planet": "Mars"}, set()),
    "quotes": ({"country": "Nor'way\" OR 1=1"}, set()),
    "a hostile key": ({"a.b[0]'\"$": "x"}, set()),
    "a large number": ({"year": 2**70}, set()),
    "null": ({"planet": None}, {"norway.md", "canada.md"}),
}

HOSTILE = {
    "operators": "gull AND (canary OR otter) OR bob",
    "quotes": 'gull" OR canary "',
    "near": "NEAR(canary gull, 10)",
    "a column": "scope : canary OR text : canary",
    "a prefix": "canar* OR ^canary",
    "minus": "canary NOT gull - otter",
    "brackets": "((((canary",
    "sql": "'; DROP TABLE chunk; -- canary",
    "tsquery": "canary:* & !gull | <-> otter",
    "cjk": "京都 canary 東京",
    "emoji": "🦜🦜 canary",
    "very long": "canary gull " * 800,
    "one long word": "canary" * 1600,
    "long words": "gull " + "é" * 260 + " 京" * 300,
}


async def test_the_front_matter_of_a_text_is_metadata_too(mine: Library):
    sent = {"country": "Sweden", "year": 1999}
    read = await mine.text(FRONT["norway.md"], title="", source="text", metadata=sent)
    assert read["status"] == "ready"
    assert read["content"] == "Gulls rest in spring."
    assert read["category"] == "people/leave"
    assert read["metadata"] | {"country": "Sweden", "year": 1999, "rate": 1.5} == read["metadata"]
    assert await mine.sources("gulls rest", filters={"audience": "board"}) == {"text"}
    plain = await mine.text("---\nGulls rest\n---\nin autumn.", source="rules")
    assert "in autumn." in plain["content"]


async def test_filters_look_at_front_matter_categories_and_tags(mine: Library):
    for name, content in FRONT.items():
        await mine.file(name, content)
    found = {
        name: await mine.sources("gulls rest", filters=given)
        for name, (given, _) in FILTERS.items()
    }
    assert found == {name: wanted for name, (_, wanted) in FILTERS.items()}
    tagged = await mine.client.get(f"{API}/knowledge/items", params={"tag": "rest"})
    assert [d["source"] for d in tagged.json()["items"]] == ["norway.md"]


@pytest.mark.parametrize("value", [{}, {"a": 1}, [], [[1]]])
async def test_filters_of_other_shapes_are_refused(mine: Library, value: Any):
    await mine.text("Gulls.")
    body = {"query": "gulls", "filters": {"country": value}}
    assert (await mine.client.post(f"{API}/knowledge/search", json=body)).status_code == 422


async def test_no_query_leaves_its_scope(mine: Library, theirs: Library):
    await mine.text("The gull of dora is grey.", source="dora")
    await theirs.text("The canary of ned is yellow, so is his gull and otter.", source="ned")
    inside = await mine.collection("Inside")
    await mine.text("Another canary gull of dora.", source="inside", collection=inside)
    beside = await mine.collection("Beside")
    for name, query in HOSTILE.items():
        for path in ("knowledge/search", "rag/search", "semantic/search"):
            hits = await mine.find(path, query[:10_000])
            assert {hit["source"] for hit in hits} <= {"dora", "inside"}, name
        assert await mine.sources(query[:10_000], collection=inside) <= {"inside"}, name
        assert await mine.sources(query[:10_000], collection=beside) == set(), name
        assert await theirs.sources(query[:10_000]) <= {"ned"}, name


async def test_a_shared_collection_is_found_until_it_is_private_again(
    mine: Library, theirs: Library
):
    shared = await mine.collection("Open", visibility="everybody")
    await mine.text("Herring gulls shout.", source="shared", collection=shared)
    assert await theirs.sources("herring gulls") == {"shared"}
    body = {"visibility": "private"}
    assert (await mine.client.put(f"{API}/collections/{shared}", json=body)).status_code == 200
    assert await theirs.sources("herring gulls") == set()
    assert await mine.sources("herring gulls") == {"shared"}


async def test_foreign_things_answer_like_missing_ones(mine: Library, theirs: Library):
    document = await theirs.text("Secret.")
    collection = await theirs.collection("Hidden")
    missing = "00000000-0000-7000-8000-000000000000"
    for method, path, body in [
        ("GET", "knowledge/items/{d}", None),
        ("PUT", "knowledge/items/{d}", {"title": "x"}),
        ("DELETE", "knowledge/items/{d}", None),
        ("GET", "knowledge/items/{d}/related", None),
        ("GET", "knowledge/items/{d}/versions", None),
        ("POST", "knowledge/documents/{d}/retry", None),
        ("GET", "collections/{c}", None),
        ("PUT", "collections/{c}", {"name": "x"}),
        ("DELETE", "collections/{c}", None),
        ("GET", "knowledge/items?collection={c}", None),
        ("POST", "knowledge/search", {"query": "secret", "collection": "{c}"}),
        ("POST", "rag/index", {"content": "x", "collection": "{c}"}),
        ("POST", "knowledge/classify", {"document_id": "{d}", "categories": ["a"]}),
        ("POST", "knowledge/embeddings", {"collection": "{c}"}),
    ]:
        answers = [
            await mine.client.request(
                method,
                f"{API}/{_filled(path, d, c)}",
                json=body and {k: _filled(v, d, c) for k, v in body.items()},
            )
            for d, c in ((document["id"], collection), (missing, missing))
        ]
        assert [a.status_code for a in answers] == [404, 404], path
        first, second = (a.json()["detail"] for a in answers)
        assert first.replace(collection, "").replace(document["id"], "") == second.replace(
            missing, ""
        ), path
    assert await mine.sources("secret", filters={"document_id": document["id"]}) == set()
    assert (await theirs.client.get(f"{API}/knowledge/items/{document['id']}")).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "knowledge/items/%00",
        "knowledge/items/%00/versions",
        "collections/a%00",
    ],
)
async def test_hostile_names_are_unknown_names(mine: Library, path: str):
    assert (await mine.client.get(f"{API}/{path}")).status_code == 404


@pytest.mark.parametrize("name", ["q", "category", "tag", "cursor"])
async def test_hostile_filters_of_lists_find_nothing_or_are_refused(mine: Library, name: str):
    for value in ("\x00", "'\"%_\\", "x" * 60):
        answer = await mine.client.get(f"{API}/knowledge/items", params={name: value})
        refused = name == "cursor" or value == "\x00"
        assert answer.status_code == (422 if refused else 200), value


async def test_a_hit_says_how_it_was_found(mine: Library):
    await mine.text("Sailors keep away from the reef when the wind is strong.", source="reef")
    (hit,) = await mine.search("reef")
    assert hit["found_by"] == ["words", "meaning"]


class TestWithoutWeights:
    @pytest.fixture
    def overrides(self) -> dict[str, Any]:
        return {"jobs": {"worker": True}, "knowledge": {"embeddings": False}}

    async def test_search_goes_by_words_and_says_so(self, mine: Library, desk: Desk):
        assert desk.space == ""
        found = await mine.text("Sailors fear the reef.", source="reef")
        other = await mine.text("Sailors love the reef.", source="other")
        body = {"query": "reef of fear"}
        answer = (await mine.client.post(f"{API}/knowledge/search", json=body)).json()
        assert answer["mode"] == "lexical"
        assert answer["items"][0]["source"] == "reef"
        assert answer["items"][0]["found_by"] == ["words"]
        health = (await mine.client.get(f"{API}/semantic/health")).json()
        assert (health["status"], health["embedded"]) == ("lexical", 0)
        assert "menon models install" in health["detail"]
        refused = await mine.client.post(f"{API}/semantic/embed", json={"texts": ["a"]})
        assert (refused.status_code, refused.json()["code"]) == (503, "MODEL_001")
        by_meaning = await mine.client.post(f"{API}/semantic/search", json=body)
        assert by_meaning.json()["mode"] == "lexical"
        related = await mine.client.get(f"{API}/knowledge/items/{found['id']}/related")
        assert [r["document_id"] for r in related.json()["items"]] in ([], [other["id"]])


def _filled(text: Any, document: str, collection: str) -> Any:
    if not isinstance(text, str):
        return text
    return text.replace("{d}", document).replace("{c}", collection)
