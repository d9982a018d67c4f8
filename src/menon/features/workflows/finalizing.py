"""Turning a creation dialogue into the agent or the workflow that it speaks of.

the last JSON object that fits ─→ else a configured model writes one ─→ else the user's own words
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from menon.core.auth import Principal
from menon.core.errors import Conflict, InvalidInput, MenonError
from menon.core.runs.log import RunLog
from menon.core.runs.models import RunState
from menon.core.runtime import Runtime
from menon.engine.llm.choose import OFFLINE
from menon.features.agents import running
from menon.features.agents import service as agents
from menon.features.agents.schemas import AgentIn, BackendAgentIn, RunIn
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.catalog.service import Models
from menon.features.chat import service as chat
from menon.features.chat.models import ConversationKind, ConversationStatus
from menon.features.chat.schemas import SessionOut, StatusIn
from menon.features.workflows import service
from menon.features.workflows.errors import DialogueIncomplete
from menon.features.workflows.kinds import Kinds
from menon.features.workflows.rules.check import check
from menon.features.workflows.rules.dialogue import Said, agents_in_order, answers, objects
from menon.features.workflows.rules.importing import pipeline
from menon.features.workflows.schemas import DefinitionIn, FinalizedOut

Made = AgentIn | DefinitionIn
Origin = Literal["conversation", "model", "dialogue"]

_READ = 60_000
"""Characters of the dialogue that a model reads, the last ones."""


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    """What was said, and what is to come of it."""

    session: SessionOut
    messages: list[Said]

    @property
    def agent(self) -> bool:
        """Whether it makes an agent; a workflow otherwise."""
        return self.session.session_type == ConversationKind.AGENT_CREATION


async def finalize(runtime: Runtime, who: Principal, session_id: str) -> FinalizedOut:
    """Make what the conversation speaks of, and complete the conversation.

    Raises:
        InvalidInput: the conversation is of another type.
        Conflict: it was finalised already.
        DialogueIncomplete: something was not said yet; the fields are named.
    """
    dialogue = await _gathered(runtime, who, session_id)
    found, origin = await _found(runtime, who, dialogue)
    if isinstance(found, AgentIn):
        made: Any = await agents.create(runtime, who, found)
    else:
        made = await service.create(runtime, who, found)
    await chat.change(runtime, who, session_id, StatusIn(status=ConversationStatus.COMPLETED))
    return FinalizedOut(
        kind="agent" if dialogue.agent else "workflow",
        id=made.id,
        source=origin,
        object=made.model_dump(mode="json"),
    )


async def _gathered(runtime: Runtime, who: Principal, session_id: str) -> Dialogue:
    session = await chat.get(runtime, who, session_id)
    kinds = (ConversationKind.AGENT_CREATION, ConversationKind.WORKFLOW_CREATION)
    if session.session_type not in kinds:
        raise InvalidInput(
            f"The conversation is of type {session.session_type!r}; only {kinds[0].value!r} and"
            f" {kinds[1].value!r} come to an object."
        )
    if session.status == ConversationStatus.COMPLETED:
        raise Conflict("The conversation was finalised already; begin another one.")
    messages = (await chat.messages(runtime, who, session_id)).items
    said = [Said(role=message.role, content=message.content) for message in messages]
    return Dialogue(session=session, messages=said)


async def _found(runtime: Runtime, who: Principal, dialogue: Dialogue) -> tuple[Made, Origin]:
    fits = await _fitting(runtime, who, dialogue, objects(dialogue.messages))
    if fits is not None:
        return fits, "conversation"
    resolved = await runtime[Models].resolve(dialogue.session.model or "auto", needs_tools=False)
    if resolved.model.card.provider != OFFLINE:
        written = await _written(runtime, who, dialogue)
        fits = await _fitting(runtime, who, dialogue, objects([written]))
        if fits is not None:
            return fits, "model"
    return await _filled(runtime, who, dialogue), "dialogue"


async def _fitting(
    runtime: Runtime, who: Principal, dialogue: Dialogue, candidates: Iterable[dict[str, Any]]
) -> Made | None:
    """The first candidate that is what the conversation is to make."""
    for candidate in candidates:
        try:
            if dialogue.agent:
                return await _agent(runtime, who, candidate)
            wanted = DefinitionIn.model_validate(candidate)
            if not check(wanted.body(), runtime[Kinds]):
                return wanted
        except (ValidationError, MenonError):
            continue  # it is something else, such as an example in the middle of the talk
    return None


async def _agent(runtime: Runtime, who: Principal, candidate: dict[str, Any]) -> AgentIn:
    """An agent that says what it does, in our words or in the backend's."""
    backend = "config" in candidate or "model_name" in candidate
    made = (
        BackendAgentIn.model_validate(candidate).as_agent()
        if backend
        else AgentIn.model_validate(candidate)
    )
    if not made.configuration.instructions.strip():
        raise InvalidInput("An agent needs instructions.")
    await runtime[Toolbox].check(who, made.configuration.tools)
    return made


async def _written(runtime: Runtime, who: Principal, dialogue: Dialogue) -> Said:
    """What a model makes of the dialogue; nothing where it fails."""
    shape = AgentIn if dialogue.agent else DefinitionIn
    talk = "\n".join(f"{one.role}: {one.content}" for one in dialogue.messages)[-_READ:]
    message = (
        "Write the one JSON object that this dialogue agrees on, and nothing else. Take everything"
        " from the dialogue; leave out what it does not say. The JSON schema of the object:\n"
        f"{shape.model_json_schema()}\n\nThe dialogue:\n{talk}"
    )
    body = RunIn(message=message[:100_000], model=dialogue.session.model or None)
    answer = await running.ask(runtime, who, dialogue.session.agent or "assistant", body)
    if answer.state == RunState.WAITING:  # nothing that it wants to do belongs to this
        await runtime[RunLog].cancel(answer.run_id, who.name)
    said = answer.answer if answer.state == RunState.COMPLETED else ""
    return Said(role="assistant", content=said)


async def _filled(runtime: Runtime, who: Principal, dialogue: Dialogue) -> Made:
    """The object out of the user's own words.

    Raises:
        DialogueIncomplete: naming the fields that nobody spoke of.
    """
    said, steps = answers(dialogue.messages), agents_in_order(dialogue.messages)
    wanted = ("name", "instructions") if dialogue.agent else ("name",)
    missing = [field for field in wanted if field not in said]
    if not dialogue.agent and not steps:
        missing.append("steps")
    if missing:
        raise _incomplete(missing)
    head = {key: said[key] for key in ("name", "description") if key in said}
    try:
        if not dialogue.agent:
            found = pipeline(steps)
            wanted_body = DefinitionIn.model_validate(
                {**head, "steps": found.steps, "inputs": found.inputs}
            )
            service.checked(runtime[Kinds], wanted_body.body())
            return wanted_body
        settings = {k: said[k] for k in ("instructions", "model", "temperature") if k in said}
        tools = [tool.strip() for tool in said.get("tools", "").split(",") if tool.strip()]
        return await _agent(runtime, who, {**head, "configuration": {**settings, "tools": tools}})
    except ValidationError as error:
        raise _incomplete(sorted({str(one["loc"][-1]) for one in error.errors()})) from error


def _incomplete(missing: Iterable[str]) -> DialogueIncomplete:
    names = list(missing)
    return DialogueIncomplete(
        f"The conversation does not say, or not well enough: {', '.join(names)}. Answer with lines"
        " such as `name: ...`, or with the object as JSON; the steps of a workflow as lines such as"
        " `1. assistant: what to do`.",
        errors=[{"pointer": f"/{name}", "detail": "nobody said it"} for name in names],
    )
