"""What a model does in a session: it words the question, reads the answer, proposes more to ask.

It never chooses what is asked; whatever it says is checked, and without it the rules go on.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from menon.apps.socratic.aside import aside
from menon.apps.socratic.questions import assistance
from menon.apps.socratic.questions.assistance import RETRIES, Told
from menon.apps.socratic.questions.hearing import Heard, open_slots
from menon.apps.socratic.questions.state import Interview, Question
from menon.apps.socratic.sessions import asking
from menon.apps.socratic.sessions.asking import Asked, Standing
from menon.apps.socratic.sessions.assisting import Assistant, Silent
from menon.core.errors import InvalidInput


async def heard(
    assistant: Assistant, state: Mapping[str, Any], asked: Mapping[str, Any], text: str
) -> Heard | None:
    """What the model reads of an answer, slot by slot; None where it reads nothing of it."""
    question = Question.model_validate(asked)
    wanted = open_slots(question, text)
    if not wanted or not await assistant.ready():
        return None
    interview = await aside(partial(Interview.loaded, state))

    async def one(slot: str) -> Told | None:
        with contextlib.suppress(Silent):
            return await assistance.extract(
                slot, question, text, interview, extractor=assistant.ask
            )
        return None

    told = dict(zip(wanted, await asyncio.gather(*map(one, wanted)), strict=True))
    found = {slot: each for slot, each in told.items() if each is not None}
    return (
        None
        if not found
        else Heard(
            model=assistant.name,
            readings={slot: each.reading for slot, each in found.items()},
            quotes=tuple(quote for each in found.values() for quote in each.quotes),
        )
    )


async def worded(assistant: Assistant, standing: Standing) -> Standing:
    """The same standing, its question in words that fit the project."""
    following = standing.following
    if following is None or following.body["kind"] == "resolution" or not await assistant.ready():
        return standing
    interview = await aside(partial(Interview.loaded, standing.state))
    question = Question.model_validate(following.body)
    try:
        answer = await assistant.ask(assistance.rephrasing(question, interview))
    except Silent:
        return standing
    said = assistance.rephrased(question, answer)
    if said == question:
        return standing
    body = following.body | {"model": assistant.name}
    return replace(standing, following=replace(following, text=said.text, body=body))


async def proposals(assistant: Assistant, state: Mapping[str, Any]) -> list[Asked]:
    """Questions that the model would ask beside those of the bank; each names open slots."""
    if not await assistant.ready():
        return []
    interview = await aside(partial(Interview.loaded, state))
    request = assistance.proposing(interview)
    for _ in range(RETRIES + 1):
        try:
            found = assistance.proposed(interview, await assistant.ask(request))
        except Silent:
            return []
        except InvalidInput as error:
            request = replace(request, complaint=error.detail)
            continue
        return [asking.stored(one.model_copy(update={"model": assistant.name})) for one in found]
    return []
