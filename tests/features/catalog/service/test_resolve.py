import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from menon.core.auth import SYSTEM
from menon.core.errors import ModelError, ModelUnavailable, NotFound
from menon.core.runtime import Runtime
from menon.features.catalog.service import Models
from menon.features.vault import service as vault
from menon.features.vault.models import Secret
from menon.features.vault.schemas import Place, SecretScope
from menon.kit.clock import FixedClock
from menon.kit.ids import new_id
from menon.testing.fake_llm import FakeLLM
from menon.testing.loopback import Listener, listening


def asked(fake: FakeLLM, path: str) -> int:
    return sum(request.path == path for request in fake.requests)


class TestByName:
    @pytest.fixture
    def overrides(self, servers: dict[str, Any]) -> dict[str, Any]:
        return {"models": {"look_seconds": 10.0, "attempts": 2, **servers}}

    @pytest.mark.parametrize(
        "wanted", ["openai:fake-n3", "anthropic:fake-n3", "ollama:fake", "ollama:library/fake:1b"]
    )
    async def test_a_model_of_each_wire_is_built(self, models: Models, wanted: str) -> None:
        resolved = await models.resolve(wanted)

        assert resolved.model.name == wanted
        assert resolved.model.card.tools
        assert resolved.fallbacks == ()

    async def test_a_bare_name_finds_the_server_that_lists_it(self, models: Models) -> None:
        assert (await models.resolve("fake-embed")).model.name == "openai:fake-embed"

    async def test_the_model_and_the_breaker_are_made_once(self, models: Models) -> None:
        first = (await models.resolve("openai:fake")).model
        second = (await models.resolve("openai:fake")).model
        other = (await models.resolve("openai:fake-n3")).model

        assert first.model is second.model
        assert first.breaker is second.breaker is other.breaker
        assert other.model is not first.model

    async def test_the_operators_patience_comes_along(self, models: Models) -> None:
        assert (await models.resolve("openai:fake")).patience.attempts == 2
        assert (await models.resolve("auto")).patience.attempts == 2

    async def test_nothing_wanted_is_auto(self, models: Models) -> None:
        assert (await models.resolve("")).model is (await models.resolve("auto")).model

    async def test_an_unknown_provider_is_not_found(self, models: Models) -> None:
        with pytest.raises(NotFound, match=r"'nobody:fake'.*openai"):
            await models.resolve("nobody:fake")

    @pytest.mark.parametrize("wanted", ["nothing-like-it", "openai:"])
    async def test_a_name_that_nobody_lists_is_not_found(self, models: Models, wanted: str) -> None:
        with pytest.raises(NotFound, match=wanted):
            await models.resolve(wanted)

    async def test_a_model_that_ollama_lacks_says_so(self, models: Models) -> None:
        with pytest.raises(ModelError, match="missing"):
            await models.resolve("ollama:missing")


class TestOperatorsWord:
    @pytest.fixture
    def servers(self) -> dict[str, Any]:
        return {}

    @pytest.mark.parametrize(
        ("wanted", "remedy"),
        [("openai:x", "OPENAI_API_KEY"), ("anthropic:x", "ANTHROPIC_API_KEY"), ("ollama:x", "OLL")],
    )
    async def test_what_is_not_configured_names_its_setting(
        self, models: Models, wanted: str, remedy: str
    ) -> None:
        with pytest.raises(ModelUnavailable, match=remedy):
            await models.resolve(wanted)

    async def test_without_servers_the_offline_engine_answers(self, models: Models) -> None:
        resolved = await models.resolve("auto")

        assert resolved.model.name == "offline:extractive"
        assert "offline" in resolved.reason


class TestKeyInTheVault:
    @pytest.fixture
    def servers(self) -> dict[str, Any]:
        return {}

    async def test_a_key_stored_later_switches_its_provider_on(
        self, runtime: Runtime, models: Models
    ) -> None:
        place = Place(scope=SecretScope.SYSTEM, subject="openai", name="api_key")
        await vault.put(runtime, SYSTEM, place, value="sk-of-an-administrator")
        assert models.configured("openai") is None

        await models.refresh()

        source = models.source("openai")
        assert source.endpoint.base_url == "https://api.openai.com/v1"
        assert source.endpoint.api_key == "sk-of-an-administrator"

    async def test_a_key_that_cannot_be_read_counts_for_nothing(
        self, runtime: Runtime, models: Models
    ) -> None:
        await runtime.db.write(_another_key)

        await models.refresh()

        assert models.configured("openai") is None
        assert (await models.resolve()).model.name == "offline:extractive"


def _another_key(session: Session) -> None:
    """A secret that was encrypted with a vault key which this server does not have."""
    place = Place(scope=SecretScope.SYSTEM, subject="openai", name="api_key")
    now = datetime(2026, 11, 20, tzinfo=UTC)
    session.add(
        Secret(
            id=new_id(),
            scope=place.scope,
            subject=place.subject,
            name=place.name,
            owner_id="",
            description="",
            version=1,
            hint="",
            ciphertext=b"x" * 40,
            wrapped_key=b"y" * 60,
            key_id="another",
            created_at=now,
            updated_at=now,
        )
    )


class TestAuto:
    async def test_a_healthy_model_comes_first_and_offline_last(self, models: Models) -> None:
        resolved = await models.resolve("auto")

        assert resolved.model.card.provider != "offline"
        assert resolved.fallbacks[-1].name == "offline:extractive"
        names = [resolved.model.name, *(other.name for other in resolved.fallbacks)]
        assert len(set(names)) == len(names)

    async def test_servers_are_asked_once_while_their_news_is_fresh(
        self, models: Models, fake: FakeLLM
    ) -> None:
        await models.resolve("auto")
        await models.resolve("auto")

        assert asked(fake, "/api/version") == 1

    async def test_old_news_serve_on_while_newer_are_fetched(
        self, models: Models, fake: FakeLLM, clock: FixedClock
    ) -> None:
        await models.resolve("auto")
        clock.advance(seconds=31)

        await models.resolve("auto")
        await fake.until(lambda: asked(fake, "/api/version") == 2)

    async def test_an_open_breaker_leaves_its_server_out(self, models: Models) -> None:
        first = (await models.resolve("auto")).model
        loop = asyncio.get_running_loop()
        for _ in range(5):
            first.breaker.failed(loop.time())

        assert (await models.resolve("auto")).model.card.provider != first.card.provider


class TestDefault:
    @pytest.fixture
    def servers(self, fake: FakeLLM) -> dict[str, Any]:
        return {
            "openai_base_url": f"{fake.url}/v1",
            "ollama_base_url": fake.url,
            "default": "ollama:fake",
        }

    async def test_the_operators_default_stands_behind_auto(self, models: Models) -> None:
        resolved = await models.resolve("auto")

        assert resolved.model.name == "ollama:fake"
        assert "default" in resolved.reason


class TestDeadServer:
    @pytest.fixture
    async def hanging(self) -> AsyncIterator[Listener]:
        async with listening() as listener:
            listener.answer = lambda _asked: None
            yield listener

    @pytest.fixture
    def servers(self, hanging: Listener) -> dict[str, Any]:
        return {"openai_base_url": f"http://127.0.0.1:{hanging.port}/v1", "look_seconds": 0.1}

    async def test_a_server_that_hangs_delays_no_turn_for_long(self, models: Models) -> None:
        loop = asyncio.get_running_loop()
        await models.resolve("auto")  # imports what it needs
        began = loop.time()

        resolved = await models.resolve("auto")

        assert resolved.model.name == "offline:extractive"
        assert loop.time() - began < 0.5

    async def test_who_names_its_model_gets_it_and_the_question_decides(
        self, models: Models
    ) -> None:
        resolved = await models.resolve("openai:fake")

        assert resolved.model.name == "openai:fake"
        assert resolved.fallbacks == ()


class TestPrices:
    @pytest.fixture
    def servers(self, fake: FakeLLM) -> dict[str, Any]:
        return {"openai_base_url": f"{fake.url}/v1", "prices": {"openai:fake*": [1.5, 6.0]}}

    async def test_the_operators_prices_reach_the_card(self, models: Models) -> None:
        card = (await models.resolve("openai:fake")).model.card

        assert (card.input_price, card.output_price) == (1.5, 6.0)
