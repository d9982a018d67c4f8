"""The vault on both stores: who may use a secret, what the tables hold, how keys are changed."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from menon.core.auth import ANONYMOUS, SYSTEM, Principal, Role
from menon.core.errors import Conflict, Forbidden, InvalidInput, NotFound, Unauthenticated
from menon.core.keys import Keys
from menon.core.runtime import Runtime
from menon.features.vault import service as vault
from menon.features.vault.errors import VaultLocked
from menon.features.vault.schemas import Place, SecretScope
from menon.kit.clock import FixedClock

PLACE = Place(scope=SecretScope.INTEGRATION, subject="shop", name="token")
CANARY = "sk-canary-0123456789abcd"


def somebody(name: str, *roles: Role) -> Principal:
    return Principal(user_id=name, name=name, roles=frozenset(roles), kind="token")


OWNER = somebody("dora", Role.DEVELOPER)
NEIGHBOUR = somebody("ned", Role.DEVELOPER)
VIEWER = somebody("vera", Role.VIEWER)
ADMIN = somebody("ada", Role.ADMIN)


def dump(session: Session) -> str:
    tables = ["secret", "audit_record"]
    return repr([session.execute(text(f"SELECT * FROM {t}")).all() for t in tables])


class TestUse:
    async def test_the_owner_reads_what_they_stored(self, runtime: Runtime) -> None:
        await vault.put(runtime, OWNER, PLACE, value=CANARY)
        assert await vault.get(runtime, OWNER, PLACE) == CANARY

    async def test_the_tables_never_hold_the_value(self, runtime: Runtime) -> None:
        await vault.put(runtime, OWNER, PLACE, value=CANARY, description="Shopify")
        await vault.get(runtime, OWNER, PLACE)
        stored = await runtime.db.read(dump)
        assert CANARY not in stored
        assert "canary" not in stored

    async def test_a_list_is_masked(self, runtime: Runtime, clock: FixedClock) -> None:
        await vault.put(runtime, OWNER, PLACE, value=CANARY, description="Shopify")
        (shown,) = await vault.list_secrets(
            runtime, OWNER, scope=SecretScope.INTEGRATION, subject="shop"
        )
        assert (shown.name, shown.masked, shown.description) == ("token", "••••abcd", "Shopify")
        assert (shown.version, shown.created_at) == (1, clock.now())

    async def test_storing_again_makes_the_next_version(self, runtime: Runtime) -> None:
        first = await vault.put(runtime, OWNER, PLACE, value="one")
        second = await vault.put(runtime, OWNER, PLACE, value="two")
        assert (first.id, second.version) == (second.id, 2)
        assert await vault.get(runtime, OWNER, PLACE) == "two"

    async def test_a_deleted_one_is_gone_and_its_place_free(self, runtime: Runtime) -> None:
        first = await vault.put(runtime, OWNER, PLACE, value="one")
        await vault.delete(runtime, OWNER, first.id)
        assert await vault.find(runtime, OWNER, PLACE) is None
        second = await vault.put(runtime, OWNER, PLACE, value="two")
        assert second.id != first.id
        with pytest.raises(NotFound):
            await vault.delete(runtime, OWNER, first.id)

    @pytest.mark.parametrize("value", ["", "x" * 65_537, "é" * 40_000])
    async def test_values_have_a_size(self, runtime: Runtime, value: str) -> None:
        with pytest.raises(InvalidInput, match="between 1 and 65536 bytes"):
            await vault.put(runtime, OWNER, PLACE, value=value)


class TestWho:
    async def test_to_a_neighbour_it_does_not_exist(self, runtime: Runtime) -> None:
        stored = await vault.put(runtime, OWNER, PLACE, value="one")
        with pytest.raises(NotFound):
            await vault.get(runtime, NEIGHBOUR, PLACE)
        with pytest.raises(NotFound):
            await vault.delete(runtime, NEIGHBOUR, stored.id)
        assert await vault.list_secrets(runtime, NEIGHBOUR, scope=SecretScope.INTEGRATION) == []

    async def test_a_neighbour_cannot_take_the_place(self, runtime: Runtime) -> None:
        await vault.put(runtime, OWNER, PLACE, value="one")
        with pytest.raises(Conflict):
            await vault.put(runtime, NEIGHBOUR, PLACE, value="two")
        assert await vault.get(runtime, OWNER, PLACE) == "one"

    async def test_an_administrator_may_and_it_is_recorded(self, runtime: Runtime) -> None:
        await vault.put(runtime, OWNER, PLACE, value="one")
        assert await vault.get(runtime, ADMIN, PLACE) == "one"
        assert "secret.read" in await runtime.db.read(dump)

    async def test_the_system_reads_unrecorded(self, runtime: Runtime) -> None:
        place = Place(scope=SecretScope.SYSTEM, subject="openai", name="api_key")
        await vault.put(runtime, SYSTEM, place, value="one")
        assert await vault.get(runtime, SYSTEM, place) == "one"
        assert "secret.read" not in await runtime.db.read(dump)
        with pytest.raises(NotFound):
            await vault.get(runtime, OWNER, place)

    @pytest.mark.parametrize(("who", "error"), [(VIEWER, Forbidden), (ANONYMOUS, Unauthenticated)])
    async def test_others_may_not_at_all(
        self, runtime: Runtime, who: Principal, error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            await vault.put(runtime, who, PLACE, value="one")
        with pytest.raises(error):
            await vault.get(runtime, who, PLACE)


class TestRotation:
    NEW = bytes(range(200, 232))

    async def test_every_secret_opens_with_the_new_key_alone(self, runtime: Runtime) -> None:
        places = [Place(scope=SecretScope.AGENT, subject=str(n), name="k") for n in range(230)]
        for n, place in enumerate(places):
            await vault.put(runtime, OWNER, place, value=f"value {n}")
        old = runtime[Keys]
        assert await vault.rotate(runtime, old=old.vault, new=self.NEW) == 230
        assert await vault.rotate(runtime, old=old.vault, new=self.NEW) == 0
        with pytest.raises(VaultLocked):
            await vault.get(runtime, OWNER, places[0])
        runtime.put(Keys(secret=old.secret, vault=self.NEW))
        assert await vault.get(runtime, OWNER, places[229]) == "value 229"


class TestPreviousKey:
    @pytest.fixture
    def overrides(self) -> dict[str, Any]:
        return {"vault": {"previous_key": "yMnKy8zNzs/Q0dLT1NXW19jZ2tvc3d7f4OHi4+Tl5uc="}}

    async def test_is_read_until_the_rotation_has_run(self, runtime: Runtime) -> None:
        current = runtime[Keys]
        runtime.put(Keys(secret=current.secret, vault=TestRotation.NEW))
        await vault.put(runtime, OWNER, PLACE, value="one")
        runtime.put(current)
        assert await vault.get(runtime, OWNER, PLACE) == "one"
        fresh, previous = vault.vault_keys(runtime)
        assert await vault.rotate(runtime, old=previous, new=fresh) == 1


class TestSubject:
    async def test_export_names_secrets_without_values(self, runtime: Runtime) -> None:
        await vault.put(runtime, OWNER, PLACE, value=CANARY)
        await vault.put(
            runtime, NEIGHBOUR, Place(scope=SecretScope.AGENT, subject="a", name="k"), value="other"
        )
        exported = await vault.export(runtime, "dora")
        assert [s["name"] for s in exported["secrets"]] == ["token"]
        assert "abcd" not in repr(exported)

    async def test_erase_forgets_one_user_alone(self, runtime: Runtime) -> None:
        other = Place(scope=SecretScope.AGENT, subject="a", name="k")
        await vault.put(runtime, OWNER, PLACE, value=CANARY)
        await vault.put(runtime, NEIGHBOUR, other, value="other")
        assert await vault.erase(runtime, "dora") == 1
        assert await vault.find(runtime, OWNER, PLACE) is None
        assert await vault.get(runtime, NEIGHBOUR, other) == "other"
