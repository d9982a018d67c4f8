"""A registered server's provider: the API of its kind, its own name, what was said of it."""

import httpx2
import pytest

from menon.engine.llm.provider import Endpoint, Outbound, Provider
from menon.engine.llm.providers import ollama, openai
from menon.engine.llm.registered import registered
from menon.testing.fake_llm import FakeLLM


@pytest.mark.parametrize(
    ("kind", "path"), [(openai.provider, "/v1"), (ollama.provider, "")], ids=["openai", "ollama"]
)
@pytest.mark.parametrize("said", [(), ("chat",)], ids=["believed", "overruled"])
async def test_models_carry_the_servers_name_and_what_was_said_of_them(
    kind: Provider, path: str, said: tuple[str, ...]
):
    async with FakeLLM() as fake, httpx2.AsyncClient() as client:
        endpoint, outbound = Endpoint(base_url=fake.url + path), Outbound(client=client)
        provider = registered(kind, "lab", said)
        cards = await provider.models(endpoint, outbound)
        card = await provider.describe("fake", endpoint, outbound)
    assert {each.provider for each in (*cards, card)} == {"lab"}
    assert card.qualified == "lab:fake"
    assert not any(each.local for each in (*cards, card))
    assert card.tools is not bool(said)
    assert card.chat
