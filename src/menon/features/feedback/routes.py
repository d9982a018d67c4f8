"""Routes of feedback."""

from menon.core.auth import Action
from menon.core.http import AppRuntime, Routes, Who
from menon.features.feedback import service
from menon.features.feedback.schemas import FeedbackIn, FeedbackOut

routes = Routes(prefix="/api", tag="feedback")


@routes.post("/feedback", action=Action.FEEDBACK)
async def give_feedback(runtime: AppRuntime, who: Who, body: FeedbackIn) -> FeedbackOut:
    """Give a thumb up or down, with a comment, to an answer's span."""
    return await service.give(runtime, who, body)
