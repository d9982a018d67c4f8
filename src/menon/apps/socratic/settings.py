"""Settings of the Socratic app."""

from pathlib import Path
from typing import ClassVar

from menon.core.settings import Section, setting


class StudioSettings(Section):
    """How much is asked, and what generated code may use."""

    name: ClassVar[str] = "studio"

    questions: int = setting(25, "Questions of a session at most.", ge=1, le=200)
    coverage: float = setting(
        90.0, "Per cent of its lines that a codebase's tests must run.", ge=0, le=100
    )
    environments: Path | None = setting(
        None, "Where environments of generated code stand; in the data directory when empty."
    )
    repair_rounds: int = setting(
        3, "Rounds in which a model may mend what fails; none is asked where it is 0.", ge=0, le=3
    )
    repair_tokens: int = setting(
        200_000, "Tokens that all rounds of one generation may take.", ge=1_000
    )
    repair_seconds: float = setting(
        600.0, "Seconds for which models may speak in all rounds of one generation.", gt=0
    )
