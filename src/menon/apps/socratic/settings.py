"""Settings of the Socratic app."""

from typing import ClassVar

from menon.core.settings import Section, setting


class StudioSettings(Section):
    """How much is asked, and what generated code may use."""

    name: ClassVar[str] = "studio"

    questions: int = setting(25, "Questions of a session at most.", ge=1, le=200)
    coverage: float = setting(
        90.0, "Per cent of its lines that a codebase's tests must run.", ge=0, le=100
    )
