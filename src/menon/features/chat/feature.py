"""Chat: conversations, turns, memory."""

from sqlalchemy.orm import Session

from menon.core.auth import Action
from menon.core.feature import Feature, NavEntry
from menon.core.runs.models import Run, RunKind
from menon.core.runs.queries import events_after
from menon.features.agents.kinds import AnswerType
from menon.features.agents.rules import answer
from menon.features.chat import keeping, memory_routes, service
from menon.features.chat.pages import pages
from menon.features.chat.routes import live, routes, words
from menon.features.chat.settings import ChatSettings


def _abandoned(session: Session, run: Run) -> None:
    events = events_after(session, run.id, epoch=run.epoch, after=0, limit=100_000)
    keeping.abandoned(session, run, answer(events))


feature = Feature(
    name="chat",
    routes=(words, routes, live, memory_routes.routes),
    pages=(pages,),
    settings=(ChatSettings,),
    run_kinds=(AnswerType(kind=RunKind.CHAT, abandoned=_abandoned, record=keeping.went_on),),
    nav=(
        NavEntry(label="Chat", href="/chat", icon="chat-left-text", order=10, action=Action.CHAT),
    ),
    export=service.export,
    erase=service.erase,
)
