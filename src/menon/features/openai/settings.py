"""Settings of the API that clients of OpenAI speak."""

from typing import ClassVar

from menon.core.settings import Section, setting


class OpenAISettings(Section):
    """How long responses are kept."""

    name: ClassVar[str] = "openai"

    retention_days: int = setting(
        30, "Days after which a stored response is deleted with its run.", ge=1
    )
    chain: int = setting(
        100, "Responses of one conversation that are read back, at most.", ge=1, le=1000
    )
