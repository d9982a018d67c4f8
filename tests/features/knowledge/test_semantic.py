"""Embeddings, chunks, categories and relations as a service."""

import math

import pytest
from tests.features.knowledge.conftest import API, Library


async def test_embeddings_have_length_one_and_know_meaning(mine: Library):
    texts = ["a small boat", "a little ship", "income tax law"]
    answer = (await mine.client.post(f"{API}/semantic/embed", json={"texts": texts})).json()
    boat, ship, tax = answer["embeddings"]
    assert answer["dimensions"] == len(boat) == 384
    assert math.isclose(sum(x * x for x in boat), 1, abs_tol=1e-3)
    assert _dot(boat, ship) > _dot(boat, tax) + 0.2


@pytest.mark.parametrize(
    "body", [{"texts": []}, {"texts": ["x"] * 257}, {"texts": ["x" * 100_001]}]
)
async def test_too_much_or_nothing_to_embed_is_refused(mine: Library, body: dict[str, object]):
    assert (await mine.client.post(f"{API}/semantic/embed", json=body)).status_code == 422


async def test_chunks_are_spans_of_the_text(mine: Library):
    text = " ".join(f"Sentence number {n} ends here." for n in range(100))
    body = {"text": text, "size": 300, "overlap": 60}
    items = (await mine.client.post(f"{API}/semantic/chunk", json=body)).json()["items"]
    assert len(items) > 5
    assert all(item["text"] == text[slice(*item["span"])] for item in items)
    assert all(item["characters"] <= 300 for item in items)


async def test_health_counts_what_is_searchable(mine: Library):
    await mine.text("Gulls nest.")
    health = (await mine.client.get(f"{API}/semantic/health")).json()
    assert (health["status"], health["documents"], health["chunks"]) == ("ok", 1, 1)
    assert health["embedded"] == 1


async def test_categories_are_a_tree_with_counts(mine: Library, theirs: Library):
    await mine.text("a", source="a", category="people/leave")
    await mine.text("b", source="b", category="people/pay")
    await theirs.text("c", source="c", category="secret")
    (people,) = (await mine.client.get(f"{API}/knowledge/categories")).json()["items"]
    assert (people["path"], people["documents"]) == ("people", 2)
    assert [c["path"] for c in people["children"]] == ["people/leave", "people/pay"]


async def test_a_text_goes_to_the_category_of_its_likes(mine: Library):
    await mine.text("Gulls and terns nest on cliffs.", source="a", category="birds")
    await mine.text("Cod and herring swim in shoals.", source="b", category="fish")
    asked = {"content": "Where do terns nest on the cliffs?"}
    answer = (await mine.client.post(f"{API}/knowledge/classify", json=asked)).json()
    assert answer["category"] == "birds"
    assert answer["model"].startswith("offline:")
    found = await mine.text("Herring shoals and more cod.", source="c")
    asked = {"document_id": found["id"], "apply": True}
    await mine.client.post(f"{API}/knowledge/classify", json=asked)
    assert (await mine.settled(found["id"]))["category"] == "fish"


async def test_related_documents_are_near_in_meaning_and_readable(mine: Library, theirs: Library):
    found = await mine.text("Small boats sail in the harbour.", source="boats")
    await mine.text("Little ships moor at the pier.", source="ships")
    await mine.text("Income tax is due in March.", source="tax")
    await theirs.text("Small boats sail in the harbour too.", source="theirs")
    path = f"{API}/knowledge/items/{found['id']}/related"
    items = (await mine.client.get(path)).json()["items"]
    assert [item["source"] for item in items] == ["ships", "tax"]


def _dot(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
