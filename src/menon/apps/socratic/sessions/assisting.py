"""A model that helps in one step of a session: found, asked within a time, counted.

request → the user's model → text, and what it took is counted
                           → nothing, once it is slow, away or out of order: the rules go on
"""

import asyncio
import contextlib
import json
from dataclasses import replace
from typing import Final

import structlog
from sqlalchemy.orm import Session

from menon.apps.socratic.questions.assistance import Request
from menon.apps.socratic.settings import StudioSettings
from menon.core.auth import Action, Principal, Reach, reach
from menon.core.errors import MenonError
from menon.core.runtime import Runtime
from menon.engine.agents.turn import Limits, Turn
from menon.engine.llm.choose import OFFLINE
from menon.features.agents.rules import Answer
from menon.features.catalog.service import Models, Resolved, add_request
from menon.kit.ids import new_id
from menon.kit.loading import loaded

_ANSWER_TOKENS: Final = 2_000
_SHARE: Final = 0.9
"""Of the time that is left, for the server to begin: its silence is then held against it, and after
some failures in a row nobody waits for it."""

log = structlog.stdlib.get_logger(__name__)


class Silent(Exception):
    """The model does not answer, or there is none: what can be done by rules goes on."""


class Assistant:
    """The model of one step, which may take so many seconds in all; no transaction waits for it.

    Args:
        runtime: settings, models, usage.
        who: for whom it speaks; without the right to chat there is no model.
    """

    def __init__(self, runtime: Runtime, who: Principal) -> None:
        self._runtime = runtime
        self._who = who
        self._wanted = runtime.settings[StudioSettings].model
        self._until = 0.0
        self._resolved: Resolved | None = None
        self._silent = self._wanted == OFFLINE or reach(who, Action.CHAT) is Reach.NONE

    @property
    def name(self) -> str:
        """The model's qualified name; empty before `ready`."""
        return self._resolved.model.name if self._resolved else ""

    async def ready(self) -> bool:
        """Whether there is a model to ask."""
        if self._silent or self._resolved is not None:
            return not self._silent
        seconds = self._runtime.settings[StudioSettings].model_seconds
        self._until = asyncio.get_running_loop().time() + seconds
        try:
            async with asyncio.timeout_at(self._until):
                found = await self._runtime[Models].resolve(self._wanted, needs_tools=False)
        except (MenonError, TimeoutError) as error:
            log.warning("studio.no_model", wanted=self._wanted, error=str(error))
            self._silent = True
            return False
        self._silent = found.model.card.provider == OFFLINE
        self._resolved = found
        return not self._silent

    async def ask(self, request: Request) -> str:
        """The model's answer.

        Raises:
            Silent: there is none, within the time of the step; nor is it asked again.
        """
        if not await self.ready() or self._resolved is None:
            raise Silent
        clock, answer = self._runtime.clock, Answer()
        began, failed = clock.now(), ""
        try:
            await self._hear(self._turn(self._resolved, request), answer)
        except (MenonError, TimeoutError) as error:
            failed = str(error) or "it took too long"
        if answer.error is not None:
            failed = answer.error.detail
        seconds = (clock.now() - began).total_seconds()
        await self._runtime.db.write(self._count, answer, seconds, ok=not failed)
        if failed:
            log.warning("studio.model_silent", model=self.name, task=request.task, why=failed)
            self._silent = True
            raise Silent
        return answer.text

    async def _hear(self, turn: Turn, answer: Answer) -> None:
        await loaded("menon.engine.agents.run")
        from menon.engine.agents.run import run

        async with asyncio.timeout_at(self._until), contextlib.aclosing(run(turn)) as events:
            async for event in events:
                answer.add(event)

    def _turn(self, resolved: Resolved, request: Request) -> Turn:
        """A turn without tools: whatever stands in the words of people, nothing can be done."""
        left = max(0.05, self._until - asyncio.get_running_loop().time())
        patience, first = resolved.patience, _SHARE * left
        material = request.material
        if request.complaint:
            material = material | {"your last answer was refused": request.complaint}
        return Turn(
            run=new_id(),
            agent="socratic_counselor",
            model=resolved.model,
            fallbacks=tuple(one for one in resolved.fallbacks if one.card.provider != OFFLINE),
            question=json.dumps(material, ensure_ascii=False),
            instructions=request.instructions,
            limits=Limits(seconds=left, answer_tokens=_ANSWER_TOKENS),
            patience=replace(
                patience,
                first_s=min(patience.first_s, first),
                between_s=min(patience.between_s, first),
                retry_s=min(patience.retry_s, left),
            ),
            who=self._who,
            runtime=self._runtime,
            tainted=True,
            clock=self._runtime.clock,
        )

    def _count(self, session: Session, answer: Answer, seconds: float, *, ok: bool) -> None:
        add_request(
            session,
            self._who.user_id,
            answer.model or self.name,
            answer.spent,
            at=self._runtime.clock.now(),
            seconds=seconds,
            ok=ok,
        )
