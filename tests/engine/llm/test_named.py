import pytest

from menon.engine.llm.named import endpoint, split, unconfigured
from menon.engine.llm.provider import Endpoint, ModelCard
from menon.engine.llm.providers.ollama import provider as ollama
from menon.engine.llm.providers.openai import provider as openai

LARGE = ModelCard(provider="openai", name="large", tools=True)
LLAMA = ModelCard(provider="ollama", name="llama3.2:3b", tools=True)


@pytest.mark.parametrize(
    ("base_url", "api_key", "expected"),
    [
        ("", "", None),
        ("", "sk", Endpoint(base_url="https://api.openai.com/v1", api_key="sk")),
        ("http://h/v1", "", Endpoint(base_url="http://h/v1")),
        ("http://h/v1", "sk", Endpoint(base_url="http://h/v1", api_key="sk")),
    ],
)
def test_a_server_is_called_only_where_the_operator_named_it_or_its_key(
    base_url: str, api_key: str, expected: Endpoint | None
) -> None:
    assert endpoint(openai, base_url=base_url, api_key=api_key) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("openai:large", ("openai", "large")),
        ("openai:anything/else:1", ("openai", "anything/else:1")),
        ("large", ("openai", "large")),
        ("llama3.2:3b", ("ollama", "llama3.2:3b")),
        ("ollama:llama3.2:3b", ("ollama", "llama3.2:3b")),
        ("openai:", None),
        ("nobody:large", None),
        ("", None),
    ],
)
def test_names_are_qualified_or_listed(wanted: str, expected: tuple[str, str] | None) -> None:
    assert split(wanted, ["openai", "ollama"], [LARGE, LLAMA]) == expected


def test_what_is_missing_names_its_setting() -> None:
    assert "OLLAMA_BASE_URL" in unconfigured(ollama).detail
