"""Settings of the models."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, SecretStr

from menon.core.settings import Section, setting
from menon.engine.llm.patience import Patience
from menon.kit import ssrf


def _server(url: str) -> str:
    """The address of a server in its canonical spelling, without a slash at its end."""
    return ssrf.parse_target(url).url.rstrip("/") if url else ""


Server = Annotated[str, AfterValidator(_server)]
Price = Annotated[float, Field(ge=0)]


class ModelSettings(Section):
    """Where language models are; without any, the offline engine answers."""

    name: ClassVar[str] = "models"

    openai_base_url: Server = setting(
        "", "OpenAI or any server compatible with it, `/v1` included.", env="OPENAI_BASE_URL"
    )
    openai_api_key: SecretStr | None = setting(None, "Key for OpenAI.", env="OPENAI_API_KEY")
    anthropic_base_url: Server = setting(
        "", "Anthropic or a gateway to it.", env="ANTHROPIC_BASE_URL"
    )
    anthropic_api_key: SecretStr | None = setting(
        None, "Key for Anthropic.", env="ANTHROPIC_API_KEY"
    )
    ollama_base_url: Server = setting(
        "", "An Ollama server, such as http://127.0.0.1:11434.", env="OLLAMA_BASE_URL"
    )
    default: str = setting(
        "auto", "The model behind `auto`, such as `openai:NAME`; `auto` takes the best there is."
    )
    auto_price: float = setting(
        15.0, "Dearest model that `auto` takes: US dollars per million output tokens.", ge=0
    )
    fresh_seconds: float = setting(
        30.0, "How long what a model server said of itself is taken for true.", ge=1
    )
    look_seconds: float = setting(
        5.0, "How long a model server may take to say what it offers.", gt=0, le=60
    )
    first_seconds: float = setting(
        60.0, "From a question to the first piece of its answer; a cold model has to load.", gt=0
    )
    between_seconds: float = setting(30.0, "Between two pieces of an answer.", gt=0)
    retry_seconds: float = setting(
        20.0, "All waiting and asking again together, before anything was seen.", ge=0
    )
    attempts: int = setting(3, "How often a model server is asked at most.", ge=1, le=10)
    prices: dict[str, tuple[Price, Price]] = setting(
        {}, "US dollars per million tokens in and out, by model: `openai:NAME*` fits a family."
    )

    @property
    def patience(self) -> Patience:
        """The time budget of one request to a model."""
        return Patience(
            first_s=self.first_seconds,
            between_s=self.between_seconds,
            retry_s=self.retry_seconds,
            attempts=self.attempts,
        )

    def server(self, provider: str) -> tuple[str, str]:
        """Base URL and key of a provider, empty where they are not set."""
        key: SecretStr | None = getattr(self, f"{provider}_api_key", None)
        url: str = getattr(self, f"{provider}_base_url", "")
        return url, key.get_secret_value() if key else ""

    def targets(self) -> Iterator[str]:
        """Addresses that may be called because the operator wrote them here."""
        yield from filter(
            None, (self.openai_base_url, self.anthropic_base_url, self.ollama_base_url)
        )
