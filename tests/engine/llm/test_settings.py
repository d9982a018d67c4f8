"""The settings of models, by the names that other products use."""

import pytest

from menon.core.settings import SettingsError, load
from menon.engine.llm.settings import ModelSettings


def read(**environ: str) -> ModelSettings:
    return load([ModelSettings], environ=environ)[ModelSettings]


@pytest.mark.parametrize(
    ("name", "provider"),
    [
        ("OPENAI_BASE_URL", "openai"),
        ("ANTHROPIC_BASE_URL", "anthropic"),
        ("OLLAMA_BASE_URL", "ollama"),
        ("MENON_MODELS__OLLAMA_BASE_URL", "ollama"),
    ],
)
def test_base_urls_are_recognised_and_may_be_called(name: str, provider: str) -> None:
    settings = read(**{name: "HTTP://LocalHost:11434/v1/"})

    assert settings.server(provider) == ("http://localhost:11434/v1", "")
    assert list(settings.targets()) == ["http://localhost:11434/v1"]


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_keys_are_recognised_and_never_shown(provider: str) -> None:
    settings = load([ModelSettings], environ={f"{provider.upper()}_API_KEY": "sk-planted"})

    assert settings[ModelSettings].server(provider) == ("", "sk-planted")
    assert "sk-planted" not in str(settings.shown())


def test_a_provider_of_another_package_has_no_settings_here() -> None:
    assert read().server("somebody") == ("", "")


@pytest.mark.parametrize("url", ["ftp://host/v1", "host:11434", "http://user:pw@host/"])
def test_an_address_that_cannot_be_one_ends_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match=r"models\.openai_base_url"):
        read(OPENAI_BASE_URL=url)


def test_patience_is_the_operators() -> None:
    patience = read(MENON_MODELS__FIRST_SECONDS="5", MENON_MODELS__ATTEMPTS="1").patience

    assert (patience.first_s, patience.between_s, patience.attempts) == (5.0, 30.0, 1)


def test_prices_are_pairs() -> None:
    prices = read(MENON_MODELS__PRICES='{"openai:gpt*": [1.25, 10]}').prices
    assert prices == {"openai:gpt*": (1.25, 10.0)}
