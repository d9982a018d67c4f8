import pytest

from menon.core.errors import ModelError
from menon.engine.llm.provider import Endpoint, Outbound
from menon.engine.llm.providers import ollama
from menon.testing.fake_llm import FakeLLM


@pytest.mark.parametrize(
    ("name", "chat", "tools", "vision", "embeddings"),
    [
        ("llama", True, True, False, False),
        ("llama-vision", True, True, True, False),
        ("nomic-embed", False, False, False, True),
    ],
)
async def test_capabilities_are_what_the_server_shows(
    fake: FakeLLM,
    outbound: Outbound,
    name: str,
    *,
    chat: bool,
    tools: bool,
    vision: bool,
    embeddings: bool,
) -> None:
    card = await ollama.describe(name, Endpoint(base_url=fake.url), outbound)
    assert (card.chat, card.tools, card.vision, card.embeddings) == (
        chat,
        tools,
        vision,
        embeddings,
    )
    assert (card.context, card.local, card.input_price) == (8192, True, 0.0)


async def test_a_model_that_is_not_installed_is_an_error(fake: FakeLLM, outbound: Outbound) -> None:
    with pytest.raises(ModelError, match="model 'missing' not found"):
        await ollama.describe("missing", Endpoint(base_url=fake.url), outbound)


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/"])
async def test_the_address_may_be_that_of_its_openai_side(
    fake: FakeLLM, outbound: Outbound, suffix: str
) -> None:
    endpoint = Endpoint(base_url=fake.url + suffix)
    assert (await ollama.health(endpoint, outbound)).ok
    built = ollama.build("fake-n1", endpoint, outbound)
    assert built.base_url == f"{fake.url}/v1/"
