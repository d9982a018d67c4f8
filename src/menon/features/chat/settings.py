"""Settings of chat."""

from typing import ClassVar

from menon.core.settings import Section, setting


class ChatSettings(Section):
    """How long conversations are kept and how much of them a model reads."""

    name: ClassVar[str] = "chat"

    retention_days: int = setting(
        365, "Days after which an untouched conversation is deleted.", ge=1
    )
    past_tokens: int = setting(
        12_000, "Tokens of the past that are sent along; older turns are summarised.", ge=200
    )
    turns_at_once: int = setting(
        1500, "Answers that one process generates at a time; more are refused with 503.", ge=1
    )
