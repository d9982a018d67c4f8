"""A chat with nothing to answer from says what to do about it."""

from tests.fixtures.people import People

from menon.core.auth import Role

OFFER = "Add documents to answer from"


async def test_documents_are_asked_for_until_there_are_some(people: People) -> None:
    ada = await people.client("ada", Role.DEVELOPER, by="cookie")
    assert OFFER in (await ada.get("/chat")).text
    key = await people.client("ada", Role.DEVELOPER)
    file = {"file": ("fees.md", b"The reminder fee is 5 EUR.", "text/markdown")}
    made = await key.post("/api/v1/knowledge/documents", files=file)
    assert made.status_code in {201, 202}, made.text
    assert OFFER not in (await ada.get("/chat")).text


async def test_who_may_add_none_is_not_asked(people: People) -> None:
    vera = await people.client("vera", Role.VIEWER, by="cookie")
    assert OFFER not in (await vera.get("/chat")).text
