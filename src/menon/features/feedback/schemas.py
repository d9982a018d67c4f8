"""Wire shapes of feedback."""

from typing import Annotated

from pydantic import Field

from menon.core.http import Wire


class FeedbackIn(Wire):
    """A thumb on an answer's span; another one replaces it."""

    span_id: Annotated[str, Field(max_length=1000, description="1 to 128 characters.")]
    feedback_type: Annotated[
        str, Field(max_length=100, description="`thumbs_up` or `thumbs_down`.")
    ]
    comment: Annotated[str | None, Field(max_length=5000)] = None


class FeedbackOut(Wire):
    """What was kept."""

    success: bool
    message: str
    span_id: str
    feedback_type: str
    score: float
    linked: bool
    """False where no run of ours has this span."""
