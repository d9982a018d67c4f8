"""Answers from chosen documents: one run of the assistant that may look nowhere else."""

from menon.core.auth import Action, Principal
from menon.core.http import AppRuntime, Routes, Who
from menon.core.runtime import Runtime
from menon.features.agents import running
from menon.features.agents.changes import ASSISTANT
from menon.features.agents.schemas import RunIn
from menon.features.knowledge import collections
from menon.features.knowledge.schemas import AnswerIn, RagAnswer

routes = Routes(tag="search")


async def answer(runtime: Runtime, who: Principal, body: AnswerIn) -> RagAnswer:
    """Answer a question from a collection, with citations."""
    chosen: tuple[str, ...] = ()
    if body.collection:
        chosen = ((await collections.get(runtime, who, body.collection)).id,)
    question = RunIn(message=body.question, model=body.model)
    look = running.Look(collections=chosen, filters=body.filters)
    given = await running.ask(runtime, who, ASSISTANT, question, look=look)
    return RagAnswer(
        answer=given.answer, citations=given.citations, model=given.model, run_id=given.run_id
    )


@routes.post("/rag/answer", action=Action.CHAT)
async def answer_question(runtime: AppRuntime, who: Who, body: AnswerIn) -> RagAnswer:
    """Answer a question from the documents, with citations."""
    return await answer(runtime, who, body)
