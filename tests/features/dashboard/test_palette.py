"""What the command palette finds, and that it is only one's own."""

from tests.fixtures.people import People

from menon.core.auth import Role


async def test_things_are_found_by_words_of_their_names(people: People) -> None:
    ada = await people.client("ada", Role.DEVELOPER)
    await ada.post("/api/v1/chat/sessions", json={"title": "Tides of May"})
    await ada.post("/api/v1/chat/sessions", json={"title": "Masts"})

    (found,) = (await ada.get("/palette", params={"q": "tides"})).json()

    assert (found["label"], found["group"]) == ("Tides of May", "Conversations")
    assert found["href"].startswith("/chat/")


async def test_an_agent_is_found_to_be_asked(people: People) -> None:
    ada = await people.client("ada", Role.VIEWER)

    (found,) = (await ada.get("/palette", params={"q": "ASSIST"})).json()

    assert found["href"] == "/chat?agent=assistant"


async def test_conversations_of_others_are_not_found(people: People) -> None:
    ada, bob = [await people.client(name, Role.DEVELOPER) for name in ("ada", "bob")]
    await ada.post("/api/v1/chat/sessions", json={"title": "Tides of May"})

    assert (await bob.get("/palette", params={"q": "tides"})).json() == []


async def test_one_letter_finds_nothing(people: People) -> None:
    ada = await people.client("ada", Role.VIEWER)

    assert (await ada.get("/palette", params={"q": "a"})).json() == []


async def test_what_other_features_keep_is_found_too(people: People) -> None:
    mona = await people.client("mona", Role.PROJECT_MANAGER)
    made = await mona.post("/api/v1/projects", json={"name": "Town library"})

    (found,) = (await mona.get("/palette", params={"q": "library"})).json()

    assert (found["label"], found["group"]) == ("Town library", "Projects")
    assert found["href"] == f"/projects/{made.json()['id']}"
    ned = await people.client("ned", Role.DEVELOPER)
    assert (await ned.get("/palette", params={"q": "library"})).json() == []
