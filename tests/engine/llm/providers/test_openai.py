import msgspec
import pytest

from menon.engine.llm.provider import Endpoint, Outbound
from menon.engine.llm.providers import openai
from menon.testing.loopback import Listener, listening, reply


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ({"id": "gpt-4o"}, {"chat": True, "tools": True, "vision": True}),
        ({"id": "text-embedding-3-small"}, {"chat": False, "embeddings": True, "tools": False}),
        ({"id": "whisper-1"}, {"chat": False, "embeddings": False}),
        ({"id": "qwen", "max_model_len": 4096}, {"context": 4096, "vision": False}),
        ({"id": "gguf", "meta": {"n_ctx_train": 32768}}, {"context": 32768}),
        ({"id": "groq", "context_window": 8192}, {"context": 8192}),
        (
            {
                "id": "maker/model",
                "context_length": 128000,
                "architecture": {"input_modalities": ["text", "image"]},
                "supported_parameters": ["temperature"],
            },
            {"context": 128000, "vision": True, "tools": False},
        ),
    ],
)
async def test_capabilities_are_read_where_the_server_tells_them(
    outbound: Outbound, told: dict[str, object], known: dict[str, object]
) -> None:
    body = msgspec.json.encode({"data": [told]})
    async with listening() as server:
        answer(server, body)
        endpoint = Endpoint(base_url=f"http://127.0.0.1:{server.port}/v1")
        (card,) = await openai.models(endpoint, outbound)
    assert {name: getattr(card, name) for name in known} == known


async def test_a_known_model_is_described_with_its_price(outbound: Outbound) -> None:
    async with listening() as server:
        answer(server, b'{"data":[]}')
        endpoint = Endpoint(base_url=f"http://127.0.0.1:{server.port}/v1")
        card = await openai.describe("gpt-4o", endpoint, outbound)
    assert card.input_price == pytest.approx(2.5)


def answer(server: Listener, body: bytes) -> None:
    server.answer = lambda _asked: reply(body, content_type="application/json")


def test_its_own_address_is_asked_in_its_own_words(outbound: Outbound) -> None:
    own = openai.build("gpt-5", Endpoint(base_url=openai.BASE_URL, api_key="k"), outbound)
    assert own.system == "openai"
    assert own.profile.get("openai_chat_supports_allowed_tools") is True
