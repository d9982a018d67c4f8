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
    model: str = setting(
        "auto",
        "Who words questions and reads answers: `auto`, a model by name, or `offline` for the rules"
        " alone.",
    )
    model_seconds: float = setting(
        10.0, "Seconds that a model may take in one step; then the rules go on.", gt=0, le=120
    )
    environments: Path | None = setting(
        None, "Where environments of generated code stand; in the data directory when empty."
    )
    prepare: bool = setting(
        True,
        "Make that environment at the first generation, 150 MB from the package index; else"
        " `menon studio prepare` does.",
    )
    repair_model: str = setting(
        "auto",
        "Who mends what the gates refuse: `auto`, a model by name, or `offline` for nobody.",
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
