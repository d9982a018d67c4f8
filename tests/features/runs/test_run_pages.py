"""The pages of runs call kinds and people by their names."""

from tests.fixtures.people import People

from menon.core.auth import Role
from menon.core.runs.models import RunKind
from menon.features.runs.contexts import KINDS


def test_every_kind_has_a_name() -> None:
    assert set(KINDS) == set(RunKind)


async def test_somebody_elses_run_says_whose_it_is(people: People) -> None:
    ada = await people.client("ada", Role.DEVELOPER)
    await ada.post("/api/v1/chat", json={"message": "What is 1 + 2?"})
    mine = (await ada.get("/api/v1/runs")).json()["items"][0]
    root = await people.client("root", Role.ADMIN, by="cookie")

    listed = (await root.get("/runs")).text
    alone = (await root.get(f"/runs/{mine['id']}")).text

    for page in (listed, alone):
        assert ">ada<" in page
        assert mine["owner_id"][-8:] not in page
        assert KINDS[RunKind.CHAT] in page
