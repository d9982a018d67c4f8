"""Settings of A2A."""

from typing import ClassVar

from menon.core.settings import Section, setting


class A2aSettings(Section):
    """What other people's agents may see of ours."""

    name: ClassVar[str] = "a2a"

    public_cards: bool = setting(
        False, "Show the cards of agents that everybody may use to anybody, without a key."
    )
