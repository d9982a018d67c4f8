"""What the forms of questioning say."""

from typing import Annotated

from pydantic import Field

from menon.apps.socratic.sessions.schemas import Mode, ResponseIn, SessionIn
from menon.core.http import Wire


class SessionForm(Wire):
    """A session that is to begin."""

    mode: Mode = Mode.DYNAMIC
    roles: list[Annotated[str, Field(max_length=40)]] = Field(default=[], max_length=7)

    def session(self, project_id: str) -> SessionIn:
        """The session as the API takes it."""
        roles = self.roles if self.mode is Mode.CUSTOM and self.roles else None
        return SessionIn(project_id=project_id, mode=self.mode, active_roles=roles)


class AnswerForm(Wire):
    """An answer to the question that is shown."""

    response_text: Annotated[str, Field(min_length=1, max_length=5000)]
    question_id: Annotated[str, Field(max_length=200)]
    confidence: Annotated[int, Field(ge=1, le=5)] = 3
    revise: bool = False

    def response(self) -> ResponseIn:
        """The answer as the API takes it."""
        return ResponseIn(
            response_text=self.response_text,
            question_id=self.question_id,
            confidence_level=self.confidence,
            revise=self.revise,
        )
