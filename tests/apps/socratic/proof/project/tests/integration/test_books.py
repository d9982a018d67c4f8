"""Books over HTTP."""

import pytest
from fastapi.testclient import TestClient

BOOK = {"title": "Emma", "isbn": "9780141439587", "copies": 2}


def test_a_book_is_added_read_listed_and_taken_away(client: TestClient) -> None:
    made = client.post("/books", json=BOOK)
    assert made.status_code == 201
    assert made.json() == {**BOOK, "id": 1}
    assert client.get("/books/1").json() == {**BOOK, "id": 1}
    assert client.get("/books").json() == [{**BOOK, "id": 1}]
    assert client.delete("/books/1").status_code == 204
    assert client.get("/books/1").status_code == 404
    assert client.get("/books").json() == []


def test_the_same_book_twice_is_a_conflict(client: TestClient) -> None:
    client.post("/books", json=BOOK)
    again = client.post("/books", json=BOOK)
    assert again.status_code == 409
    assert again.json() == {"detail": "This book is there already."}


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": "x" * 101},
        {"isbn": "1"},
        {"copies": -1},
        {"copies": 1001},
        {"other": 1},
    ],
)
def test_a_wrong_book_is_refused(client: TestClient, change: dict[str, object]) -> None:
    assert client.post("/books", json={**BOOK, **change}).status_code == 422


@pytest.mark.parametrize("change", [{"title": "x" * 100}, {"copies": 0}, {"copies": 1000}])
def test_a_book_at_the_edge_is_taken(client: TestClient, change: dict[str, object]) -> None:
    assert client.post("/books", json={**BOOK, **change}).status_code == 201


def test_one_copy_unless_said(client: TestClient) -> None:
    made = client.post("/books", json={"title": "Emma", "isbn": "9780141439587"})
    assert made.json()["copies"] == 1


@pytest.mark.parametrize(("limit", "status"), [(0, 422), (1, 200), (100, 200), (101, 422)])
def test_the_shelf_has_a_limit(client: TestClient, limit: int, status: int) -> None:
    assert client.get("/books", params={"limit": limit}).status_code == status


def test_the_shelf_shows_twenty(client: TestClient) -> None:
    for number in range(21):
        client.post("/books", json={**BOOK, "isbn": f"{number:013}"})
    assert len(client.get("/books").json()) == 20


@pytest.mark.parametrize(("number", "status"), [(0, 422), (1, 404), (2**31, 404), (2**31 + 1, 422)])
def test_a_number_has_limits(client: TestClient, number: int, status: int) -> None:
    assert client.get(f"/books/{number}").status_code == status
    assert client.delete(f"/books/{number}").status_code == status


@pytest.mark.parametrize(("days", "status"), [(-1, 422), (0, 200), (10_000, 200), (10_001, 422)])
def test_fines(client: TestClient, days: int, status: int) -> None:
    answer = client.get("/fines", params={"days": days})
    assert answer.status_code == status
    assert status != 200 or answer.json() == {"cents": 1000 if days else 0}


@pytest.mark.parametrize("key", ["", "Bearer wrong"])
def test_strangers_are_turned_away(client: TestClient, key: str) -> None:
    for method, path in (("POST", "/books"), ("GET", "/books"), ("GET", "/books/1")):
        answer = client.request(method, path, headers={"Authorization": key}, json=BOOK)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert client.delete("/books/1", headers={"Authorization": key}).status_code == 401
