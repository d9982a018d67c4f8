"""The commands of the vault as the operator types them."""

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

import pytest
from tests.fixtures.server import KEYS
from typer.testing import CliRunner, Result

from menon.core.auth import SYSTEM
from menon.core.runtime import Runtime
from menon.core.settings import Settings, load
from menon.entry.parts import features, sections
from menon.entry.runtime import open_runtime
from menon.features.vault import service as vault
from menon.features.vault.cli import apps
from menon.features.vault.schemas import Place, SecretScope

PLACE = Place(scope=SecretScope.SYSTEM, subject="openai", name="api_key")
FRESH = base64.b64encode(bytes(range(200, 232))).decode()


def opening(settings: Settings) -> Callable[..., Any]:
    @contextlib.asynccontextmanager
    async def opened(*, only: Sequence[str] = ()) -> AsyncGenerator[Runtime]:
        chosen = [feature for feature in features() if feature.name in only]
        async with open_runtime(settings, among=chosen) as runtime:
            yield runtime

    return opened


def with_keys(settings: Settings, **keys: Any) -> Settings:
    root = settings.root
    assert root.database_url is not None
    given: dict[str, Any] = {
        "data_dir": root.data_dir,
        "database_url": root.database_url.get_secret_value(),
        "secret_key": KEYS["secret_key"],
    }
    return load(sections(features()), environ={}, **given, **keys)


def call(settings: Settings, *words: str) -> Result:
    return CliRunner().invoke(apps["vault"], list(words), obj=opening(settings))


@pytest.fixture(autouse=True)
def stored(settings: Settings) -> None:
    async def put() -> None:
        async with opening(settings)(only=("accounts", "vault")) as runtime:
            await vault.put(runtime, SYSTEM, PLACE, value="sk-canary-0123456789abcd")

    asyncio.run(put())


def test_secrets_are_listed_masked(settings: Settings) -> None:
    (found,) = json.loads(call(settings, "list", "--json").stdout)
    assert (found["subject"], found["masked"]) == ("openai", "••••abcd")
    assert "canary" not in call(settings, "list").stdout


def test_the_key_is_changed_in_two_steps(settings: Settings) -> None:
    between = with_keys(settings, vault_key=FRESH, vault={"previous_key": KEYS["vault_key"]})
    assert "wrapped 1 secrets" in call(between, "rotate").stdout

    async def get() -> str:
        after = with_keys(settings, vault_key=FRESH)
        async with opening(after)(only=("accounts", "vault")) as runtime:
            return await vault.get(runtime, SYSTEM, PLACE)

    assert asyncio.run(get()) == "sk-canary-0123456789abcd"


def test_without_a_previous_key_it_says_what_to_set(settings: Settings) -> None:
    result = call(settings, "rotate")
    assert result.exit_code == 1
    assert "MENON_VAULT__PREVIOUS_KEY" in result.stderr
